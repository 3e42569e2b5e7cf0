"""Loading drops: every file is looked through first, then all go in, chunk by chunk.

A run that is stopped, or killed, goes on where it was when the same is loaded again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection

from adsum.court.actions import begin_drop, end_drop, merge_chunk, refuse_drop
from adsum.court.queries import files_of_drop
from adsum.court.rules import Aside, Chunk, RowKind
from adsum.exchange.court.drops import Found, crosswalk_of, drop_in, folders_of, look_through
from adsum.exchange.court.layout import LAYOUTS
from adsum.exchange.court.reading import CourtLines, FileRefused
from adsum.ledger.rules import Actor
from adsum.outbox.actions import count_refused
from adsum.outbox.rules import Door, RefusedFor

CHUNK, CHUNK_BYTES = 20_000, 16_000_000
_ALONE = "hashtext('adsum.court')"


@dataclass
class Loaded:
    """What became of the drops. `rows` and `set_aside` count what is in them, `changed` what this run has changed."""

    drops: int = 0
    again: int = 0
    changed: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0


def load_folder(
    folder: Path, *, actor: Actor, now: datetime, say: Callable[[int], None] = lambda lines: None
) -> Loaded:
    """Load a day's folder, or all of those below it. Raises FileRefused: then nothing of any of them was kept."""
    try:
        found = [drop_in(day, today=now.date()) for day in folders_of(folder)]
        if crosswalk := crosswalk_of(folder):
            found.insert(0, look_through(crosswalk.name, [(crosswalk, LAYOUTS[0])], today=now.date()))
    except FileRefused as refused:
        refuse_drop(name=folder.name, refusal=str(refused), actor=actor, now=now)
        count_refused(door=Door.COURT, why=RefusedFor.LAYOUT, now=now)
        raise
    loaded = Loaded()
    with _one_at_a_time():
        for drop in found:
            _load(drop, loaded, actor, now, say)
    return loaded


def _load(found: Found, loaded: Loaded, actor: Actor, now: datetime, say: Callable[[int], None]) -> None:
    drop = begin_drop(given=found.given, actor=actor, now=now)
    if drop.ended_at is None:
        of_kind = {lines.layout.kind: lines for lines in found.lines}
        for file in files_of_drop(drop_id=drop.pk, seen_by=actor):
            for chunk in _ahead(chunks_of(of_kind[RowKind(file.kind)], done=file.done, line=file.lines)):
                loaded.changed += merge_chunk(file=file, chunk=chunk, actor=actor, now=now)
                say(len(chunk.rows))
        end_drop(drop=drop, actor=actor, now=now)
    else:
        loaded.again += 1
    loaded.drops += 1
    for file in files_of_drop(drop_id=drop.pk, seen_by=actor):
        loaded.rows[file.kind] += file.read
        loaded.set_aside += file.set_aside


def chunks_of(lines: CourtLines, *, done: int, line: int) -> Iterator[Chunk]:
    """The file from this byte on, some thousand lines at a time. `line`: how many lines stand before that byte."""
    line, begin = max(line, 1), done
    rows: list[str] = []
    aside: list[Aside] = []
    for raw, end in lines.raw_from(done):
        line += 1
        match lines.read(raw, line):
            case str(row):
                rows.append(row)
            case Aside() as broken:
                aside.append(broken)
        if len(rows) + len(aside) >= CHUNK or end - begin >= CHUNK_BYTES:
            yield Chunk(rows, aside, end, line)
            rows, aside, begin = [], [], end
    if rows or aside:
        yield Chunk(rows, aside, end, line)


def _ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Each chunk, while the next one is being read: the database works meanwhile."""
    with ThreadPoolExecutor(1, thread_name_prefix="court") as reader:
        coming = reader.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = reader.submit(next, chunks, None)
            yield chunk


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Waits for who loads another drop; the server lets go of the lock when this process is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({_ALONE})")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({_ALONE})")
