"""Writing to the ledger, always inside the transaction of what happened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import Actor, Line


def record(
    *,
    verb: str,
    actor: Actor,
    now: datetime,
    subject: models.Model | None = None,
    participant_id: int | None = None,
    policy: str = "",
    **facts: Any,
) -> None:
    """Write one line: `actor` did `verb` to `subject`, which concerns `participant_id`."""
    kind = subject._meta.model_name or "" if subject else ""
    line = Line(
        verb,
        actor,
        kind,
        subject.pk if subject else None,
        participant_id,
        policy,
        facts,
    )
    record_lines(lines=[line], now=now)


def record_lines(*, lines: Iterable[Line], now: datetime) -> None:
    """Write many lines at once, in the order given."""
    with transaction.atomic():
        LedgerLine.objects.bulk_create((_row(line, now) for line in lines), batch_size=2_000)


def _row(line: Line, now: datetime) -> LedgerLine:
    return LedgerLine(
        at=now,
        verb=line.verb,
        actor_kind=line.actor.kind,
        actor_id=line.actor.id,
        subject_kind=line.subject_kind,
        subject_id=line.subject_id,
        participant_id=line.participant_id,
        policy=line.policy,
        facts=line.facts,
    )
