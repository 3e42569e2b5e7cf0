"""Who is told: begun, described anew, paused, ended; from which number they are told once more; new secrets."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.outbox.models import OutboxDelivery, Subscriber
from adsum.outbox.rules import Described, next_file_at


def add_subscriber(*, described: Described, from_start: bool, actor: Actor, now: datetime) -> Subscriber:
    """A new one, told what happens from now on or all that ever happened; or the new description of a known one.

    The numbers of a known one go on: what is new in its description holds for facts that have none yet.
    """
    said: dict[str, Any] = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(described).items()}
    code = said.pop("code")
    with transaction.atomic():
        due = {"next_try_at": next_file_at(described.hour, now=now) if described.hour is not None else None}
        known = {**said, **due, "ended_at": None, "changed_at": now}
        new = {**known, "added_at": now, "since": None if from_start else now}
        told, added = Subscriber.objects.update_or_create(code=code, defaults=known, create_defaults=new)
        facts = {"code": code, "kinds": told.kinds, "offices": told.offices, "fields": told.fields, "why": told.why}
        verb = "subscriber.added" if added else "subscriber.changed"
        record(verb=verb, actor=actor, now=now, subject=told, **facts)
    return told


def end_subscriber(*, subscriber: Subscriber, actor: Actor, now: datetime) -> None:
    """It is told nothing any more. What it was told stays on record; what waits for it stays where it is."""
    _set("subscriber.ended", subscriber, actor, now, ended_at=now)


def pause_subscriber(*, subscriber: Subscriber, reason: str, actor: Actor, now: datetime) -> None:
    """It is told nothing for now; its facts are numbered once it goes on, and none is lost."""
    _set("subscriber.paused", subscriber, actor, now, reason=reason, paused_at=now)


def resume_subscriber(*, subscriber: Subscriber, actor: Actor, now: datetime) -> None:
    """It is told again, beginning with what waits, and at once."""
    _set("subscriber.resumed", subscriber, actor, now, paused_at=None, next_try_at=None, silent_since=None)


def note_rotation(*, subscriber: Subscriber, actor: Actor, now: datetime) -> None:
    """Its secret was replaced: for the policy's hours both hold."""
    _set("subscriber.rotated", subscriber, actor, now, rotated_at=now)


def ask_for_file(*, subscriber: Subscriber, actor: Actor, now: datetime) -> None:
    """A file is wanted now; the next daily one comes all the same."""
    _set("subscriber.file-asked", subscriber, actor, now, next_try_at=now)


def schedule_file(*, subscriber_id: int, at: datetime | None, now: datetime) -> None:
    """When the next file is due, once one is written."""
    with transaction.atomic():
        written = {"next_try_at": at, "heard_at": now, "silent_since": None, "last_error": ""}
        Subscriber.objects.filter(pk=subscriber_id).update(**written)


def replay_from(*, subscriber: Subscriber, number: int, actor: Actor, now: datetime) -> int:
    """All facts from this number on are sent once more, under the same numbers; returns how many."""
    with transaction.atomic():
        Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        facts = OutboxDelivery.objects.filter(subscriber=subscriber, number__gte=number, given_up_at__isnull=True)
        count = facts.update(delivered_at=None, parked_at=None, attempts=0, next_try_at=None, last_error="")
        record(verb="subscriber.replayed", actor=actor, now=now, subject=subscriber, number=number, count=count)
    return count


def _set(verb: str, subscriber: Subscriber, actor: Actor, now: datetime, reason: str = "", **fields: object) -> None:
    with transaction.atomic():
        Subscriber.objects.filter(pk=subscriber.pk).update(**fields, changed_at=now)
        because: dict[str, Any] = {"reason": reason} if reason else {}
        record(verb=verb, actor=actor, now=now, subject=subscriber, code=subscriber.code, **because)
