"""The nightly file: who changed since the last one, a row each, with a last line that counts them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from peers.legacy_tracker.faults import Faults
from peers.legacy_tracker.rows import COLUMNS, Subject
from peers.legacy_tracker.store import Store

MARK = "last-delta"  # beside the files: the number of the log up to which they go
FORM = "%m/%d/%Y %H:%M:%S"
MOST = 1_000_000


def write_delta(store: Store, folder: Path, faults: Faults, *, now: datetime) -> Path:
    """Write tonight's file, `LTDELTA_YYYYMMDDHHMMSS.txt`: bars between columns, Windows-1252, CR LF.

    The first line names the columns, the last one is `TRAILER|rows|last number of the log|moment`. Whom the code page
    cannot write has question marks instead. Where the log has nothing new the file has these two lines.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    since = int(mark.read_text()) if mark.exists() else 0
    changes = faults.late(store.changes(after=since, most=MOST))
    latest: dict[str, Subject] = {subject.subj_no: subject for _, _, subject in changes}
    rows = faults.rows(list(latest.values()))
    last = max((seq for seq, _, _ in changes), default=since)
    said = faults.moment(now).strftime(FORM)
    lines = ["|".join(COLUMNS), *map(_line, rows), f"TRAILER|{len(rows)}|{last}|{said}"]
    path = folder / f"LTDELTA_{now:%Y%m%d%H%M%S}.txt"
    path.write_bytes(faults.cut("".join(f"{line}\r\n" for line in lines).encode("cp1252", "replace")))
    mark.write_text(str(last))
    return path


def _line(subject: Subject) -> str:
    return "|".join(str(getattr(subject, name)).replace("|", "/") for name in COLUMNS)
