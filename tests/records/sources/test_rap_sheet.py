"""Rap sheets as a stream; what attacks the parser is refused unread."""

import tracemalloc
from io import BytesIO
from typing import Any

import pytest

from adsum.records.rules import Kind
from adsum.records.sources.rap_sheet.reading import read
from adsum.records.sources.rows import FileRefused

PERSON = """<rap:RapSheetPerson><nc:PersonName><nc:PersonGivenName>ANA</nc:PersonGivenName>
 <nc:PersonMiddleName>LUZ</nc:PersonMiddleName><nc:PersonSurName>LOPEZ  GARCIA</nc:PersonSurName></nc:PersonName>
 <nc:PersonBirthDate><nc:Date>1988-03-14</nc:Date></nc:PersonBirthDate><nc:PersonSexCode>F</nc:PersonSexCode>
 <j:PersonStateFingerprintIdentification><nc:IdentificationID>SID7</nc:IdentificationID>
 </j:PersonStateFingerprintIdentification></rap:RapSheetPerson>"""
ARREST = """<rap:RapSheetCycle><rap:Arrest><nc:ActivityIdentification><nc:IdentificationID>{}</nc:IdentificationID>
 </nc:ActivityIdentification><nc:ActivityDate><nc:Date>2026-11-02</nc:Date></nc:ActivityDate>
 <j:ArrestCharge><j:ChargeDescriptionText>Theft</j:ChargeDescriptionText></j:ArrestCharge>
 <j:ArrestCharge><j:ChargeDescriptionText>Trespass</j:ChargeDescriptionText></j:ArrestCharge>
 </rap:Arrest></rap:RapSheetCycle>"""
OPEN = '<r xmlns:rap="urn:rap" xmlns:nc="urn:nc" xmlns:j="urn:j">'


def sheet(*events: str, person: str = PERSON) -> str:
    return f"<rap:RapSheet>{person}{''.join(events)}</rap:RapSheet>"


def whole(*sheets: str) -> BytesIO:
    return BytesIO(f"{OPEN}{''.join(sheets)}</r>".encode())


def test_each_event_is_a_record_of_the_person_of_its_sheet() -> None:
    warrant = ARREST.format("W-1").replace("rap:Arrest>", "rap:Warrant>")
    other = PERSON.replace("ANA", "EVA")
    rows = list(read(whole(sheet(ARREST.format("A-1"), warrant), sheet(ARREST.format("A-2"), person=other)), {}))
    found = [row.record for row in rows if row.record]
    assert [(one.record_id, one.kind, one.given_names) for one in found] == [
        ("A-1", Kind.ARREST, "ANA LUZ"),
        ("W-1", Kind.WARRANT, "ANA LUZ"),
        ("A-2", Kind.ARREST, "EVA LUZ"),
    ]
    first = found[0]
    assert (first.surnames, first.date_of_birth, first.sex) == ("LOPEZ GARCIA", "1988-03-14", "F")
    assert (first.event_on, first.what, first.their_person) == ("2026-11-02", "Theft Trespass", "SID7")


def test_an_event_without_a_number_or_a_person_is_set_aside() -> None:
    rows = list(read(whole(sheet(ARREST.format("")), sheet(ARREST.format("A-2"), person="")), {}))
    assert [row.reason.split(":")[0] for row in rows] == [
        "it has no number of its own (record_id)",
        "no person stands before this event in its sheet",
    ]


def test_their_own_paths_stand_in_the_settings() -> None:
    own: dict[str, Any] = {"fields": {"surnames": ["PersonName/PersonMiddleName"]}}
    (row,) = read(whole(sheet(ARREST.format("A-1"))), own)
    assert row.record and row.record.surnames == "LUZ"


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no event"),
        (b"<r/>", "no event"),
        (b"a,b\n1,2", "syntax error"),
        (f"{LAUGHS}<r>&b;</r>".encode(), "DTDForbidden"),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "DTDForbidden"),
        (b"<r>&xxe;</r>", "line 1: undefined entity"),
        (whole(sheet(ARREST.format("A-1"))).getvalue()[:-9], "unclosed token"),
        (b"<r>" * 41, "nested deeper than 40"),
        (b"<r>" + b"a" * 10_001 + b"</r>", "longer than 10,000"),
        (whole(sheet(ARREST.format("=1+1"))).getvalue(), "“=…” is a formula"),
        (whole(sheet(ARREST.format("&#x85;x&#x9f;y"))).getvalue(), "control character"),
        (whole(sheet("<x>a</x>" * 2001)).getvalue(), "more than 2,000 texts"),
        (b'<?xml version="1.0" encoding="utf-8"?><r>\xff</r>', "not well-formed"),
    ],
    ids=range(13),
)
def test_what_is_no_rap_sheet_or_attacks_us_gives_nothing(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        list(read(BytesIO(content), {}))


class Endless(BytesIO):
    """A file that would never end, and that counts what was read of it."""

    def __init__(self, head: bytes) -> None:
        super().__init__()
        self.head, self.given = head, 0

    def read(self, size: int | None = -1) -> bytes:
        size = size or 0
        self.given += size
        head, self.head = self.head, b""
        return head or b"a" * size


def test_a_huge_text_is_refused_before_it_is_in_memory() -> None:
    file = Endless(b"<r><x>")
    with pytest.raises(FileRefused, match="longer than"):
        list(read(file, {}))
    assert file.given < 1_000_000


def test_memory_does_not_grow_with_the_file() -> None:
    many = whole(*(sheet(ARREST.format(f"A-{n}")) for n in range(3000)))
    tracemalloc.start()
    assert sum(1 for row in read(many, {}) if row.record) == 3000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
