"""People and records as CSV files (plain or gzip), and the scores that are written beside them."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from adsum.records.matching.population import Description

DESCRIBED = ("given_names", "surnames", "date_of_birth", "sex", "city", "state", "case_number")
GZIP = b"\x1f\x8b"


class FileUnreadable(Exception):
    """The file cannot be read as what it should be; the message says what to do."""


def read_descriptions(path: Path, *, key: str) -> Iterator[Description]:
    """The rows of a file with these columns; others are not looked at. FileUnreadable."""
    for row in _rows(path, (key, *DESCRIBED)):
        yield Description(row[key].strip(), *(row[name] for name in DESCRIBED))


def read_truth(path: Path) -> dict[str, tuple[str, str]]:
    """By record id: the case number of whom it is about ("" if nobody), and the group of the name if the file says."""
    return {
        row["record_id"]: (row["case_number"], row.get("group", ""))
        for row in _rows(path, ("record_id", "case_number"))
    }


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if packed else file
            reader = csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""), restval="")
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise FileUnreadable(f"{path} has no column {', '.join(missing)}. Its first line must name them.")
            yield from reader
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}. Give a CSV file in UTF-8, plain or gzip.") from error
