"""Lists of offices and staff, as programs that save tables write them."""

import io
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from adsum.management.lists import read_list
from adsum.staffing.rules import OFFICE_COLUMNS, read_office_row

ROWS = ",".join(OFFICE_COLUMNS) + "\r\nNYC,Oficina de Nueva York · Español,America/New_York,\r\n"


def read(monkeypatch: pytest.MonkeyPatch, content: bytes) -> list[str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
    found = read_list("-", columns=OFFICE_COLUMNS, read=read_office_row)
    return [str(one) for one in found]


def test_standard_input_is_read_as_a_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Excel writes the mark at the beginning; a server's terminal often knows ASCII only
    for content in (ROWS.encode(), ROWS.encode("utf-8-sig")):
        (tmp_path / "offices.csv").write_bytes(content)
        from_file = read_list(str(tmp_path / "offices.csv"), columns=OFFICE_COLUMNS, read=read_office_row)
        assert read(monkeypatch, content) == [str(one) for one in from_file]
        assert "Español" in str(from_file[0])


def test_another_encoding_is_refused_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        read(monkeypatch, ROWS.replace("·", "-").encode("latin-1"))


def test_a_list_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adsum.management.lists.MOST_BYTES", 50)
    with pytest.raises(CommandError, match="too large"):
        read(monkeypatch, ROWS.encode())
