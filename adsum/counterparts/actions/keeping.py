"""A counterpart begun, heard, away; what was received by its name; what is forgotten in time."""

from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.counterparts.models import Counterpart, Disagreement, Received, Reconciliation
from adsum.counterparts.policy import CounterpartsPolicy
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.outbox.actions import add_subscriber
from adsum.outbox.rules import Described, next_file_at
from adsum.policies.queries import in_force

LONGEST_ERROR = 200


def add_counterpart(*, described: Described, adapter: str, folder: str, actor: Actor, now: datetime) -> Counterpart:
    """A new one, or the new description of a known one, whose numbers and cursor go on."""
    with transaction.atomic():
        subscriber = add_subscriber(described=described, from_start=False, actor=actor, now=now)
        hour = in_force(CounterpartsPolicy, now=now).reconcile_hour
        said = {"adapter": adapter, "folder": folder}
        new = {**said, "added_at": now, "reconcile_at": next_file_at(hour, now=now)}
        found, _ = Counterpart.objects.update_or_create(subscriber=subscriber, defaults=said, create_defaults=new)
        record(verb="counterpart.added", actor=actor, now=now, subject=found, code=described.code, adapter=adapter)
    return found


def note_their_answer(*, counterpart: Counterpart, now: datetime, cursor: int | None = None) -> None:
    """They answered; `cursor`: their log is read up to here, in the transaction of the rows."""
    with transaction.atomic():
        said: dict[str, Any] = {"heard_at": now, "silent_since": None, "last_error": ""}
        if cursor is not None:
            said["cursor"] = cursor
        Counterpart.objects.filter(pk=counterpart.pk).update(**said)
    for name, value in said.items():
        setattr(counterpart, name, value)


def note_away(*, counterpart: Counterpart, error: str, now: datetime) -> None:
    """They do not answer, or not so that it can be read. Nothing follows: what they say is read once they are back."""
    with transaction.atomic():
        counterpart.silent_since, counterpart.last_error = counterpart.silent_since or now, error[:LONGEST_ERROR]
        Counterpart.objects.filter(pk=counterpart.pk).update(
            silent_since=counterpart.silent_since, last_error=counterpart.last_error
        )


def note_received(
    *, counterpart: Counterpart, name: str, now: datetime, rows: int = 0, left: int = 0, refused: str = ""
) -> bool:
    """A message or file of this name was read, or refused whole; False where it was received before."""
    with transaction.atomic():
        said = {"at": now, "rows": rows, "left_to_polling": left, "refused": refused[:300]}
        kept, new = Received.objects.get_or_create(counterpart=counterpart, name=name[:200], defaults=said)
        mended = not new and bool(kept.refused) and not refused
        if mended:
            Received.objects.filter(pk=kept.pk).update(**said)
        if new and refused:
            record(verb="counterpart.file-refused", actor=RULES, now=now, subject=counterpart, file=name[:200])
    return new or mended


def put_off_reconciling(*, counterpart: Counterpart, now: datetime) -> None:
    """The next look at both files whole is tomorrow's."""
    with transaction.atomic():
        due = next_file_at(in_force(CounterpartsPolicy, now=now).reconcile_hour, now=now)
        Counterpart.objects.filter(pk=counterpart.pk).update(reconcile_at=due)
        counterpart.reconcile_at = due


def forget(*, before: datetime, now: datetime) -> None:
    """Erase what was decided, or ended by itself, before this moment."""
    with transaction.atomic():
        count, _ = Disagreement.objects.filter(ended_at__lt=before).delete()
        record(verb="disagreements.forgotten", actor=RULES, now=now, count=count)


def forget_received(*, before: datetime, now: datetime) -> None:
    """Erase the names of what came before this moment, and looks at both files that are as old."""
    with transaction.atomic():
        count, _ = Received.objects.filter(at__lt=before).delete()
        looks, _ = Reconciliation.objects.filter(at__lt=before).delete()
        record(verb="received.forgotten", actor=RULES, now=now, count=count, reconciliations=looks)
