"""Reading a delivery: first all of it is looked at, then it is taken batch by batch, each in one transaction.

Whoever is killed in the middle and started again goes on after the last batch. One reader of a source works at a time.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.db import connection

from adsum.outbox.actions import count_refused
from adsum.outbox.rules import Door, RefusedFor
from adsum.records.actions import (
    Aside,
    close_delivery,
    note_failing,
    open_delivery,
    refuse_delivery,
    take_records,
)
from adsum.records.sources.all import ADAPTERS
from adsum.records.sources.rows import FileRefused, Row

if TYPE_CHECKING:
    from adsum.records.models import Delivery, RecordSource

BATCH = 500
COUNTED = ("rows", "fresh", "changed", "known", "withdrawn", "aside")


@dataclass
class Loaded:
    """What became of one delivery. `again`: it was read before, and nothing was done; `is_whole`: nothing is left."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    refused: str = ""
    again: bool = False
    is_whole: bool = True


def load_file(
    path: Path,
    *,
    source: RecordSource,
    now: datetime,
    say: Callable[[int], None] = lambda done: None,
    is_over: Callable[[], bool] = lambda: False,
) -> Loaded:
    """Read a file that a source left; when the time `is_over` the rest waits for the next call.

    What has been begun was looked at as a whole before. Raises OSError where it cannot be read at all.
    """
    with path.open("rb") as file, one_reader_of(source):
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        delivery = open_delivery(source=source, label=path.name, digest=digest, path=str(path), now=now)
        if delivery is None:
            return Loaded(again=True)
        try:
            if not delivery.next_row:
                _look_at_all(_rows(file, source))
            return take_rows(_rows(file, source), delivery=delivery, now=now, say=say, is_over=is_over)
        except FileRefused as refusal:
            refuse_delivery(delivery=delivery, why=str(refusal), now=now)
            count_refused(door=Door.RECORD_FILES, why=RefusedFor.LAYOUT, now=now)
            note_failing(source=source, error=f"{path.name}: {refusal}", now=now)
            return Loaded(refused=str(refusal))


def take_rows(
    rows: Iterator[Row],
    *,
    delivery: Delivery,
    now: datetime,
    say: Callable[[int], None] = lambda done: None,
    is_over: Callable[[], bool] = lambda: False,
) -> Loaded:
    """Take what has not been taken of an opened delivery, then close it; or stop between two batches.

    One batch is taken however long it took to come to it: who goes on gets further each time.
    """
    done = sum(1 for _ in islice(rows, delivery.next_row))
    following = list(islice(rows, BATCH))
    while batch := following:
        done += len(batch)
        take_records(
            delivery=delivery,
            records=[row.record for row in batch if row.record],
            aside=[Aside(row.number, row.reason, row.text) for row in batch if not row.record],
            next_row=done,
            now=now,
        )
        say(done)
        following = list(islice(rows, BATCH))
        if following and is_over():
            return Loaded({name: getattr(delivery, name) for name in COUNTED}, is_whole=False)
    close_delivery(delivery=delivery, now=now)
    return Loaded({name: getattr(delivery, name) for name in COUNTED})


def _look_at_all(rows: Iterator[Row]) -> None:
    deque(rows, maxlen=0)


def _rows(file: IO[bytes], source: RecordSource) -> Iterator[Row]:
    file.seek(0)
    return ADAPTERS[source.adapter].read(file, source.settings)


@contextmanager
def one_reader_of(source: RecordSource) -> Iterator[None]:
    """Waits for who reads another delivery of this source. The server lets go when this process is gone."""
    name = f"adsum.records.{source.code}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
