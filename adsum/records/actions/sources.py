"""Sources: begun, ended, failing, heard again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.records.models import RecordSource
from adsum.records.rules import Kind, Transport


class SourceRefused(Exception):
    """This source cannot be added; the message says what is wrong."""


def add_source(
    *,
    code: str,
    title: str,
    agency: str,
    agency_phone: str,
    transport: Transport,
    adapter: str,
    settings: Mapping[str, Any],
    states: Sequence[str],
    kinds: Sequence[Kind],
    covers_since: date,
    is_daily: bool,
    actor: Actor,
    now: datetime,
) -> RecordSource:
    """A new source, or the new description of one that is known by this code. Raises SourceRefused."""
    if not states or not kinds:
        raise SourceRefused("Say which states and which kinds of records the source covers: an officer must see it.")
    with transaction.atomic():
        described = {
            "title": title,
            "agency": agency,
            "agency_phone": agency_phone,
            "transport": transport,
            "adapter": adapter,
            "settings": dict(settings),
            "states": list(states),
            "kinds": list(kinds),
            "covers_since": covers_since,
            "is_daily": is_daily,
        }
        source, added = RecordSource.objects.update_or_create(
            code=code, defaults={**described, "ended_at": None}, create_defaults={**described, "added_at": now}
        )
        record(verb="source.added" if added else "source.changed", actor=actor, now=now, subject=source, source=code)
    return source


def end_source(*, source: RecordSource, actor: Actor, now: datetime) -> None:
    """Nothing more comes from it, and checks do not name it any more. Its records stay."""
    with transaction.atomic():
        source.ended_at = now
        source.save(update_fields=["ended_at"])
        record(verb="source.ended", actor=actor, now=now, subject=source, source=source.code)


def note_failing(*, source: RecordSource, error: str, now: datetime) -> None:
    """It does not answer, or what it sends cannot be read; since when is kept until it is heard again."""
    with transaction.atomic():
        RecordSource.objects.filter(pk=source.pk, failing_since__isnull=True).update(failing_since=now)
        RecordSource.objects.filter(pk=source.pk).update(last_error=error[:300])
        record(verb="source.failing", actor=RULES, now=now, subject=source, source=source.code)


def note_heard(*, source: RecordSource, now: datetime) -> None:
    """It has answered."""
    with transaction.atomic():
        RecordSource.objects.filter(pk=source.pk).update(heard_at=now, failing_since=None, last_error="")
        record(verb="source.heard", actor=RULES, now=now, subject=source, source=source.code)
