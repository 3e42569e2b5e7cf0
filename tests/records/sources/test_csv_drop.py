"""CSV of any layout, by its mapping; a file that is not right as a whole gives nothing."""

from io import BytesIO
from typing import Any

import pytest

from adsum.records.rules import Kind, RecordIn
from adsum.records.sources.csv_drop.reading import check, read
from adsum.records.sources.mapping import BadMapping
from adsum.records.sources.rows import LONGEST_LINE, FileRefused, Row

COUNTY: dict[str, Any] = {
    "encoding": "cp1252",
    "delimiter": ";",
    "dates": ["%m/%d/%Y", "%Y%m%d"],
    "fields": {
        "record_id": "BOOKING", "version": "SEQ", "kind": "TYPE", "given_names": ["FIRST", "MIDDLE"],
        "surnames": "LAST", "date_of_birth": "DOB", "sex": "SEX", "withdrawn": "STATUS", "event_on": "BOOKED",
    },
    "kinds": {"A": "arrest", "W": "warrant"},
    "constants": {"state": "NJ"},
    "flags": {"withdrawn": ["EXPUNGED"]},
}  # fmt: skip
HEADER = "BOOKING;SEQ;TYPE;FIRST;MIDDLE;LAST;DOB;SEX;STATUS;BOOKED;EXTRA"
ROW = "B-1;2;A;José;Luis;Peña Ruiz;03/14/1988;m;;20261101;x"


def rows(text: str, settings: dict[str, Any] = COUNTY, encoding: str = "cp1252") -> list[Row]:
    return list(read(BytesIO(text.encode(encoding)), settings))


def test_their_words_become_ours() -> None:
    (row,) = rows(f"{HEADER}\r\n{ROW}\r\n")
    assert row == Row(
        2,
        RecordIn(
            record_id="B-1",
            version="2",
            kind=Kind.ARREST,
            given_names="José Luis",
            surnames="Peña Ruiz",
            date_of_birth="1988-03-14",
            sex="M",
            state="NJ",
            event_on="2026-11-01",
        ),
    )


def test_without_a_mapping_their_names_are_ours() -> None:
    plain = {"fields": {"record_id": "record_id", "kind": "kind"}}
    (row,) = rows("\ufeffrecord_id,kind\n7,warrant\n", plain, "utf-8")
    assert row.record == RecordIn("7", "", Kind.WARRANT)


def test_a_file_without_a_header_has_its_names_in_the_settings() -> None:
    bare = {"header": ["n", "k"], "fields": {"record_id": "n", "kind": "k"}}
    assert [row.number for row in rows("7,arrest\n8,arrest\n", bare)] == [1, 2]


@pytest.mark.parametrize(
    ("change", "record"),
    [
        (("03/14/1988", "00/00/0000"), {"date_of_birth": ""}),
        (("03/14/1988", ""), {"date_of_birth": ""}),
        ((";;20261101", ";expunged;20261101"), {"withdrawn": True}),
        ((";m;", ";?;"), {"sex": ""}),
        (("José", "-"), {"given_names": "- Luis"}),
        ((";2;", ";11/02/2026;"), {"version": "2026-11-02"}),
        ((";2;", ";2026-11-02T23:00:00-05:00;"), {"version": "2026-11-03T04:00:00+00:00"}),
        ((";2;", ";T2;"), {"version": "T2"}),
        (("B-1", "+1 212-555"), {"record_id": "+1 212-555"}),
    ],
)
def test_what_is_odd_but_readable(change: tuple[str, str], record: dict[str, Any]) -> None:
    (row,) = rows(f"{HEADER}\n{ROW.replace(*change)}\n")
    assert row.record is not None
    assert {name: getattr(row.record, name) for name in record} == record


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("B-1;", ";"), "no number of its own"),
        ((";A;", ";Q;"), "kind “Q” is not in the mapping"),
        (("03/14/1988", "31/02/1990"), "date_of_birth “31/02/1990” is no day in the form"),
        (("20261101", "03/14/0026"), "event_on"),
        (("Peña", "P" * 201), "surnames is longer than 200"),
    ],
)
def test_a_poison_row_is_set_aside_and_stops_nobody(change: tuple[str, str], reason: str) -> None:
    poison, good = rows(f"{HEADER}\n{ROW.replace(*change)}\n{ROW}\n")
    assert good.record and poison.record is None
    assert (poison.number, poison.text) == (2, ROW.replace(*change)[:2000])
    assert reason in poison.reason


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\n \n\n", "the file is empty"),
        (HEADER.encode(), "a header but no rows"),
        (b"BOOKING;TYPE\n1;A\n", "line 1: the header lacks BOOKED, DOB, FIRST"),
        (f"{HEADER};DOB\n{ROW};x\n".encode("cp1252"), "names DOB twice"),
        (f"{HEADER}\n{ROW}\n{ROW};more\n".encode("cp1252"), "line 3: 12 fields instead of 11"),
        (f"{HEADER}\n{ROW}\nB-2;1;A".encode("cp1252"), "line 3: 3 fields instead of 11"),
        (f'{HEADER}\n"{ROW}\n'.encode("cp1252"), "line 2: unexpected end"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "line 1: the file is UTF-16"),
        (f"{HEADER}\n{ROW}\n".encode("cp1252").replace(b"\xe9", b"\x81"), "line 2: byte 0x81 is not CP1252"),
        (f"{HEADER}\n{ROW}\n".encode("cp1252").replace(b"B-1", b"B\x001"), "line 2: control character U+0000"),
        (f"{HEADER}\n{ROW}\n{ROW}\n".replace("x\n", "=cmd|' /C calc'!A0\n", 1).encode("cp1252"), "line 2: “=…” is a"),
        (f"{HEADER}\n{ROW.replace('Luis', '@SUM(A1)')}\n".encode("cp1252"), "line 2: “@…” is a formula"),
        (f"{HEADER}\n{ROW.replace('Luis', '+1+HYPERLINK(2)')}\n".encode("cp1252"), "line 2: “+…” is a formula"),
        (b"a" * (LONGEST_LINE + 2), f"line 1: longer than {LONGEST_LINE:,} bytes"),
        (b"\x1f\x8b\x08\x00", "line 1: the file is packed"),
        (b"PK\x03\x04abc", "line 1: the file is packed"),
        (f"{HEADER}\n{ROW.replace('Luis', 'L' * 10_001)}\n".encode("cp1252"), "line 2: field larger than field limit"),
    ],
    ids=range(18),
)
def test_a_file_that_is_not_right_gives_nothing_and_says_where(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        list(read(BytesIO(content), COUNTY))
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"encoding": "utf-16"}, "encoding"),
        ({"delimiter": "::"}, "delimiter"),
        ({"dates": "%Y"}, "dates"),
        ({"dates": ["yyyy"]}, "dates"),
        ({"fields": {"record_id": "n"}}, "kind from a column"),
        ({"fields": {"record_id": "n", "kind": "k", "religion": "r"}}, "religion is none of ours"),
        ({"fields": {"record_id": 7, "kind": "k"}}, "fields.record_id"),
        ({"kinds": {"A": "murder"}}, "murder"),
        ({"flags": {"urgent": "yes"}}, "flags"),
        ({"delimeter": ";"}, "delimeter is not known"),
        ({"header": ["BOOKING"]}, "lacks"),
        ({"header": "BOOKING"}, "header"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_when_they_are_given(change: dict[str, Any], why: str) -> None:
    check(COUNTY)
    with pytest.raises(BadMapping, match=why):
        check({**COUNTY, **change})
