"""Verbs of check-ins: plan and make duties, submit reports, mark missed, excuse, forget."""

from adsum.checkins.actions.duties import (
    excuse_duty,
    make_duties,
    mark_missed,
    start_plans,
    sweep_overdue,
)
from adsum.checkins.actions.reports import forget, submit_report

__all__ = [
    "excuse_duty",
    "forget",
    "make_duties",
    "mark_missed",
    "start_plans",
    "submit_report",
    "sweep_overdue",
]
