"""For one record, who may be meant, and with what probability: candidates, their evidence, and everybody who fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import NamedTuple

from adsum.records.matching.asking import Asked
from adsum.records.matching.choosing import Chooser
from adsum.records.matching.evidence import Evidence, Scorer
from adsum.records.matching.index import Index
from adsum.records.matching.population import Description

HOPELESS_NATS = 6.5  # below what makes a match as likely as not, nobody is looked at closely
AT_ONCE = 250


class Candidate(NamedTuple):
    """A person who may be meant, with the probability that this one is."""

    key: str
    probability: float
    evidence: Evidence


@dataclass(frozen=True)
class Answer:
    """The likeliest candidates first. `stranger` is the probability that nobody of them is meant.

    `overflow` counts candidates who fitted as well at first glance and were not looked at closely: a person must.
    """

    candidates: tuple[Candidate, ...]
    stranger: float
    overflow: int


class Matcher:
    """Answers for one population, index and version of the weights."""

    def __init__(self, scorer: Scorer, index: Index) -> None:
        self.scorer, self.index = scorer, index
        self.chooser = Chooser(scorer.population, index)

    def put(self, person: Description) -> None:
        """Add this person, or change the one with this key."""
        people = self.scorer.population
        first_word, first_city = len(people.words.texts), len(people.cities.texts)
        self.index.put(people.put(person))
        self.scorer.asker.notice(first_word, first_city)

    def drop(self, key: str) -> None:
        """Take this person out; nothing happens if they are not here."""
        row = self.scorer.population.drop(key)
        if row is not None:
            self.index.put(row)

    def find(self, record: Description) -> Answer:
        """Who may be meant by this record."""
        evidence, overflow = self.weigh_all(self.scorer.ask(record))
        return self.judge(evidence, overflow)

    def judge(self, evidence: list[Evidence], overflow: int = 0) -> Answer:
        """The probabilities. Each candidate's counts the others, their families and namesakes, and the strangers."""
        if not evidence:
            return Answer((), 1.0, overflow)
        weights, people = self.scorer.weights, max(1, len(self.scorer.population))
        match, relative, namesake, junior = (
            log(share / people) for share in (weights.match, weights.relative, weights.namesake, weights.junior)
        )
        own = [match + one.total for one in evidence]
        others = [log(weights.stranger)]
        others += [relative + one.relative for one in evidence]
        others += [namesake + one.namesake for one in evidence]
        others += [junior + one.junior for one in evidence]
        most = max([*own, *others])
        whole = sum(exp(value - most) for value in own) + sum(exp(value - most) for value in others)
        shares = [exp(value - most) / whole for value in own]
        keys = self.scorer.population.keys
        found = sorted(zip(shares, evidence, strict=True), key=lambda pair: (-pair[0], pair[1].person))
        candidates = tuple(Candidate(keys[one.person], share, one) for share, one in found)
        return Answer(candidates, max(0.0, 1 - sum(shares)), overflow)

    def weigh_all(self, asked: Asked) -> tuple[list[Evidence], int]:
        """The evidence for everybody who is worth a close look, and how many more there were."""
        rows, overflow = self.choose(asked)
        return [self.scorer.weigh(asked, row) for row in rows], overflow

    def choose(self, asked: Asked) -> tuple[list[int], int]:
        """The rows of everybody who is worth a close look, and how many more there were."""
        return self.chooser.choose([asked], self._least)[0]

    def choose_all(self, records: Sequence[Description], *, further: float) -> list[list[int]]:
        """For each record, the rows of everybody worth a close look, of less likely ones too, by so many nats."""
        asked = self.scorer.asker.ask(records)
        return [rows for rows, _ in self.chooser.choose(asked, self._least - further)]

    def find_all(self, records: Sequence[Description]) -> list[Answer]:
        """Who may be meant by each of these records: the same answers, faster than one at a time."""
        scorer, found = self.scorer, []
        for start in range(0, len(records), AT_ONCE):
            asked = scorer.asker.ask(records[start : start + AT_ONCE])
            for one, (rows, overflow) in zip(asked, self.chooser.choose(asked, self._least), strict=True):
                found.append(self.judge([scorer.weigh(one, row) for row in rows], overflow))
        return found

    @property
    def _least(self) -> float:
        people, match = len(self.scorer.population), self.scorer.weights.match
        return log(max(1, people) / match) - HOPELESS_NATS

    def near(self, asked: Asked) -> list[int]:
        """The rows of everybody who at first glance is more than a chance likeness, the likeliest first."""
        return self.chooser.near(asked)
