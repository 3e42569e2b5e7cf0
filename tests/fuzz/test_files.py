"""Whatever bytes lie in a file of an agency, of the court or of an operator: it is read, or refused in words."""

import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adsum.core.describing import BadDescription, read_table
from adsum.enrolment.rules import COLUMNS
from adsum.exchange.court.layout import LAYOUTS
from adsum.exchange.court.loading import chunks_of
from adsum.exchange.court.reading import CourtLines
from adsum.exchange.court.reading import FileRefused as CourtRefused
from adsum.management.records_describing import read_description
from adsum.management.wave_file import FileRefused as WaveRefused
from adsum.management.wave_file import WaveFile
from adsum.records.rules import Transport
from adsum.records.sources.all import ADAPTERS
from adsum.records.sources.rows import FileRefused as DropRefused
from tests.fuzz.knocking import TEXT, VALUE

DROPS = sorted(name for name, one in ADAPTERS.items() if one.transport is Transport.DROP)
SETTINGS = (
    "fields", "constants", "kinds", "dates", "sexes", "flags",
    "url", "answer_seconds", "encoding", "delimiter", "header",
)  # fmt: skip
ODD_URL = st.sampled_from(["http://[", "http://a:b", "//", "http://", "https://a:99999/"])
CELL = st.text(max_size=12).map(lambda text: text.encode(errors="surrogatepass")) | st.binary(max_size=12)
fuzzed = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def table(header: list[str], between: bytes) -> st.SearchStrategy[bytes]:
    """A file of this header whose rows are often as wide as they should be, and then odd."""
    row = st.lists(CELL, min_size=len(header), max_size=len(header)) | st.lists(CELL, max_size=len(header) + 2)
    rows = st.lists(row.map(between.join), max_size=6)
    ends = st.sampled_from([b"\n", b"\r\n", b"\r"])
    return st.builds(lambda rows, end: end.join([between.join(map(str.encode, header)), *rows]) + end, rows, ends)


@fuzzed
@given(content=st.binary(max_size=400) | table(list(COLUMNS), b",") | table(list(COLUMNS), b",").map(gzip.compress))
def test_a_list_of_people(content: bytes) -> None:
    try:
        rows = list(WaveFile(io.BytesIO(content), "list.csv").rows())
    except WaveRefused as refusal:
        assert str(refusal)
    else:
        assert rows and all(set(COLUMNS) <= set(row.values) for row in rows)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: one.file)
@fuzzed
@given(data=st.data())
def test_a_file_of_the_court(tmp_path: Path, layout: object, data: st.DataObject) -> None:
    known = next(one for one in LAYOUTS if one is layout)
    path = tmp_path / known.file
    path.write_bytes(data.draw(st.binary(max_size=400) | table(list(known.columns), b"\t")))
    try:
        lines = CourtLines(path, known)
    except CourtRefused as refusal:
        assert str(refusal)
        return
    chunks = list(chunks_of(lines, done=0, line=0))
    for row in (row for chunk in chunks for row in chunk.rows):
        assert row.endswith("\n") and row.count("\t") == len(known.columns) and "\0" not in row


@pytest.mark.parametrize("adapter", DROPS)
@fuzzed
@given(data=st.data())
def test_a_drop_of_outside_records(adapter: str, data: st.DataObject) -> None:
    header = ["record_id", "kind", "surnames", "date_of_birth", "urgent"]
    line = st.dictionaries(st.sampled_from(header), VALUE, max_size=5).map(lambda one: json.dumps(one).encode())
    lines = st.lists(line, max_size=5).map(b"\n".join)
    tag = st.sampled_from([b"<a>", b"</a>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<?xml version='1.0'?>"])
    marked = st.lists(tag | st.binary(max_size=10), max_size=8).map(b"".join)
    content = data.draw(st.binary(max_size=400) | table(header, b",") | lines | marked)
    try:
        rows = list(ADAPTERS[adapter].read(io.BytesIO(content), {}))
    except DropRefused as refusal:
        assert str(refusal)
    else:
        assert all(row.record or row.reason for row in rows)


@fuzzed
@given(
    content=st.binary(max_size=300) | TEXT.map(lambda text: text.encode(errors="surrogatepass")),
    ending=st.sampled_from(["toml", "json"]),
)
def test_any_bytes_as_a_description(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"source.{ending}"
    path.write_bytes(content)
    with pytest.raises(BadDescription):
        read_description(path)


@fuzzed
@given(
    said=st.fixed_dictionaries(
        {
            "code": st.just("county") | TEXT | VALUE,
            "title": TEXT | VALUE,
            "agency": TEXT | VALUE,
            "adapter": st.sampled_from(sorted(ADAPTERS)) | VALUE,
            "states": st.just(["NJ"]) | VALUE,
            "kinds": st.just(["warrant"]) | VALUE,
            "covers_since": st.just("2020-01-01") | VALUE,
        },
        optional={"settings": VALUE | st.dictionaries(st.sampled_from(SETTINGS), VALUE | ODD_URL)},
    )
)
def test_a_description_that_is_nearly_one(tmp_path: Path, said: dict[str, object]) -> None:
    path = tmp_path / "source.json"
    path.write_text(json.dumps(said))
    try:
        described = read_description(path)
    except BadDescription as bad:
        assert str(bad)
    else:
        assert described["code"] == str(said["code"])


@pytest.mark.parametrize(
    "odd", [{"fields": None}, {"fields": [1]}, {"kinds": None}, {"flags": 3}, {"url": "http://["}, {"url": "//"}]
)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_settings_that_are_no_settings(tmp_path: Path, adapter: str, odd: dict[str, object]) -> None:
    said = dict.fromkeys(("code", "title", "agency"), "county")
    path = tmp_path / "source.json"
    path.write_text(
        json.dumps(
            said
            | {"adapter": adapter, "states": ["NJ"], "kinds": ["warrant"], "covers_since": "2020-01-01"}
            | {"settings": odd}
        )
    )
    with pytest.raises(BadDescription):
        read_description(path)


@pytest.mark.parametrize("opening", ["a = ", ""], ids=["toml", "json"])
def test_a_description_that_is_deeply_nested(tmp_path: Path, opening: str) -> None:
    path = tmp_path / ("source.toml" if opening else "source.json")
    path.write_text(opening + "[" * 10_000)
    with pytest.raises(BadDescription):
        read_description(path)
    with pytest.raises(BadDescription):
        read_table(path)
