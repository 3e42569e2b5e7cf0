"""Learning the weights: from records and people alone (EM), and from pairs that people judged.

EM (Dempster, Laird and Rubin 1977; Winkler 1988): judge each record with the weights as they are, count what is seen in
likely matches, each with its probability, make new weights of the counts, and again. Who may be meant does not change
from round to round, so the evidence is only weighed anew. What people judged is certain: the same counts wholly, not
the same counts nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from adsum.records.matching.evidence import Evidence, Seen
from adsum.records.matching.matcher import Matcher
from adsum.records.matching.population import Description
from adsum.records.matching.weights import Weights

ROUNDS = 6
ENOUGH = 1_500  # records that may be of somebody known; more do not change the weights
AT_ONCE = 2_500  # records
PRIOR_RECORDS = 5.0  # what the shares start from counts for so many
UNLIKELY = 0.01
FURTHER = 2.5  # nats: namesakes, of whom the name alone speaks, else look too hopeless to be counted at all
NEGLIGIBLE = 1e-3  # a record of a stranger; other weights will not change that


class Judgement(NamedTuple):
    """What people said of one record and one person."""

    record: Description
    key: str  # of the person
    is_same: bool


class Case(NamedTuple):
    """A record to learn from: the rows of those who may be meant, and the row of whom it is, where people said so."""

    record: Description
    rows: list[int]
    same: int | None = None


def learn(matcher: Matcher, records: Sequence[Description], *, name: str, judged: Sequence[Judgement] = ()) -> Weights:
    """Weights after EM over these records, and the judged ones; the matcher uses them from then on.

    `records` are all that came in some time, judged or not: they say how many are of participants, which the judged
    ones alone would not. A judged record that is not among them says only how clerks write.
    """
    scorer, start = matcher.scorer, Weights()
    known, coming = {one.record.key for one in judged}, {record.key for record in records}
    unjudged = [record for record in records if record.key not in known]
    cases, looked_at = _telling(matcher, unjudged)
    part = looked_at / max(1, len(unjudged)) if unjudged else 1.0
    certain = _certain(matcher, judged)
    of_somebody = sum(case.same is not None and case.record.key in coming for case in certain)
    total = looked_at + part * len(known & coming) + PRIOR_RECORDS
    for _ in range(ROUNDS):
        seen: dict[Seen, float] = defaultdict(float)
        shares = [PRIOR_RECORDS * share for share in (start.match, start.relative, start.namesake, start.junior)]
        for case, counts in (*((case, 1.0) for case in cases), *((case, part) for case in certain)):
            evidence = _evidence(matcher, case)
            for what, weight in _seen(matcher, evidence, case):
                seen[what] += weight
            if case.same is None and case.record.key in coming:
                for place, share in enumerate(shares_of(matcher, evidence)):
                    shares[place] += counts * share
        shares[0] += part * of_somebody
        match, relative, namesake, junior = (share / total for share in shares)
        scorer.use(scorer.weights.after(seen, name=name, shares=(match, relative, namesake, junior)))
    return scorer.weights


def _certain(matcher: Matcher, judged: Iterable[Judgement]) -> list[Case]:
    """The judged records: who is the same, and, where nobody is so far, everybody but those who are not."""
    said: dict[str, list[Judgement]] = defaultdict(list)
    for one in judged:
        said[one.record.key].append(one)
    cases = []
    for them in said.values():
        record, row_of = them[0].record, matcher.scorer.population.row_of
        same = next((row for one in them if one.is_same and (row := row_of(one.key)) is not None), None)
        others = {row_of(one.key) for one in them if not one.is_same}
        rows = [row for row in matcher.choose(matcher.scorer.ask(record))[0] if row not in others]
        cases.append(Case(record, rows if same is None else [same], same))
    return cases


def _evidence(matcher: Matcher, case: Case) -> list[Evidence]:
    asked = matcher.scorer.ask(case.record)
    return [matcher.scorer.weigh(asked, row) for row in case.rows]


def _seen(matcher: Matcher, evidence: list[Evidence], case: Case) -> Iterable[tuple[Seen, float]]:
    if case.same is not None:
        return [(what, 1.0) for what in evidence[0].seen]
    likely = [one for one in matcher.judge(evidence).candidates if one.probability > UNLIKELY]
    return [(what, one.probability) for one in likely for what in one.evidence.seen]


def _telling(matcher: Matcher, records: Sequence[Description]) -> tuple[list[Case], int]:
    """Records that may be of somebody known, until there are enough; and of how many."""
    step = max(1, len(records) // AT_ONCE)
    found: list[Case] = []
    looked_at = 0
    for first in range(step):
        some = records[first::step]
        looked_at += len(some)
        for record, rows in zip(some, matcher.choose_all(some, further=FURTHER), strict=True):
            case = Case(record, rows)
            if sum(shares_of(matcher, _evidence(matcher, case))) > NEGLIGIBLE:
                found.append(case)
        if len(found) >= ENOUGH:
            break
    return found, looked_at


def shares_of(matcher: Matcher, evidence: Iterable[Evidence]) -> tuple[float, float, float, float]:
    """The probabilities that a record is about a participant, a relative, a namesake, a relative of the same name."""
    weights, people = matcher.scorer.weights, max(1, len(matcher.scorer.population))
    totals = [0.0, 0.0, 0.0, 0.0]
    for one in evidence:
        for place, (share, value) in enumerate(
            (
                (weights.match, one.total),
                (weights.relative, one.relative),
                (weights.namesake, one.namesake),
                (weights.junior, one.junior),
            )
        ):
            totals[place] += exp(min(600.0, log(share / people) + value))
    whole = weights.stranger + sum(totals)
    match, relative, namesake, junior = (total / whole for total in totals)
    return match, relative, namesake, junior
