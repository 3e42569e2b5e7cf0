"""A made-up world with a seed of its own: the engine finds who is meant there, and its probabilities come true."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from adsum.management import matching
from adsum.management.matching import figures, match_batch, match_files, prepare
from adsum.management.matching_sample import Wish, describe, make_sample, read_shares, worse
from adsum.management.sampling.clerks import slip, spell
from adsum.management.sampling.naming import ORIGINS
from adsum.records.matching.population import Description, Population
from adsum.records.matching.weights import Weights

ODD = ("", "=1+1", "A" * 500, "ᏣᎳᎩ", "A B C D E F G H", "JOSE LUIS GARCIA LOPEZ")


@pytest.mark.parametrize(
    "wish",
    [
        Wish(1_500, 500, seed=11, prevalence=0.5, mix={"arabic": 0.5, "chinese": 0.5}),
        Wish(1_500, 500, seed=12, prevalence=0.05, kin=0.4),
    ],
    ids=["half of them, other names", "few of them, many relatives"],
)
def test_the_engine_holds_in_another_world(wish: Wish) -> None:
    people, written = make_sample(wish)
    records = [one.record for one in written]
    matched = match_files(Population(map(describe, people)), records, weights=Weights(), train=True)
    found = figures(matched, records, {one.record.key: (one.case_number, one.origin) for one in written})
    matches = sum(bool(one.case_number) for one in written)
    assert found["calibration_error"] < 0.03
    assert matched.weights.match * len(records) == pytest.approx(matches, rel=0.25, abs=10)
    right = sum(
        bool(lines) and lines[0].probability > 0.5 and lines[0].case_number == one.case_number
        for lines, one in zip(matched.lines, written, strict=True)
        if one.case_number
    )
    assert right / matches > 0.85


def test_a_batch_says_what_is_said_of_each_record_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words and records are shared out to several processes; what a word may stand for is looked up many at once."""
    monkeypatch.setattr(matching, "FEWEST", 50)
    monkeypatch.setattr(matching, "BATCH", 40)
    people, written = make_sample(Wish(1_500, 150, seed=13, prevalence=0.5, faults=worse(3)))
    records = [*(one.record for one in written), *(Description(said, said, said, *5 * [said]) for said in ODD)]
    lines = match_batch(prepare(Population(map(describe, people)), Weights()), records).lines
    alone = prepare(Population(map(describe, people)), Weights())
    for record, found in zip(records, lines, strict=True):
        likely = [one for one in alone.find(record).candidates if one.probability >= matching.LEAST]
        assert [line.case_number for line in found] == [one.key for one in likely]
        assert [line.probability for line in found] == pytest.approx([one.probability for one in likely], rel=1e-9)
    assert match_batch(alone, []).lines == [] and match_batch(alone, records[:1]).lines == lines[:1]


def test_a_sample_is_what_was_wished_and_always_the_same() -> None:
    wish = Wish(2_000, 1_000, seed=5, prevalence=0.2, kin=0.5, faults=worse(2))
    people, written = make_sample(wish)
    kinds = Counter(one.kind for one in written)
    assert kinds["match"] == pytest.approx(200, abs=50) and kinds["relative"] > 100 and kinds["namesake"] > 100
    assert len({person.case_number for person in people}) > 1_990
    assert {person.origin for person in people} == set(ORIGINS)
    assert make_sample(wish)[1] == written != make_sample(Wish(2_000, 1_000, seed=6))[1]


def test_clerks_err() -> None:
    random = Random(1)
    assert all(slip(random, "GARCIA") != "" for _ in range(50)) and slip(random, "A") == "A"
    assert spell(random, "MUN") == "MUN" and spell(random, "XU") == "HSU"


def test_the_command_writes_what_evaluate_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("match", "sample", "--people", "300", "--records", "40", "--out", str(tmp_path), "--json")
    assert json.loads(capsys.readouterr().out)["records"] == 40
    files = {name: str(tmp_path / f"{name}.csv.gz") for name in ("people", "records", "truth")}
    call_command(
        *("match", "evaluate", "--people", files["people"], "--records", files["records"], "--train", "none"),
        *("--truth", files["truth"], "--out", str(tmp_path / "scores.csv"), "--json"),
    )
    assert {"recall_at_precision_99", "calibration_error"} <= json.loads(capsys.readouterr().out).keys()
    with gzip.open(files["truth"], "rt") as file:
        assert {row["kind"] for row in csv.DictReader(file)} <= {"match", "relative", "namesake", "outsider"}


@pytest.mark.parametrize(
    "wrong", [["--mix", "martian=1"], ["--people", "many"], ["--prevalence", "3"], ["--mix", "arabic"]], ids=str
)
def test_a_wish_that_makes_no_sense_is_refused(tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("match", "sample", "--people", "10", "--records", "1", "--out", str(tmp_path), *wrong)
    assert not any(tmp_path.iterdir())
    assert read_shares("arabic=1", ORIGINS) == {"arabic": 1.0}
