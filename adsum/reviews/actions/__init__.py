"""Verbs of reviews: ask, ask for more, withdraw, decide, sign, appeal, vote, snooze, forget."""

from adsum.reviews.actions.appealing import AppealRefused, appeal_decision, cast_vote, withdraw_appeal
from adsum.reviews.actions.asking import (
    AskRefused,
    ask_for_more,
    ask_for_review,
    close_reviews,
    go_on_without,
    note_opened,
    snooze,
    withdraw_review,
)
from adsum.reviews.actions.deciding import ReviewRefused, decide_review, forget
from adsum.reviews.actions.sending_out import send_out_appeal
from adsum.reviews.actions.signing import sign_decision
from adsum.reviews.actions.texting import heed_text

__all__ = [
    "AppealRefused",
    "AskRefused",
    "ReviewRefused",
    "appeal_decision",
    "ask_for_more",
    "ask_for_review",
    "cast_vote",
    "close_reviews",
    "decide_review",
    "forget",
    "go_on_without",
    "heed_text",
    "note_opened",
    "send_out_appeal",
    "sign_decision",
    "snooze",
    "withdraw_appeal",
    "withdraw_review",
]
