"""Reading an agency's export: UTF-8 CSV, plain or gzip, with or without a byte order mark. All of it, or none.

It is read as a stream, as often as somebody asks: its length is no matter of memory.
"""

import codecs
import csv
import gzip
import io
import os
import shutil
import stat
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from adsum.enrolment.rules import COLUMNS, REJECTING, Graded, Row

LONGEST_FIELD = 10_000
BLOCK = 1 << 18


class FileRefused(Exception):
    """The file is not what it should be; the message names the line and says what to do. Nothing was enrolled."""


@contextmanager
def open_wave(source: str) -> Iterator["WaveFile"]:
    """The file (`-`: standard input), open until the end. What cannot be read twice is first copied to a temporary
    file. Raises FileRefused."""
    with ExitStack() as opened:
        try:
            file: IO[bytes] = sys.stdin.buffer if source == "-" else opened.enter_context(Path(source).open("rb"))
            if not stat.S_ISREG(_mode(file)) or source == "-":
                kept: IO[bytes] = opened.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(file, kept, BLOCK)
                file = kept
        except OSError as error:
            raise FileRefused(f"{source} cannot be read ({error.strerror}): check the path") from error
        yield WaveFile(file, "standard input" if source == "-" else source)


class WaveFile:
    """An agency's export. Each call of `rows` reads it from its beginning."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name

    def rows(self) -> Iterator[Row]:
        """Every row of the file, in order. Raises FileRefused, at the latest at the end."""
        for piece in self.pieces():
            yield from piece.rows()

    def pieces(self) -> Iterator["Piece"]:
        """The file in pieces of whole rows, in order, not yet looked into. Raises FileRefused.

        A row ends where a line ends, unless a quote is open there: where there are quotes, they are followed.
        """
        self._refuse_blank()
        plain = _Plain(self._unpacked())
        text = io.TextIOWrapper(io.BufferedReader(plain, BLOCK), "utf-8-sig", newline="")
        csv.field_size_limit(LONGEST_FIELD)
        header, line = _read_header(text)
        block, has_rows = text.read(BLOCK), False
        while block:
            block += text.readline()
            if '"' in block:
                block += _rest_of_row(block, text)
            following = text.read(BLOCK)
            ends_open = not following and plain.last_byte not in b"\r\n"
            yield Piece(header, line, block, not following, ends_open)
            line, has_rows, block = line + _count_lines(block), has_rows or bool(block.strip("\r\n")), following
        if not has_rows:
            raise FileRefused("the file has a header but no rows: export it again")

    def _refuse_blank(self) -> None:
        blocks = _Blocks(self._unpacked())
        if not any(block.strip() for block in iter(blocks.next, b"")):
            raise FileRefused(f"{self._name} is empty: export it again")

    def _unpacked(self) -> IO[bytes]:
        self._file.seek(0)
        packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        return cast(IO[bytes], gzip.GzipFile(fileobj=self._file)) if packed else self._file


class _Blocks:
    """The file's bytes, unpacked, block by block."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def next(self, size: int = BLOCK) -> bytes:
        try:
            return self._file.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FileRefused(f"the gzip file is cut or damaged ({error}): copy it again") from error


class _Plain(io.RawIOBase):
    """The same, looked at on their way: UTF-8 without a zero byte."""

    def __init__(self, file: IO[bytes]) -> None:
        self._blocks, self._decoder = _Blocks(file), codecs.getincrementaldecoder("utf-8")()
        self._lines_before, self.last_byte = 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._blocks.next(len(buffer))
        self._check(block)
        buffer[: len(block)] = block
        self._lines_before += block.count(b"\n")
        self.last_byte = block[-1:] or self.last_byte
        return len(block)

    def _check(self, block: bytes) -> None:
        if not self._lines_before and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileRefused("the file is UTF-16: export it again as UTF-8")
        if (at := block.find(b"\x00")) >= 0:
            line = self._line_at(block, at)
            raise FileRefused(f"line {line}: a zero byte; this is not a text file: export it again as CSV")
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line, byte = self._line_at(error.object, error.start), error.object[error.start]
            raise FileRefused(f"line {line}: byte 0x{byte:02X} is not UTF-8: export it again as UTF-8") from error

    def _line_at(self, block: bytes, position: int) -> int:
        return self._lines_before + block.count(b"\n", 0, position) + 1


