"""What every reader gives and refuses: rows, text that is safe to keep, lines of a file of any length."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from adsum.records.rules import RecordIn

LONGEST_LINE = 100_000
LONGEST_TEXT = 2_000  # what is kept of a row that was set aside
MOST_BYTES = 2_000_000_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[=@\t\r]|[+\-](?![\s\d().\-]*$)")  # a number, a phone and a bare dash are none
Settings = Mapping[str, Any]


class FileRefused(Exception):
    """The delivery is not what it should be; says where and what to do. Nothing of it was taken."""


class RowFault(Exception):
    """One row cannot be read; says why. The others can."""


@dataclass(frozen=True)
class Row:
    """One row of a delivery: its place as a person counts it, and the record; or why there is none, and its text."""

    number: int
    record: RecordIn | None
    reason: str = ""
    text: str = ""


def set_aside(number: int, fault: RowFault, text: str) -> Row:
    """A row that stops nobody else's."""
    return Row(number, None, str(fault)[:300], _CONTROLS.sub("", text)[:LONGEST_TEXT])


def refuse_hostile(value: str, where: str) -> None:
    """Raises FileRefused for control characters, and for what a spreadsheet would run as a formula."""
    if found := _CONTROLS.search(value):
        raise FileRefused(f"{where}: control character U+{ord(found[0]):04X}; this is no plain text: export it again")
    if _FORMULA.match(value):
        raise FileRefused(f"{where}: “{value[:1].strip() or 'tab'}…” is a formula, not data: ask who sent this")


def read_lines(file: IO[bytes], encoding: str = "utf-8") -> Iterator[str]:
    """Every line, decoded, with its end. `encoding` keeps ASCII as it is. Raises FileRefused."""
    number = read = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        read += len(raw)
        if number == 1:
            raw = _without_mark(raw)
        if len(raw) > LONGEST_LINE:
            raise FileRefused(f"line {number}: longer than {LONGEST_LINE:,} bytes; the layout is another one")
        if read > MOST_BYTES:
            raise FileRefused(f"line {number}: the delivery is larger than {MOST_BYTES:,} bytes: send it in parts")
        yield _decoded(raw, encoding, number)


def _without_mark(raw: bytes) -> bytes:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused("line 1: the file is UTF-16: export it again as UTF-8")
    if raw[:2] == b"\x1f\x8b" or raw[:4] == b"PK\x03\x04":
        raise FileRefused("line 1: the file is packed (gzip or zip): unpack it first")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _decoded(raw: bytes, encoding: str, number: int) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        raise FileRefused(f"line {number}: byte 0x{byte:02X} is not {encoding.upper()}: check the encoding") from error
    if found := _CONTROLS.search(text):
        raise FileRefused(f"line {number}: control character U+{ord(found[0]):04X}; this is no plain text")
    return text
