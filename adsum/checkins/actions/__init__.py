"""Verbs of check-ins: plan and make duties, submit reports, credit, remind, mark missed, excuse, decide, forget."""

from adsum.checkins.actions.calendars import end_calendar, forget_receipt_misses, look_for_receipt, make_calendar
from adsum.checkins.actions.credit import beat, note_attempt, note_closed_days
from adsum.checkins.actions.decisions import decide_flag
from adsum.checkins.actions.duties import ListedPlan, PlanStart, start_listed_plans, start_plans
from adsum.checkins.actions.excuses import ask_excuse, excuse_duty
from adsum.checkins.actions.forgetting import forget
from adsum.checkins.actions.hand_off import hand_over_place, offer_hand_off
from adsum.checkins.actions.ladder import (
    answer_call,
    ask_again_later,
    change_plan_level,
    climb_rungs,
    close_rungs,
    give_new_date,
)
from adsum.checkins.actions.making import make_duties
from adsum.checkins.actions.photos import answer_with_photo
from adsum.checkins.actions.reminders import make_reminders, settle_heard, settle_tried
from adsum.checkins.actions.replies import answer_reply
from adsum.checkins.actions.reports import submit_report
from adsum.checkins.actions.resting import rest_where_off
from adsum.checkins.actions.schedules import (
    ScheduleRefused,
    add_plan,
    change_schedule,
    end_plan,
    pause_schedule,
    resume_schedule,
)
from adsum.checkins.actions.seals import renew_seal_key
from adsum.checkins.actions.sweeping import mark_missed, sweep_overdue

__all__ = [
    "ListedPlan",
    "PlanStart",
    "ScheduleRefused",
    "add_plan",
    "answer_call",
    "answer_reply",
    "answer_with_photo",
    "ask_again_later",
    "ask_excuse",
    "beat",
    "change_plan_level",
    "change_schedule",
    "climb_rungs",
    "close_rungs",
    "decide_flag",
    "end_calendar",
    "end_plan",
    "excuse_duty",
    "forget",
    "forget_receipt_misses",
    "give_new_date",
    "hand_over_place",
    "look_for_receipt",
    "make_calendar",
    "make_duties",
    "make_reminders",
    "mark_missed",
    "note_attempt",
    "note_closed_days",
    "offer_hand_off",
    "pause_schedule",
    "renew_seal_key",
    "rest_where_off",
    "resume_schedule",
    "settle_heard",
    "settle_tried",
    "start_listed_plans",
    "start_plans",
    "submit_report",
    "sweep_overdue",
]
