"""Reading an agency's export: UTF-8 CSV, plain or gzip, with or without a byte order mark. All of it, or none."""

import csv
import gzip
import io
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from adsum.enrolment.rules import COLUMNS, REJECTING, Graded, Row

LONGEST_FIELD = 10_000


class FileRefused(Exception):
    """The file is not what it should be; the message names the line and says what to do. Nothing was enrolled."""


def read_wave(source: str) -> list[Row]:
    """Every row of the file (`-`: standard input). Raises FileRefused."""
    text = _decode(_read_bytes(source), source)
    rows = list(_rows(text))
    if not rows:
        raise FileRefused("the file has a header but no rows: export it again")
    return rows


def _read_bytes(source: str) -> bytes:
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise FileRefused(f"{source} cannot be read ({error.strerror}): check the path") from error
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileRefused(f"the gzip file is cut or damaged ({error}): copy it again") from error


def _decode(raw: bytes, source: str) -> str:
    if not raw.strip():
        raise FileRefused(f"{'standard input' if source == '-' else source} is empty: export it again")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused("the file is UTF-16: export it again as UTF-8")
    if (at := raw.find(b"\x00")) >= 0:
        raise FileRefused(f"line {_line_at(raw, at)}: a zero byte; this is not a text file: export it again as CSV")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = _line_at(raw, error.start), raw[error.start]
        raise FileRefused(f"line {line}: byte 0x{byte:02X} is not UTF-8: export it again as UTF-8") from error


def _line_at(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def _rows(text: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    cells: list[str] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header)
        last = len(text.splitlines())
        for cells in reader:
            if cells:
                _check_row(cells, header, reader.line_num, last)
                yield Row(reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise FileRefused(f"line {reader.line_num}: {error}; the file is cut or damaged: export it again") from error
    _check_end(text, header, cells, reader.line_num)


def _check_header(header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise FileRefused(f"line 1: the header lacks {', '.join(missing)}: export all of {', '.join(COLUMNS)}")
    twice = sorted(name for name, count in Counter(header).items() if count > 1 and name)
    if twice:
        raise FileRefused(f"line 1: the header names {', '.join(twice)} twice: export it again")


def _check_row(cells: list[str], header: list[str], line: int, last: int) -> None:
    if len(cells) != len(header):
        cut = "; the file seems to be cut here" if line == last and len(cells) < len(header) else ""
        raise FileRefused(f"line {line}: {len(cells)} fields instead of {len(header)}{cut}: export it again")


def _check_end(text: str, header: list[str], cells: list[str], line: int) -> None:
    """A file that ends without a line end, in the middle of the last row's last day, was cut there."""
    ends_open = not text.endswith(("\n", "\r"))
    if cells and ends_open and header[-1] == "first_due_on" and len(cells[-1]) < len("2026-01-31"):
        raise FileRefused(
            f"line {line}: the last field ends in the middle (“{cells[-1]}”); the file seems to be cut here"
        )


def write_rejects(rejected: list[Graded], beside: str, spare: Path) -> Path:
    """One line a rejected row: its number, field, value, reason; beside the input or, where that fails, in `spare`."""
    name = "stdin" if beside == "-" else Path(beside).name.removesuffix(".gz").removesuffix(".csv")
    folders = [spare] if beside == "-" else [Path(beside).resolve().parent, spare]
    for folder in folders:
        path = folder / f"{name}.rejects.csv"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                _write_rejects(file, rejected)
        except OSError:
            continue
        return path
    raise FileRefused(
        f"all was enrolled, but the rejects cannot be written to {folders[-1]}: make room there and run this again"
    )


def _write_rejects(file: io.TextIOBase, rejected: list[Graded]) -> None:
    writer = csv.writer(file)
    writer.writerow(["row", "field", "value", "reason", "fault"])
    for graded in rejected:
        faults = [fault for fault in REJECTING if fault in graded.faults]
        field = REJECTING[faults[0]][0]
        reasons = "; ".join(REJECTING[fault][1] for fault in faults)
        writer.writerow([graded.row.number, field, _harmless(graded.row.values[field]), reasons, "|".join(faults)])


def _harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
