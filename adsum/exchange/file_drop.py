"""Telling one subscriber by files: once a day and whenever somebody asks, CSV or NIEM 6 JSON-LD, each with its list."""

from __future__ import annotations

import random
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.utils import timezone

from adsum.core.keeping import put_whole
from adsum.exchange.envelope import as_json
from adsum.exchange.knowing import known_of
from adsum.exchange.layouts import LAYOUTS
from adsum.ledger.rules import RULES
from adsum.outbox.actions import mark_delivered, mark_silent, number_events, schedule_file
from adsum.outbox.queries import facts_to_send
from adsum.outbox.rules import next_file_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from threading import Event as Signal

    from adsum.outbox.models import Subscriber
    from adsum.outbox.rules import Owed

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
MOST_IN_A_FILE = 50_000


def write_files(subscriber: Subscriber, stop: Signal) -> None:
    """Write a file when it is due. A folder that is not there is waited for; nothing is lost meanwhile."""
    due = subscriber.next_try_at
    while not stop.is_set():
        now = timezone.now()
        if due is not None and now >= due:
            try:
                write_due(subscriber, due=due, now=now)
                return  # what is due next stands in the database: the dispatcher begins anew with it
            except OSError as error:
                said = f"{subscriber.address}: {error.strerror or type(error).__name__}"
                chance = random.random()  # noqa: S311
                pause = mark_silent(subscriber_id=subscriber.pk, error=said, chance=chance, now=now)
                log.warning("outbox.folder-away", subscriber=subscriber.code, error=said)
                stop.wait(pause.total_seconds())
                continue
        stop.wait(LOOK_SECONDS)


def write_due(subscriber: Subscriber, *, due: datetime, now: datetime) -> list[Path]:
    """All that waits, in files of bounded size; one without a fact where nothing does. Returns their paths."""
    number_events(subscriber_id=subscriber.pk, now=now)
    written: list[Path] = []
    wanted: dict[str, Any] = {"subscriber_id": subscriber.pk, "at": now, "most": MOST_IN_A_FILE}
    while (facts := facts_to_send(**wanted, seen_by=RULES)) or not written:
        written.append(_write(subscriber, facts, due))
        mark_delivered(subscriber_id=subscriber.pk, numbers=[fact.number for fact in facts], now=now)
    following = next_file_at(subscriber.hour, now=now) if subscriber.hour is not None else None
    schedule_file(subscriber_id=subscriber.pk, at=following, now=now)
    return written


def _write(subscriber: Subscriber, facts: Sequence[Owed], due: datetime) -> Path:
    """The file, then its list: what has a list is whole. Killed between the two, the same is written again."""
    first, last = (facts[0].number, facts[-1].number) if facts else (0, 0)
    stem = f"adsum-{subscriber.code}-{due:%Y%m%dT%H%M%S}Z-{first}-{last}"
    known = known_of({fact.participant_id for fact in facts}, fields=subscriber.fields)
    text = LAYOUTS[subscriber.layout](facts, known, subscriber, settings.PUBLIC_URL)
    path = Path(subscriber.address) / f"{stem}.{subscriber.layout}"
    content = text.encode()
    put_whole(path, content, mode=0o666)
    listed = {
        "file": path.name,
        "facts": len(facts),
        "first": first,
        "last": last,
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    put_whole(path.with_name(f"{stem}.list.json"), f"{as_json(listed)}\n".encode(), mode=0o666)
    return path
