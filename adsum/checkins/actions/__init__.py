"""Verbs of check-ins: plan and make duties, submit reports, mark missed, excuse, decide, forget."""

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
    "decide_flag",
    "excuse_duty",
    "forget",
    "hand_over_place",
    "make_duties",
    "mark_missed",
    "offer_hand_off",
    "start_plans",
    "submit_report",
    "sweep_overdue",
]