class Piece(NamedTuple):
    """Whole rows of a file as its text has them, after so many lines. `ends_open`: the file's last line has no end."""

    header: list[str]
    lines_before: int
    text: str
    is_last: bool
    ends_open: bool

    def rows(self) -> Iterator[Row]:
        """Its rows, in order. Raises FileRefused."""
        csv.field_size_limit(LONGEST_FIELD)  # of the process that reads it, which may be older than `pieces`
        header, before, lines = self.header, self.lines_before, io.StringIO(self.text, newline="")
        reader, width = csv.reader(lines, strict=True), len(self.header)
        cells: list[str] = []
        try:
            for cells in reader:
                if cells:
                    if len(cells) != width:
                        is_last = self.is_last and not lines.readline()
                        raise FileRefused(_wrong_length(cells, header, before + reader.line_num, is_last=is_last))
                    yield Row(before + reader.line_num, dict(zip(header, cells, strict=True)))
        except csv.Error as error:
            raise FileRefused(_damaged(before + reader.line_num, error)) from error
        _check_end(header, cells, before + reader.line_num, ends_open=self.ends_open)


def _read_header(text: io.TextIOWrapper) -> tuple[list[str], int]:
    """The names of the columns, and how many lines they take."""
    reader = csv.reader(iter(text.readline, ""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(_damaged(reader.line_num, error)) from error
    _check_header(header)
    return header, reader.line_num


def _rest_of_row(block: str, text: io.TextIOWrapper) -> str:
    """What is still to come of the last row of these lines; what is damaged in them is said by who reads them."""
    rest: list[str] = []

    def lines() -> Iterator[str]:
        yield from io.StringIO(block, newline="")
        for line in iter(text.readline, ""):
            rest.append(line)
            yield line

    reader, own = csv.reader(lines(), strict=True), _count_lines(block)
    with suppress(csv.Error, StopIteration):
        while reader.line_num < own:
            next(reader)
    return "".join(rest)


def _count_lines(text: str) -> int:
    """As `csv` counts them: a carriage return ends a line, too."""
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    return ends + (not text.endswith(("\n", "\r")))


def _damaged(line: int, error: csv.Error) -> str:
    return f"line {line}: {error}; the file is cut or damaged: export it again"


def _mode(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_mode


def _check_header(header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise FileRefused(f"line 1: the header lacks {', '.join(missing)}: export the list with these columns too")
    twice = sorted(name for name, count in Counter(header).items() if count > 1 and name)
    if twice:
        raise FileRefused(f"line 1: the header names {', '.join(twice)} twice: export it again")


def _wrong_length(cells: list[str], header: list[str], line: int, *, is_last: bool) -> str:
    cut = "; the file seems to be cut here" if is_last and len(cells) < len(header) else ""
    return f"line {line}: {len(cells)} fields instead of {len(header)}{cut}: export it again"


def _check_end(header: list[str], cells: list[str], line: int, *, ends_open: bool) -> None:
    """A file that ends without a line end, in the middle of the last row's last day, was cut there."""
    if cells and ends_open and header[-1] == "first_due_on" and len(cells[-1]) < len("2026-01-31"):
        raise FileRefused(
            f"line {line}: the last field ends in the middle (“{cells[-1]}”); the file seems to be cut here"
        )


class Rejects:
    """A file with one line a rejected row: its number, field, value, reason. Whole only after `keep`."""

    def __init__(self, path: Path) -> None:
        self.path, self._part = path, path.with_name(f"{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(["row", "field", "value", "reason", "fault"])

    def add(self, graded: Graded) -> None:
        """One more rejected row."""
        faults = [fault for fault in REJECTING if fault in graded.faults]
        field = REJECTING[faults[0]][0]
        reasons = "; ".join(REJECTING[fault][1] for fault in faults)
        value = _harmless(graded.row.values[field])
        self._writer.writerow([graded.row.number, field, value, reasons, "|".join(faults)])

    def keep(self) -> None:
        """All are in: the file gets its name."""
        self._file.close()
        self._part.replace(self.path)


def open_rejects(beside: str, spare: Path) -> Rejects:
    """The file of rejects, beside the input or, where that fails, in `spare`."""
    name = "stdin" if beside == "-" else Path(beside).name.removesuffix(".gz").removesuffix(".csv")
    folders = [spare] if beside == "-" else [Path(beside).resolve().parent, spare]
    for folder in folders:
        try:
            return Rejects(folder / f"{name}.rejects.csv")
        except OSError:
            continue
    raise FileRefused(f"the rejects cannot be written to {folders[-1]}: make room there and run this again")


def _harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
