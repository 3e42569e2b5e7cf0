"""Verbs of check-ins: plan and make duties, submit reports, remind, mark missed, excuse, decide, forget."""

from adsum.checkins.actions.decisions import decide_flag
from adsum.checkins.actions.duties import (
    excuse_duty,
    make_duties,
    mark_missed,
    start_plans,
    sweep_overdue,
)
from adsum.checkins.actions.reminders import make_reminders, settle_heard, settle_tried
from adsum.checkins.actions.replies import answer_reply
from adsum.checkins.actions.reports import forget, submit_report

__all__ = [
    "answer_reply",
    "decide_flag",
    "excuse_duty",
    "forget",
    "make_duties",
    "make_reminders",
    "mark_missed",
    "settle_heard",
    "settle_tried",
    "start_plans",
    "submit_report",
    "sweep_overdue",
]
