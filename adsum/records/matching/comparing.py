"""Versions of the model side by side, on the pairs that people have judged: what each says of them, and how right."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from adsum.records.matching.evaluating import Judged, calibration_curve, calibration_error
from adsum.records.matching.kinds import OTHERS
from adsum.records.matching.living import LivingMatcher
from adsum.records.matching.population import Description
from adsum.records.matching.weights import Weights

UNSEEN_OF = 5  # each fifth record is kept from learning, so that a version is not only measured on what it has learnt
TOLD_OTHERWISE = 0.2  # a pair whose chance differs by so much is worth a look
LISTED = 12


class Pair(NamedTuple):
    """A record and a person of whom people said whether they are the same; `lead` is where they said it."""

    lead: int
    record: str
    person: str
    is_same: bool

    @property
    def is_unseen(self) -> bool:
        """True where no version has learnt from it."""
        return is_unseen(self.record)


def is_unseen(record: str) -> bool:
    """Whether this record (its id) is kept from learning."""
    return int(record) % UNSEEN_OF == 0


@dataclass(frozen=True)
class Lines:
    """Where an officer is shown a pair, and from where one person's judgement is enough."""

    shown: float
    likely: float


@dataclass
class Told:
    """What one version says of the pairs, counted. `error`: the calibration error."""

    pairs: int = 0
    same: int = 0
    likely: int = 0
    likely_same: int = 0
    shown: int = 0
    shown_same: int = 0
    error: float = 0.0


Scores = Mapping[tuple[str, str], float]  # by record and person


def score(living: LivingMatcher, weights: Weights, records: Sequence[Description]) -> dict[tuple[str, str], float]:
    """What this version says of everybody who may be meant by these records; the matcher works as before then."""
    before = living.weights
    living.use(weights)
    try:
        answers = living.matcher.find_all(records)
    finally:
        living.use(before)
    return {
        (record.key, one.key): one.probability
        for record, answer in zip(records, answers, strict=True)
        for one in answer.candidates
    }


def told_of(pairs: Iterable[Pair], scores: Scores, lines: Lines) -> Told:
    """What was said of these pairs, and how often it was right."""
    said = [(scores.get((pair.record, pair.person), 0.0), pair.is_same) for pair in pairs]
    likely = [is_same for chance, is_same in said if chance >= lines.likely]
    shown = [is_same for chance, is_same in said if chance >= lines.shown]
    judged = [Judged(chance, is_same, is_same) for chance, is_same in said]
    return Told(
        len(said),
        sum(is_same for _, is_same in said),
        len(likely),
        sum(likely),
        len(shown),
        sum(shown),
        calibration_error(judged),
    )


def figures_of(
    pairs: Sequence[Pair], scores: Scores, *, fresh: Collection[str], lines: Lines, kind_of: Mapping[str, str]
) -> dict[str, Any]:
    """One version's figures as JSON. `fresh`: records, judged or not, that say how much it would give people to do."""
    kinds = sorted({kind_of[pair.person] for pair in pairs})
    load = [person for (record, person), chance in scores.items() if record in fresh and chance >= lines.shown]
    judged = [Judged(scores.get((one.record, one.person), 0.0), one.is_same, one.is_same) for one in pairs]
    return {
        "all": asdict(told_of(pairs, scores, lines)),
        "unseen": asdict(told_of([one for one in pairs if one.is_unseen], scores, lines)),
        "by_names": {
            kind: asdict(told_of([one for one in pairs if kind_of[one.person] == kind], scores, lines))
            for kind in kinds
        },
        "curve": [[one.records, one.said, one.came_true] for one in calibration_curve(judged)],
        "load": [len(load), len(fresh)],
    }


def told_otherwise(pairs: Iterable[Pair], now: Scores, then: Scores) -> list[dict[str, Any]]:
    """The pairs of which another version says something else than the one that is on, the greatest difference first."""
    both = [(one, now.get((one.record, one.person), 0.0), then.get((one.record, one.person), 0.0)) for one in pairs]
    far = sorted((row for row in both if abs(row[1] - row[2]) >= TOLD_OTHERWISE), key=lambda row: -abs(row[1] - row[2]))
    return [{"lead": one.lead, "is_same": one.is_same, "now": now, "then": then} for one, now, then in far[:LISTED]]


def kinds_of(living: LivingMatcher, keys: Iterable[str]) -> dict[str, str]:
    """The kind of names of each of these people."""
    row_of, kinds = living.matcher.scorer.population.row_of, living.kinds
    return {key: kinds.of(row_of(key)) if kinds else OTHERS for key in keys}
