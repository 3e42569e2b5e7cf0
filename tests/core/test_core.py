"""Knobs, text and codes."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.core.ids import in_groups, keyed_hash, new_code, read_code
from adsum.core.knobs import Policy, knob, knobs_of
from adsum.core.network import origin_of
from adsum.core.text import clean_line, clean_text


@dataclass(frozen=True)
class SomePolicy(Policy):
    hours: int = knob(24, low=0, high=48, why="test")
    flag: bool = knob(True, why="test")


def test_a_knob_outside_its_range_is_refused_by_name() -> None:
    assert SomePolicy(hours=48).hours == 48
    with pytest.raises(ValueError, match=r"SomePolicy.hours is 49; it must lie in 0 to 48"):
        SomePolicy(hours=49)


def test_a_version_names_the_values() -> None:
    assert SomePolicy().version == SomePolicy(hours=24).version
    assert SomePolicy().version != SomePolicy(hours=25).version
    assert [(doc.name, doc.default) for doc in knobs_of(SomePolicy)] == [("hours", 24), ("flag", True)]


@given(st.text())
def test_cleaned_text_can_be_stored_and_is_stable(raw: str) -> None:
    cleaned = clean_text(raw)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean_text(cleaned) == cleaned
    assert "\n" not in clean_line(raw)


def test_cleaning_keeps_what_people_write() -> None:
    assert clean_text(" Señora O'Brien\n<b>ਕੌਰ</b> 🙂 ") == "Señora O'Brien\n<b>ਕੌਰ</b> 🙂"
    assert clean_line(" 12 \t Main\nSt ") == "12 Main St"
    assert clean_text("x" * 30_000) == "x" * 20_000


@given(st.integers(1, 40))
def test_codes_survive_being_read_aloud(length: int) -> None:
    code = new_code(length)
    assert read_code(in_groups(code).lower().replace("0", "O").replace("1", "l")) == code


def test_hashes_keep_purposes_apart() -> None:
    assert keyed_hash("s", "code", "x") != keyed_hash("s", "network", "x")
    assert keyed_hash("s", "code", "x") != keyed_hash("t", "code", "x")


@pytest.mark.parametrize(
    ("meta", "behind_proxy", "origin"),
    [
        ({"REMOTE_ADDR": "1.1.1.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6"}, False, "1.1.1.1"),
        ({"REMOTE_ADDR": "1.1.1.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 2.2.2.2"}, True, "2.2.2.2"),
        ({"REMOTE_ADDR": "1.1.1.1"}, True, "1.1.1.1"),
        ({}, False, ""),
    ],
)
def test_where_a_request_comes_from(meta: dict[str, str], behind_proxy: bool, origin: str) -> None:
    assert origin_of(meta, behind_proxy=behind_proxy) == origin
