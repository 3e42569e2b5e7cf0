"""Counting by keys gives what counting the things themselves gives."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from adsum.core.tally import Different, Often, key_of


@given(st.lists(st.text(max_size=2)), st.integers(1, 4))
def test_what_comes_often(things: list[str], times: int) -> None:
    often = Often()
    for thing in things:
        often.note(key_of(thing))
    expected = {key_of(thing): count for thing, count in Counter(things).items() if count >= times}
    assert often.at_least(times) == expected


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("abc"))), st.integers(1, 4))
def test_where_many_different_ones_are(notes: list[tuple[int, str]], times: int) -> None:
    different, first = Different(), dict[int, str]()
    for who, where in notes:
        different.note(key_of(str(who)), key_of(where))
        first.setdefault(who, where)
    expected = {key_of(where): count for where, count in Counter(first.values()).items() if count >= times}
    assert different.at_least(times) == expected
