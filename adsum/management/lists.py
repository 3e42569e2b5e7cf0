"""Lists in CSV files: read row by row, each with its faults; nothing is kept of a list with a fault."""

import csv
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from typing import TypeVar

from django.core.management.base import CommandError

from adsum.management.commanding import Answer
from adsum.staffing.actions import ImportRefused
from adsum.staffing.rules import RowFault

R = TypeVar("R")
MOST_BYTES = 20_000_000


def read_list(
    file: str, *, columns: tuple[str, ...], read: Callable[[int, Mapping[str, str | None]], R | list[RowFault]]
) -> list[R]:
    """The rows of a CSV file, or of standard input for “-”. Raises ImportRefused with every fault, or CommandError."""
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as source:
            content = source.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise CommandError(f"{file} is too large for a list of this kind")
        table = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
        lacking = [column for column in columns if column not in (table.fieldnames or ())]
        if lacking:
            raise CommandError(f"{file} lacks the columns {', '.join(lacking)}; nothing was kept")
        found = [read(number, row) for number, row in enumerate(table, 2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    faults = [fault for one in found if isinstance(one, list) for fault in one]
    if faults:
        raise ImportRefused(faults)
    return [one for one in found if not isinstance(one, list)]


def told_of(refused: ImportRefused) -> Answer:
    """The answer to a list that was not kept."""
    faults = [{"row": one.row, "field": one.field, "reason": one.reason} for one in refused.faults]
    return {"ok": False, "new": 0, "changed": 0, "same": 0, "errors": faults}


def line_by_line(answer: Answer) -> list[str]:
    """The faults of an answer, a line each."""
    return [f"row {one['row']}, {one['field']}: {one['reason']}" for one in answer["errors"]]
