"""The watched folder: `DROP/CODE/file`. What was read is moved to `DROP/CODE/read`, what was refused to `…/refused`.

A file that is still being written is left: one that was changed just now, or whose name says so.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from adsum.ledger.rules import RULES
from adsum.management.records_reading import Loaded, load_file
from adsum.records.actions import note_failing
from adsum.records.queries import sources_known

if TYPE_CHECKING:
    from adsum.records.models import RecordSource

log = structlog.get_logger(__name__)
QUIET_SECONDS, LONGEST_SECONDS = 20, 30.0
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".why.txt")


def read_drops(now: datetime) -> int:
    """Read every whole file that lies in the folder of its source, the oldest first; returns how many.

    What is too long for one run goes on in the next: the worker has other work, and the next source has its turn.
    """
    if not settings.RECORDS_DROP:
        return 0
    folder = Path(settings.RECORDS_DROP)
    left = [(source, _whole_files(folder / source.code, now)) for source in sources_known(seen_by=RULES)]
    waiting = [(source, paths) for source, paths in left if paths]
    return sum(_read_some(source, paths, LONGEST_SECONDS / len(waiting), now) for source, paths in waiting)


def _read_some(source: RecordSource, paths: list[Path], seconds: float, now: datetime) -> int:
    """Read the files of one source, until its time is over; returns how many are done."""
    share, count = _Share(seconds), 0
    for path in paths:
        try:
            loaded = load_file(path, source=source, now=now, is_over=share.is_over)
            if not loaded.is_whole:
                break
            _put_away(path, loaded)
            count += 1
        except OSError as error:
            log.warning("records.drop-unreadable", source=source.code, error=type(error).__name__)
            note_failing(source=source, error=f"{path.name}: cannot be read or moved ({error.strerror})", now=now)
        if share.is_over():
            break
    return count


class _Share:
    """How long one source may be read in one run, from its first batch on.

    To look at a large file, or to come to where reading goes on, may take longer than that: then reading goes on for
    as long again, so that at most half of all time is spent on coming there.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._asked_at, self._ends_at = seconds, monotonic(), 0.0

    def is_over(self) -> bool:
        """Asked for the first time after the first batch: then it begins."""
        at = monotonic()
        self._ends_at = self._ends_at or at + max(self._seconds, at - self._asked_at)
        return at > self._ends_at


def forget_drops(*, before: datetime) -> int:
    """Erase files that were read or refused before this moment; returns how many. Files of sources only."""
    if not settings.RECORDS_DROP:
        return 0
    done = [
        path
        for source in sources_known(seen_by=RULES)
        for kind in ("read", "refused")
        for path in _files(Path(settings.RECORDS_DROP) / source.code / kind)
        if path.stat().st_mtime < before.timestamp()
    ]
    for path in done:
        path.unlink(missing_ok=True)
    return len(done)


def _whole_files(folder: Path, now: datetime) -> list[Path]:
    whole = [
        (path.stat().st_mtime, path)
        for path in _files(folder)
        if not path.name.startswith(".") and not path.name.endswith(UNFINISHED)
    ]
    return [path for changed, path in sorted(whole) if now.timestamp() - changed >= QUIET_SECONDS]


def _files(folder: Path) -> list[Path]:
    """The plain files of a folder; no links, which could lead anywhere."""
    with suppress(FileNotFoundError):
        return [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    return []


def _put_away(path: Path, loaded: Loaded) -> None:
    target = path.parent / ("refused" if loaded.refused else "read")
    target.mkdir(exist_ok=True)
    moved = target / path.name
    number = 1
    while moved.exists():
        number += 1
        moved = target / f"{path.stem}-{number}{path.suffix}"
    path.rename(moved)
    moved.touch()
    if loaded.refused:
        moved.with_name(f"{moved.name}.why.txt").write_text(f"{loaded.refused}\n", encoding="utf-8")


def unknown_folders(*, known: set[str]) -> list[str]:
    """Folders in the watched one that belong to no source: nobody reads what lies there."""
    if not settings.RECORDS_DROP or not Path(settings.RECORDS_DROP).is_dir():
        return []
    return sorted(path.name for path in Path(settings.RECORDS_DROP).iterdir() if path.name not in known)
