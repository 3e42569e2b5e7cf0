"""The tracker's nightly file: bars between columns, Windows-1252, a first line of names and a last one that counts.

A file is taken whole or not at all. Letters that its code page lacks arrive as question marks: such a row is left to
the polling, which has them all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from adsum.counterparts.rules import Row
from adsum.exchange.adapting import DropRefused, ReadDrop
from adsum.exchange.legacy.columns import COLUMNS
from adsum.exchange.legacy.rows import RowRefused, read_row

NAMES = ("subj_no", "a_no", *COLUMNS, "rev")
NAMED = re.compile(r"LTDELTA_\d{14}\.txt")
MOST_BYTES = 400_000_000
LOST = "?"


def find_files(folder: Path) -> list[Path]:
    """The nightly files that lie there, the oldest first."""
    return sorted(path for path in folder.iterdir() if NAMED.fullmatch(path.name))


def read_file(path: Path) -> ReadDrop:
    """All rows of a file, or DropRefused with the line that is at fault."""
    if path.stat().st_size > MOST_BYTES:
        raise DropRefused(f"larger than {MOST_BYTES // 1_000_000} MB")
    lines = path.read_bytes().split(b"\r\n")
    if lines[-1] != b"" or len(lines) < 3:
        raise DropRefused("it ends in the middle of a line: copy it again")
    head, *body, trailer, _ = lines
    if head.decode("cp1252", "replace").split("|") != list(NAMES):
        raise DropRefused(f"line 1: the columns {'|'.join(NAMES)} are needed")
    counted = trailer.decode("cp1252", "replace").split("|")
    if counted[0] != "TRAILER" or len(counted) != 4 or not counted[1].isdecimal():
        raise DropRefused(f"line {len(lines) - 1}: the last line must count the rows (TRAILER|…): it is cut short")
    if int(counted[1]) != len(body):
        raise DropRefused(f"{len(body)} rows, but its last line counts {counted[1]}: it is cut short, or two are mixed")
    rows = list(_rows(body, as_of=counted[3]))
    whole = [row for row in rows if LOST not in row.said]
    return ReadDrop(whole, left=len(rows) - len(whole))


def _rows(body: list[bytes], *, as_of: str) -> Iterator[Row]:
    for number, line in enumerate(body, 2):
        try:
            cells = line.decode("cp1252").split("|")
            if len(cells) != len(NAMES):
                raise RowRefused(f"{len(cells)} columns instead of {len(NAMES)}")
            said: dict[str, object] = dict(zip(NAMES, cells, strict=True))
            revision = cells[-1]
            said |= {"rev": int(revision) if revision.isdecimal() and len(revision) < 19 else 0, "asof": as_of}
            yield read_row(said)
        except ValueError as error:
            raise DropRefused(f"line {number}: {error}") from error
