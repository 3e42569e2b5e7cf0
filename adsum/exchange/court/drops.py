"""Finding a drop's files in a folder, and looking through them once before anything is kept.

The look says which drop it is (the digest of its files) and of which day: the newest day on which its rows were
written. The folder's name only decides between drops of one day, because a drop may come late, under another name.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from adsum.court.rules import GivenDrop, GivenFile, RowKind
from adsum.exchange.court.fields import Unreadable, day_of
from adsum.exchange.court.layout import LAYOUTS, Layout
from adsum.exchange.court.reading import CourtLines, FileRefused, cells_of

BLOCK = 1 << 20
EARLIEST, LATEST = date(1980, 1, 1), date(2060, 1, 1)
SUPPORT = 100  # one row in so many must speak of a day before it is the drop's, at most MOST_SUPPORT
MOST_SUPPORT = 10


@dataclass(frozen=True)
class Found:
    """A drop that has been looked through."""

    given: GivenDrop
    lines: Sequence[CourtLines]


def folders_of(folder: Path) -> list[Path]:
    """The folder itself where court files are in it, or else the days' folders below it, in their order."""
    if not folder.is_dir():
        raise FileRefused(f"{folder} is no folder: name a day's folder, or the one with day1, day2, … in it")
    days = [folder] if _files_in(folder) else [one for one in folder.iterdir() if one.is_dir() and _files_in(one)]
    if not days:
        tables = ", ".join(layout.file for layout in LAYOUTS if layout.kind is not RowKind.CROSSWALK)
        raise FileRefused(f"{folder} has no files of the court ({tables}): check the path")
    return sorted(days, key=lambda one: (number_of(one.name), one.name))


def crosswalk_of(folder: Path) -> Path | None:
    """The crosswalk in the folder, or beside it."""
    for place in (folder, folder.resolve().parent):
        for path in sorted(place.iterdir()):
            if path.is_file() and path.name.lower().startswith("crosswalk"):
                return path
    return None


def number_of(name: str) -> int:
    """The number in a folder's name: 2 of day2, 20261113 of 2026-11-13; 0 where there is none."""
    return int("".join(re.findall(r"\d+", name))[-9:] or 0)


def look_through(name: str, files: Iterable[tuple[Path, Layout]], *, today: date) -> Found:
    """Read all of a drop once. Raises FileRefused where one of its files is not what it is named after."""
    lines = [CourtLines(path, layout) for path, layout in files]
    looks = [_look(one) for one in lines]
    given = [look.file for look in looks]
    digest = hashlib.sha256("".join(sorted(f"{file.kind} {file.digest}\n" for file in given)).encode()).hexdigest()
    dated = {look.file.kind: newest for look in looks if (newest := newest_day(look.days))}
    as_of = dated.get(RowKind.HEARING) or dated.get(RowKind.PROCEEDING) or today
    return Found(GivenDrop(name, number_of(name), as_of, digest, given), lines)


def drop_in(folder: Path, *, today: date) -> Found:
    """The drop in a day's folder."""
    return look_through(folder.name, _files_in(folder), today=today)


def newest_day(days: Counter[str]) -> date | None:
    """The newest day that enough rows speak of: a lone one is a slip of the pen."""
    needed = min(MOST_SUPPORT, 1 + days.total() // SUPPORT)
    found: list[date] = []
    for text, count in days.items():
        try:
            day = day_of(text)
        except Unreadable:
            continue
        if day and EARLIEST < day < LATEST and count >= needed:
            found.append(day)
    return max(found, default=None)


@dataclass(frozen=True)
class _Look:
    file: GivenFile
    days: Counter[str]


def _look(lines: CourtLines) -> _Look:
    sha, days, size = hashlib.sha256(), Counter[str](), 0
    with lines.open() as file:
        while block := file.read(BLOCK):
            sha.update(block)
            size += len(block)
    at = lines.header.dated_at
    if at is not None:
        for raw, _ in lines.raw_from(0):
            cells = raw.split(b"\t", at + 1)
            if len(cells) > at and len(days) < BLOCK:
                days["".join(cells_of(cells[at][:40]))] += 1
    return _Look(GivenFile(lines.layout.kind, lines.path.name, sha.hexdigest(), size), days)


def _files_in(folder: Path) -> list[tuple[Path, Layout]]:
    """The court's tables in this folder, each once."""
    found: list[tuple[Path, Layout]] = []
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    for layout in LAYOUTS:
        if layout.kind is not RowKind.CROSSWALK:
            same = [path for path in paths if path.name.lower().startswith(layout.file)]
            if len(same) > 1:
                raise FileRefused(f"{folder} has {same[0].name} and {same[1].name}: leave one of them there")
            found += [(path, layout) for path in same]
    return found
