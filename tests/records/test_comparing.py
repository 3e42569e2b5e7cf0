"""Versions of the model on judged pairs: what is counted, and that the matcher judges as before afterwards."""

from dataclasses import replace

from adsum.records.matching.comparing import Lines, Pair, Told, figures_of, score, told_of, told_otherwise
from adsum.records.matching.living import build
from adsum.records.matching.weights import Weights
from tests.records.world import make_people

LINES = Lines(shown=0.02, likely=0.9)
PAIRS = [Pair(1, "10", "a", True), Pair(2, "11", "b", True), Pair(3, "12", "c", False), Pair(4, "13", "d", False)]
SCORES = {("10", "a"): 0.95, ("12", "c"): 0.97, ("13", "d"): 0.5}


def test_the_figures_are_counted_from_the_pairs() -> None:
    told = told_of(PAIRS, SCORES, LINES)
    assert replace(told, error=0.0) == Told(pairs=4, same=2, likely=2, likely_same=1, shown=3, shown_same=1)
    assert 0.4 < told.error < 0.8
    assert told_of([], SCORES, LINES) == Told()


def test_each_kind_of_names_and_what_nobody_has_learnt_from_stand_apart() -> None:
    kinds = {"a": "Garcia", "b": "Garcia", "c": "Zhang", "d": "Zhang"}
    fresh = {"12", "13", "14"}
    found = figures_of(PAIRS, SCORES, fresh=fresh, lines=LINES, kind_of=kinds)
    assert {kind: told["pairs"] for kind, told in found["by_names"].items()} == {"Garcia": 2, "Zhang": 2}
    assert found["unseen"]["pairs"] == 1 and found["load"] == [2, 3]


def test_what_another_version_says_otherwise_is_listed_the_greatest_difference_first() -> None:
    then = {("10", "a"): 0.9, ("11", "b"): 0.99, ("12", "c"): 0.1}
    assert [one["lead"] for one in told_otherwise(PAIRS, SCORES, then)] == [2, 3, 4]


def test_scoring_with_another_version_leaves_the_matcher_as_it_was() -> None:
    people = make_people(60)
    living = build(people)
    record = replace(people[7], key="1")
    before = living.candidates(record)
    other = score(living, replace(Weights(), name="other", match=0.9), [record])
    assert other["1", people[7].key] != before.candidates[0].probability
    assert living.weights.name == "start" and living.candidates(record) == before
