"""What may be done with facts (owed, numbered, delivered, refused, parked), and with those who are told them."""

from adsum.outbox.actions.delivering import (
    give_up_delivery,
    mark_delivered,
    mark_refused,
    mark_silent,
    number_events,
    try_parked_again,
)
from adsum.outbox.actions.emitting import emit_events
from adsum.outbox.actions.refusing import count_refused
from adsum.outbox.actions.subscribing import (
    add_subscriber,
    ask_for_file,
    end_subscriber,
    note_rotation,
    pause_subscriber,
    replay_from,
    resume_subscriber,
    schedule_file,
)

__all__ = [
    "add_subscriber",
    "ask_for_file",
    "count_refused",
    "emit_events",
    "end_subscriber",
    "give_up_delivery",
    "mark_delivered",
    "mark_refused",
    "mark_silent",
    "note_rotation",
    "number_events",
    "pause_subscriber",
    "replay_from",
    "resume_subscriber",
    "schedule_file",
    "try_parked_again",
]
