"""A person decides which of two values holds."""

from datetime import datetime

from django.db import transaction

from adsum.core.text import clean_text
from adsum.counterparts.models import Disagreement
from adsum.counterparts.queries import disagreements_to_decide
from adsum.counterparts.rules import FIELDS, Holds, can_take
from adsum.ledger.actions import record
from adsum.offices.models import Staff
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event

ONLY_OURS = "This is known by what happens here: sign the person out, or note that the device is off. Then decide."


class DecisionRefused(Exception):
    """It cannot be decided so; the message says what to do."""


def decide_disagreement(
    *, disagreement_id: int, holds: str, reason: str, officer: Staff, now: datetime
) -> Disagreement:
    """Which value holds, by whom, and why. Done on both sides once the other one answers. Raises DecisionRefused."""
    words = clean_text(reason, longest=2_000)
    with transaction.atomic():
        open_ones = disagreements_to_decide(seen_by=officer.as_actor()).select_for_update(of=("self",))
        asked = open_ones.filter(pk=disagreement_id).first()
        if asked is None:
            raise DecisionRefused("Somebody has decided this, or one side says something else now.")
        if holds not in set(Holds):
            raise DecisionRefused("Choose which value holds.")
        if not words:
            raise DecisionRefused("Write how you know: the participant and their lawyer can ask for it.")
        if holds == Holds.THEIRS:
            _can_be_taken(asked)
        asked.decided_at, asked.decided_by, asked.holds, asked.reason = now, officer, holds, words
        asked.save(update_fields=["decided_at", "decided_by", "holds", "reason"])
        who, subject = asked.participant_id, asked
        actor = officer.as_actor()
        record(
            verb="disagreement.decided", actor=actor, now=now, subject=subject, participant_id=who,
            field=asked.field, holds=holds,
        )  # fmt: skip
        emit_events(events=[Event("counterpart.differs", who, {"twin": asked.twin_id})], now=now)
    return asked


def _can_be_taken(asked: Disagreement) -> None:
    if asked.field == "device":
        raise DecisionRefused(ONLY_OURS)
    if not can_take(FIELDS[asked.field], asked.theirs):
        title = FIELDS[asked.field].title.lower()
        raise DecisionRefused(f"What they say under {title} cannot be kept. Ask the person, and change it here.")
