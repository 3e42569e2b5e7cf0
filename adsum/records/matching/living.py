"""The engine as the records domain uses it: a matcher that lives as long as its process and follows every change.

    matcher = build(people)                    # Description of each participant; the key is yours, any text
    found = matcher.candidates(record)         # Description of a record
    found.candidates[0].probability            # counts all others who fit, relatives, namesakes and strangers
    found.candidates[0].explanation            # FieldLine for each field (see `explaining`)
    matcher.put(person); matcher.drop(key)     # one participant is new, changed, or gone: at once, without a rebuild

The other direction, a new or changed participant against all records: keep a second one, `shelf = build(records)`,
beside the first. `shelf.near(person)` names the records worth asking about; ask `matcher.candidates` about each, and
both directions give the same probability. `shelf.put(record)` and `shelf.drop(key)` follow new and withdrawn records.

Weights are learnt (`learning.learn`) and kept as a JSON text with the version's name: `Weights.to_json`,
`Weights.from_json`; `matcher.use(weights)` switches, also back.
How common each name is, is counted when the matcher is built: build it anew each night. Not safe for two threads at
once: one matcher a process, or a lock.
"""

from collections.abc import Iterable
from typing import NamedTuple

from adsum.records.matching.evidence import Scorer
from adsum.records.matching.explaining import FieldLine, explain
from adsum.records.matching.index import Index
from adsum.records.matching.kinds import Kinds, sort_names
from adsum.records.matching.matcher import Matcher
from adsum.records.matching.origins import learn_origins
from adsum.records.matching.population import Description, Population
from adsum.records.matching.weights import Weights

LEAST = 0.001  # a candidate that is less likely is not named
MOST_ONE_IN = 1_000_000


class Suggestion(NamedTuple):
    """A person who may be meant. `one_in_wrong`: of so many suggestions like this, one would be wrong."""

    key: str
    probability: float
    one_in_wrong: int
    explanation: tuple[FieldLine, ...]


class Found(NamedTuple):
    """The likeliest first. `nobody` is the probability that none of them is meant.

    `too_many` counts people who fitted as well at first glance and could not all be compared: if it is not 0, say so
    to the officer.
    """

    candidates: tuple[Suggestion, ...]
    nobody: float
    too_many: int


class LivingMatcher:
    """Says who may be meant by a record, among people who come, change and go."""

    def __init__(self, matcher: Matcher, kinds: Kinds | None = None) -> None:
        self.matcher, self.kinds = matcher, kinds

    def __len__(self) -> int:
        """How many people it knows."""
        return len(self.matcher.scorer.population)

    def __contains__(self, key: str) -> bool:
        """Whether it knows this person."""
        return self.matcher.scorer.population.row_of(key) is not None

    @property
    def weights(self) -> Weights:
        """The version of the model that it judges by."""
        return self.matcher.scorer.weights

    def use(self, weights: Weights) -> None:
        """Judge by this version from now on."""
        self.matcher.scorer.use(weights)

    def candidates(self, record: Description, *, least: float = LEAST) -> Found:
        """Who may be meant by this record, each with at least this probability."""
        scorer = self.matcher.scorer
        asked = scorer.ask(record)
        answer = self.matcher.judge(*self.matcher.weigh_all(asked))
        named = [one for one in answer.candidates if one.probability >= least]
        return Found(
            tuple(
                Suggestion(
                    one.key,
                    one.probability,
                    round(min(MOST_ONE_IN, 1 / max(1e-9, 1 - one.probability))),
                    explain(scorer, record, asked, one.evidence),
                )
                for one in named
            ),
            nobody=max(0.0, 1 - sum(one.probability for one in named)),
            too_many=answer.overflow,
        )

    def near(self, person: Description) -> list[str]:
        """In a matcher of records: the keys of those that are worth asking about because of this person."""
        keys = self.matcher.scorer.population.keys
        return [keys[row] for row in self.matcher.near(self.matcher.scorer.ask(person))]

    def put(self, person: Description) -> None:
        """Add this person, or change the one with this key."""
        self.matcher.put(person)

    def drop(self, key: str) -> None:
        """Take this person out; nothing happens if they are not here."""
        self.matcher.drop(key)


def build(people: Iterable[Description], *, weights: Weights | None = None, with_kinds: bool = False) -> LivingMatcher:
    """A matcher for these people, read one by one; `with_kinds` of their names too. About 10 s for 100,000."""
    population = Population(people)
    origins = learn_origins(population)
    scorer = Scorer(population, origins, weights or Weights())
    kinds = sort_names(population, origins) if with_kinds else None
    return LivingMatcher(Matcher(scorer, Index(population)), kinds)
