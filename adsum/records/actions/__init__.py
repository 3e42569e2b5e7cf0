"""Verbs of outside records: deliver, find, judge, confirm, close; look people up; forget."""

from adsum.records.actions.answering import note_answer
from adsum.records.actions.asking import AnswerRefused, ask_again, ask_agency, sweep_confirmations
from adsum.records.actions.checking import ask_checks, begin_screening, end_screening, mark_watched, note_checks
from adsum.records.actions.closing import (
    close_leads,
    end_leads,
    end_watch,
    open_again,
    resume_watch,
    undo_what_followed,
)
from adsum.records.actions.deliveries import close_delivery, open_delivery, refuse_delivery, set_poison
from adsum.records.actions.disputing import say_not_me
from adsum.records.actions.forgetting import forget, forget_aside, forget_unmatched
from adsum.records.actions.judging import AlreadyJudged, JudgementRefused, judge_lead
from adsum.records.actions.refusals import count_refusal, record_aside_read
from adsum.records.actions.screening import add_found, take_found
from adsum.records.actions.sources import SourceRefused, add_source, end_source, note_failing, note_heard
from adsum.records.actions.subscribing import (
    ask_cancellations,
    ask_subscriptions,
    note_cancelled,
    note_subscribed,
    validate_subscriptions,
)
from adsum.records.actions.taking import Aside, take_records

__all__ = [
    "AlreadyJudged",
    "AnswerRefused",
    "Aside",
    "JudgementRefused",
    "SourceRefused",
    "add_found",
    "add_source",
    "ask_again",
    "ask_agency",
    "ask_cancellations",
    "ask_checks",
    "ask_subscriptions",
    "begin_screening",
    "close_delivery",
    "close_leads",
    "count_refusal",
    "end_leads",
    "end_screening",
    "end_source",
    "end_watch",
    "forget",
    "forget_aside",
    "forget_unmatched",
    "judge_lead",
    "mark_watched",
    "note_answer",
    "note_cancelled",
    "note_checks",
    "note_failing",
    "note_heard",
    "note_subscribed",
    "open_again",
    "open_delivery",
    "record_aside_read",
    "refuse_delivery",
    "resume_watch",
    "say_not_me",
    "set_poison",
    "sweep_confirmations",
    "take_found",
    "take_records",
    "undo_what_followed",
    "validate_subscriptions",
]
