"""Two files on one person come to agree, or a person is asked; neither side wins by being late or loud."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.counterparts.rules import Asked, Field, Holds, Move, Owner, is_cut_short, settle, steps

HEARING = Field("hearing", "The next hearing", Owner.THEIRS)
PHONE = Field("phone", "The phone number", Owner.OURS)
LAST = Field("last_report", "The last check-in", Owner.OURS, is_last=True)


@pytest.mark.parametrize(
    ("field", "agreed", "ours", "theirs", "move"),
    [
        (HEARING, "a", "a", "a", Move.NOTHING),
        (HEARING, "a", "b", "b", Move.NOTHING),  # both came to the same by themselves
        (HEARING, "a", "a", "b", Move.TAKE),
        (HEARING, "a", "b", "a", Move.ASK),  # we changed what is theirs
        (HEARING, "a", "b", "c", Move.ASK),
        (HEARING, "a", "a", "", Move.TAKE),  # the owner may take back what it said
        (PHONE, "a", "b", "a", Move.SEND),
        (PHONE, "a", "a", "b", Move.ASK),  # a clerk there heard of a new number
        (PHONE, "a", "", "a", Move.SEND),
        (PHONE, None, "", "b", Move.ASK),
        (PHONE, None, "a", "", Move.SEND),
        (PHONE, None, "a", "b", Move.ASK),
        (HEARING, None, "", "b", Move.TAKE),
        (HEARING, None, "a", "", Move.ASK),
        (HEARING, None, "a", "b", Move.ASK),
        (LAST, "2026-01-01", "2026-02-01", "2026-01-01", Move.SEND),
        (LAST, "2026-01-01", "2026-02-01", "2026-03-01", Move.TAKE),  # they had somebody at the counter
        (LAST, None, "2026-02-01", "", Move.SEND),
        (LAST, "2026-01-01", "2026-02-01", "2026-02-01", Move.NOTHING),
    ],
)
def test_what_follows(field: Field, agreed: str | None, ours: str, theirs: str, move: Move) -> None:
    assert settle(field, agreed=agreed, ours=ours, theirs=theirs) is move


VALUES = st.sampled_from(["", "a", "b", "c"])


@given(agreed=st.none() | VALUES, ours=VALUES, theirs=VALUES, field=st.sampled_from([HEARING, PHONE, LAST]))
def test_what_is_done_once_needs_nothing_more(agreed: str | None, ours: str, theirs: str, field: Field) -> None:
    """No echo: after a move both say the same, and what comes back of it moves nothing."""
    move = settle(field, agreed=agreed, ours=ours, theirs=theirs)
    if move == Move.ASK:
        return
    both = theirs if move == Move.TAKE or (move == Move.NOTHING and field.is_last) else ours
    mine = ours if field.is_last else both
    assert settle(field, agreed=both, ours=mine, theirs=both) is Move.NOTHING


@pytest.mark.parametrize(
    ("agreed", "ours", "theirs"), list(product((None, "", "a", "b"), ("", "a", "b"), ("", "a", "b")))
)
def test_no_side_loses_a_change_unheard(agreed: str | None, ours: str, theirs: str) -> None:
    """What a side changed is overwritten only where the other side owns the field and nobody changed it there."""
    for field in (HEARING, PHONE):
        move = settle(field, agreed=agreed, ours=ours, theirs=theirs)
        if move == Move.TAKE:
            assert ours == agreed or (agreed is None and not ours)
            assert field.owner == Owner.THEIRS
        if move == Move.SEND:
            assert theirs == agreed or (agreed is None and not theirs)
            assert field.owner == Owner.OURS


FIELDS = {one.name: one for one in (HEARING, PHONE)}


def test_while_a_person_is_asked_nothing_moves_and_another_value_is_another_question() -> None:
    agreed, ours, theirs = (
        {"hearing": "a", "phone": "1"},
        {"hearing": "a", "phone": "1"},
        {"hearing": "a", "phone": "2"},
    )
    [asked] = steps(FIELDS, agreed=agreed, ours=ours, theirs=theirs, asked={})
    assert (asked.move, asked.agreed) == (Move.ASK, None)
    assert list(steps(FIELDS, agreed=agreed, ours=ours, theirs=theirs, asked={"phone": Asked("1", "2")})) == []
    [again] = steps(FIELDS, agreed=agreed, ours={**ours, "phone": "3"}, theirs=theirs, asked={"phone": Asked("1", "2")})
    assert (again.move, again.ours, again.theirs) == (Move.ASK, "3", "2")


def test_a_question_ends_when_both_say_the_same() -> None:
    said = {"hearing": "a", "phone": "2"}
    agreed = {"hearing": "a", "phone": "1"}
    [over] = steps(FIELDS, agreed=agreed, ours=said, theirs=said, asked={"phone": Asked("1", "2")})
    assert (over.move, over.agreed) == (Move.NOTHING, "2")


@pytest.mark.parametrize(("holds", "move"), [(Holds.OURS, Move.SEND), (Holds.THEIRS, Move.TAKE), ("", None)])
def test_what_a_person_decided_is_done_while_both_values_are_those_they_saw(holds: str, move: Move | None) -> None:
    said = {"agreed": {"hearing": "a", "phone": "1"}, "theirs": {"hearing": "a", "phone": "2"}}
    ours, asked = {"hearing": "a", "phone": "1"}, {"phone": Asked("1", "2", holds)}
    assert [step.move for step in steps(FIELDS, **said, ours=ours, asked=asked)] == ([move] if move else [])
    [anew] = steps(FIELDS, **said, ours={**ours, "phone": "3"}, asked=asked)
    assert anew.move is Move.ASK


def test_a_later_check_in_of_theirs_is_noted_once_and_not_told_back() -> None:
    said: dict[str, Any] = {"agreed": {"last_report": "2026-01-01"}, "ours": {"last_report": "2026-01-01"}, "asked": {}}
    [step] = steps({"last_report": LAST}, theirs={"last_report": "2026-03-01"}, **said)
    assert (step.move, step.agreed) == (Move.TAKE, "2026-03-01")
    said["agreed"] = {"last_report": "2026-03-01"}
    assert list(steps({"last_report": LAST}, theirs={"last_report": "2026-03-01"}, **said)) == []


@pytest.mark.parametrize(("known", "shown", "cut"), [(0, 0, False), (100, 0, True), (100, 49, True), (100, 50, False)])
def test_an_empty_list_has_not_closed_everybody(known: int, shown: int, cut: bool) -> None:
    assert is_cut_short(known=known, shown=shown, percent=50) is cut
