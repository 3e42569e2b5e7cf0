"""Verbs of check-ins: plan and make duties, submit reports, give credit, mark missed, excuse, decide, forget."""

from adsum.checkins.actions.calendars import end_calendar, forget_receipt_misses, look_for_receipt, make_calendar
from adsum.checkins.actions.credit import beat, note_attempt
from adsum.checkins.actions.decisions import decide_flag
from adsum.checkins.actions.duties import (
    excuse_duty,
    make_duties,
    mark_missed,
    start_plans,
    sweep_overdue,
)
from adsum.checkins.actions.hand_off import hand_over_place, offer_hand_off
from adsum.checkins.actions.reports import forget, submit_report

__all__ = [
    "beat",
    "decide_flag",
    "end_calendar",
    "excuse_duty",
    "forget",
    "forget_receipt_misses",
    "hand_over_place",
    "look_for_receipt",
    "make_calendar",
    "make_duties",
    "mark_missed",
    "note_attempt",
    "offer_hand_off",
    "start_plans",
    "submit_report",
    "sweep_overdue",
]
