"""Matches one file of records with one file of people, on all cores, without a database."""

import csv
import gc
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from adsum.records.matching.evaluating import Judged, calibration_curve, calibration_error, recall_at, wrongly_suggested
from adsum.records.matching.evidence import Scorer
from adsum.records.matching.index import Index
from adsum.records.matching.learning import learn
from adsum.records.matching.matcher import Matcher
from adsum.records.matching.origins import learn_origins
from adsum.records.matching.population import Description, Population
from adsum.records.matching.spelling import Readings
from adsum.records.matching.weights import Weights

BATCH = 250
FEWEST = 500  # words that a process is begun for
LEAST = 0.001  # a further candidate that is less likely is not listed
ENOUGH_FOR_A_GROUP = 100
SUGGESTED = 0.5

One = TypeVar("One")
Answer = TypeVar("Answer")


class Line(NamedTuple):
    """One candidate of one record, as it stands in the scores."""

    record: str
    case_number: str
    probability: float


@dataclass
class Matched:
    """For each record in order: its candidates, the likeliest first; none if nobody is likely."""

    lines: list[list[Line]]
    seconds: float  # of matching alone
    prepare_seconds: float
    peak_mb: float
    weights: Weights


def prepare(people: Population, weights: Weights) -> Matcher:
    """The index and all that is known about names, for these people."""
    return Matcher(Scorer(people, learn_origins(people), weights), Index(people))


def match_files(people: Population, records: Sequence[Description], *, weights: Weights, train: bool) -> Matched:
    """The candidates of every record."""
    started = time.monotonic()
    matcher = prepare(people, weights)
    if train:
        learn(matcher, records, name="auto")
    prepared = time.monotonic()
    return replace(match_batch(matcher, records), prepare_seconds=prepared - started)


def match_batch(matcher: Matcher, records: Sequence[Description]) -> Matched:
    """The candidates of every record, on all cores: first what their words may stand for, then whom they are about."""
    started = time.monotonic()
    asker = matcher.scorer.asker
    words = asker.new_words(records)
    for some in _on_all_cores(_read, matcher, words, max(FEWEST, -(-len(words) // _cores()))):
        asker.lexicon.know(*some)
    asker.lexicon.tokens(words)
    lines = [line for some in _on_all_cores(_match, matcher, records, BATCH) for line in some]
    seconds = time.monotonic() - started
    kilobytes = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Matched(lines, seconds, 0.0, kilobytes / 1024, matcher.scorer.weights)


def _read(matcher: Matcher, words: Sequence[str]) -> tuple[Sequence[str], Readings]:
    return words, matcher.scorer.asker.lexicon.speller.read(words)


def _match(matcher: Matcher, records: Sequence[Description]) -> list[list[Line]]:
    found = []
    for record, answer in zip(records, matcher.find_all(records), strict=True):
        likely = [one for one in answer.candidates if one.probability >= LEAST]
        found.append([Line(record.key, one.key, one.probability) for one in likely])
    return found


_shared: tuple[Matcher, Sequence[Any]] | None = None  # with the processes forked from this one: copied by nobody


def _on_all_cores(
    do: Callable[[Matcher, Sequence[One]], Answer], matcher: Matcher, things: Sequence[One], size: int
) -> list[Answer]:
    """What comes of each part of this size, in order."""
    global _shared
    starts = range(0, len(things), size)
    if len(starts) < 2:
        return [do(matcher, things)] if things else []
    _shared = matcher, things
    fork = multiprocessing.get_context("fork")
    gc.disable()  # and so in each process: the first collection would copy what all share
    try:
        with fork.Pool(_cores(), signal.signal, (signal.SIGTERM, signal.SIG_DFL)) as pool:
            return pool.map(partial(_do, do, size), starts, chunksize=1)
    finally:
        gc.enable()
        _shared = None


def _do(do: Callable[[Matcher, Sequence[One]], Answer], size: int, start: int) -> Answer:
    assert _shared is not None
    matcher, things = _shared
    return do(matcher, things[start : start + size])


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def write_scores(out: Path, records: Sequence[Description], matched: Matched) -> Path:
    """The best candidate of each record into `out`, all candidates beside it; returns the path of these."""
    everything = out.with_suffix(".all.csv")
    with out.open("w", newline="") as best_file, everything.open("w", newline="") as all_file:
        best, further = csv.writer(best_file), csv.writer(all_file)
        for writer in (best, further):
            writer.writerow(["record_id", "case_number", "probability"])
        for record, lines in zip(records, matched.lines, strict=True):
            first = lines[0] if lines else Line(record.key, "", 0.0)
            best.writerow([first.record, first.case_number, f"{first.probability:.6f}"])
            further.writerows([line.record, line.case_number, f"{line.probability:.6f}"] for line in lines)
    return everything


def figures(matched: Matched, records: Sequence[Description], truth: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Recall at two precisions, over all and for each group of names with enough matches; calibration error."""
    judged: list[tuple[str, Judged]] = []
    for record, lines in zip(records, matched.lines, strict=True):
        right, group = truth.get(record.key, ("", ""))
        best = lines[0] if lines else Line(record.key, "", 0.0)
        judged.append((group, Judged(best.probability, bool(right) and best.case_number == right, bool(right))))
    everybody = [one for _, one in judged]
    curve = calibration_curve(everybody)
    groups = {group: [one for other, one in judged if other == group] for group in {group for group, _ in judged}}
    of_group = {
        group: round(recall_at(0.99, them), 4)
        for group, them in sorted(groups.items())
        if group and sum(one.has_match for one in them) >= ENOUGH_FOR_A_GROUP
    }
    return {
        "recall_at_precision_99": round(recall_at(0.99, everybody), 4),
        "recall_at_precision_999": round(recall_at(0.999, everybody), 4),
        "calibration_error": round(calibration_error(everybody), 4),
        "recall_at_precision_99_by_group": of_group,
        "wrongly_suggested_by_group": {
            group: f"{wrong.suggested} of {wrong.of_nobody}"
            for group, wrong in wrongly_suggested(judged, above=SUGGESTED).items()
        },
        "calibration_curve": [[one.records, round(one.said, 3), round(one.came_true, 3)] for one in curve],
    }
