"""JSON lines: a line that is no object is set aside; a file that is none is refused."""

from io import BytesIO

import pytest

from adsum.records.rules import Kind, RecordIn
from adsum.records.sources.json_lines.reading import read, read_objects
from adsum.records.sources.rows import FileRefused

GOOD = '{"record_id": 7, "kind": "warrant", "surnames": "Lopez", "urgent": true, "sex": null, "more": [1]}'


def test_objects_become_records() -> None:
    (row,) = read(BytesIO(f"\n{GOOD}\n\n".encode()), {})
    assert (row.number, row.record) == (2, RecordIn("7", "", Kind.WARRANT, surnames="Lopez", urgent=True))


@pytest.mark.parametrize(
    "poison",
    ["{", "[]", "7", '{"record_id": []}', '{"kind": "warrant"}', '{"record_id": 1' + "1" * 5000 + "}", "[" * 90_000],
    ids=range(7),
)
def test_a_line_that_cannot_be_read_stops_nobody(poison: str) -> None:
    first, aside, last = read(BytesIO(f"{GOOD}\n{poison}\n{GOOD}\n".encode()), {})
    assert first.record and last.record and aside.record is None
    assert aside.number == 2 and aside.reason and len(aside.text) <= 2000


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n1,2\n", "line 1: no JSON object"),
        (b"[1]", "line 1: no JSON object"),
        (GOOD.encode() + b'\n{"record_id": "1", "kind": "arrest", "what": "a\\u0000b"}', "row 2: control"),
        (GOOD.encode() + b'\n{"record_id": "=1", "kind": "arrest"}', "row 2: “=…” is a formula"),
        (GOOD.encode() + b"\n\xff", "line 2: byte 0xFF is not UTF-8"),
    ],
)
def test_a_file_that_is_not_right_gives_nothing(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        list(read(BytesIO(content), {}))


def test_a_list_of_objects_is_read_in_its_order() -> None:
    rows = read_objects([{"record_id": "1", "kind": "arrest"}, "no", {"record_id": "2", "kind": "arrest"}], {})
    assert [row.record.record_id if row.record else row.reason for row in rows] == ["1", "no JSON object", "2"]
