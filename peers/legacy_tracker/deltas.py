"""The nightly file: who changed since the last one, a row each, with a last line that counts them."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from peers.legacy_tracker.faults import Faults
from peers.legacy_tracker.rows import COLUMNS, Subject
from peers.legacy_tracker.store import Store

MARK = "delta"  # the number of the log up to which the files go
PART = ".part"
FORM = "%m/%d/%Y %H:%M:%S"
MOST = 50_000


def write_deltas(store: Store, folder: Path, faults: Faults, *, now: datetime) -> list[Path]:
    """Tonight's file, and as many more as it takes where more has changed than one file holds."""
    waiting = store.last_change() - store.mark(MARK, 0)
    return [write_delta(store, folder, faults, now=now) for _ in range(1 + max(0, waiting - 1) // MOST)]


def write_delta(store: Store, folder: Path, faults: Faults, *, now: datetime) -> Path:
    """Write one file, `LTDELTA_YYYYMMDDHHMMSS.txt`: bars between columns, Windows-1252, CR LF.

    The first line names the columns, the last one is `TRAILER|rows|last number of the log|moment`. Whom the code page
    cannot write has question marks instead. Where the log has nothing new the file has these two lines. It is written
    under another name and renamed: after a kill it is whole or not there, and the next one begins where it would have.
    """
    since = store.mark(MARK, 0)
    changes = faults.late(store.changes(after=since, most=MOST))
    latest: dict[str, Subject] = {subject.subj_no: subject for _, _, subject in changes}
    rows = faults.rows(list(latest.values()))
    last = max((seq for seq, _, _ in changes), default=since)
    said = faults.moment(now).strftime(FORM)
    lines = ["|".join(COLUMNS), *map(_line, rows), f"TRAILER|{len(rows)}|{last}|{said}"]
    path = _put(folder, faults.cut("".join(f"{line}\r\n" for line in lines).encode("cp1252", "replace")), now)
    store.set_mark(MARK, last)
    return path


def _line(subject: Subject) -> str:
    return "|".join(str(getattr(subject, name)).replace("|", "/") for name in COLUMNS)


def _put(folder: Path, content: bytes, now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"*{PART}"):
        left.unlink()
    path = _name(folder, now)
    while path.exists():
        now += timedelta(seconds=1)
        path = _name(folder, now)
    beside = path.with_suffix(PART)
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return path


def _name(folder: Path, now: datetime) -> Path:
    return folder / f"LTDELTA_{now:%Y%m%d%H%M%S}.txt"
