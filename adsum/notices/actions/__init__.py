"""Verbs of notices: write them, send messages over channels, hear stop and start, keep wishes, forget."""

from adsum.notices.actions.messages import (
    claim_messages,
    drop_messages,
    mark_heard,
    mark_posted,
    mark_tried,
    retire_reminders,
)
from adsum.notices.actions.passing_on import pass_on_notices
from adsum.notices.actions.reminding import make_messages
from adsum.notices.actions.replies import keep_reply
from adsum.notices.actions.wishes import choose_messages, start_texts, stop_texts
from adsum.notices.actions.writing import Wording, Words, forget, queue_notice, queue_notices

__all__ = [
    "Wording",
    "Words",
    "choose_messages",
    "claim_messages",
    "drop_messages",
    "forget",
    "keep_reply",
    "make_messages",
    "mark_heard",
    "mark_posted",
    "mark_tried",
    "pass_on_notices",
    "queue_notice",
    "queue_notices",
    "retire_reminders",
    "start_texts",
    "stop_texts",
]
