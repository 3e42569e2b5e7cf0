"""Whether a stage goes on, waits or holds, and why. Pure.

A share is judged by the lower end of its interval (E. B. Wilson, Journal of the American Statistical Association 22,
1927), two shares by the pooled two-proportion test (Fleiss, Levin and Paik, Statistical Methods for Rates and
Proportions, 3rd ed. 2003, 3.3), many groups at once by S. Holm's correction (Scandinavian Journal of Statistics 6,
1979).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import erfc, sqrt

from adsum.funnel.rules import FAILURES, Failed
from adsum.waves.policy import WavesPolicy

Z_95 = 1.959964  # of a two-sided interval of 95 %


class Answer(StrEnum):
    """What becomes of a stage. DONE: nobody is left to invite."""

    GO_ON = "go-on"
    WAIT = "wait"
    HOLD = "hold"
    DONE = "done"


@dataclass(frozen=True)
class Why:
    """A reason: a key that stays the same while the figures in its words change."""

    key: str
    words: str


@dataclass(frozen=True)
class Group:
    """People of a stage who share something: the `kind` (browser, language …), its name, how many, how many got in.

    `words`: what a reader calls it, where its name is a code.
    """

    kind: str
    name: str
    people: int
    active: int
    words: str = ""


@dataclass(frozen=True)
class Measured:
    """What is known about a stage at one moment.

    `people`: all in it. `to_go`: whose message has not gone yet; `to_print`: whose letter has not. `measured`: whose
    time is over; `measured_active`: those of them who became active in time. `active`: all who are active by now.
    `met`: how many met each class of error and are not active. `p95_ms`: what 95 of 100 page views
    are faster than; None where nobody has looked yet.
    """

    people: int
    to_go: int
    to_print: int
    measured: int
    measured_active: int
    active: int
    met: Mapping[str, int] = field(default_factory=dict)
    groups: Sequence[Group] = ()
    p95_ms: int | None = 0
    next_at: datetime | None = None


@dataclass(frozen=True)
class Judgement:
    """The answer, all its reasons, and those of them that a person has accepted."""

    answer: Answer
    reasons: tuple[Why, ...] = ()
    accepted: tuple[Why, ...] = ()


def wilson(hits: int, of: int, z: float = Z_95) -> tuple[float, float]:
    """Between which shares the true one lies with 95 % confidence; (0, 1) where nothing was measured."""
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def chance_of_lag(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """How likely a group would be this far behind the others if nothing were wrong with it (one-sided)."""
    pooled = (hits + other_hits) / (of + other_of)
    error = sqrt(pooled * (1 - pooled) * (1 / of + 1 / other_of))
    if error == 0:
        return 1.0
    return 0.5 * erfc((other_hits / other_of - hits / of) / error / sqrt(2))


def groups_behind(groups: Sequence[Group], policy: WavesPolicy) -> list[tuple[Group, Group]]:
    """Groups that fall behind the rest of their kind, each with the rest, the worst first (Holm, family-wise)."""
    tested = [
        (chance_of_lag(one.active, one.people, rest.active, rest.people), one, rest)
        for one in groups
        if (rest := _rest(one, groups)).people >= policy.group_least <= one.people
    ]
    tested.sort(key=lambda test: (test[0], test[1].kind, test[1].name))
    behind = []
    for rank, (chance, one, rest) in enumerate(tested):
        if chance > policy.group_doubt_percent / 100 / (len(tested) - rank):
            break
        if rest.active / rest.people - one.active / one.people >= policy.group_points / 100:
            behind.append((one, rest))
    return behind


def _rest(one: Group, groups: Sequence[Group]) -> Group:
    others = [other for other in groups if other.kind == one.kind and other.name != one.name]
    return Group(one.kind, "the others", sum(o.people for o in others), sum(o.active for o in others))


def judge(seen: Measured, *, accepted: Collection[str] = (), policy: WavesPolicy) -> Judgement:
    """Go on, wait or hold. `accepted` are the keys of reasons that a person has looked at and gone on over.

    A stage to which nobody was left (one per cent and five per cent of ten people are the same one) goes on.
    """
    if not seen.people:
        return Judgement(Answer.GO_ON)
    found = [*_errors(seen, policy), *_lagging(seen, policy), *_load(seen, policy)]
    doubts = _doubts(seen, policy)
    if not doubts:
        found += _success(seen, policy)
    reasons = tuple(why for why in found if why.key not in accepted)
    passed = tuple(why for why in found if why.key in accepted)
    if reasons:
        return Judgement(Answer.HOLD, reasons, passed)
    if doubts:
        return Judgement(Answer.WAIT, tuple(doubts), passed)
    return Judgement(Answer.GO_ON, accepted=passed)


def enough_of(people: int, policy: WavesPolicy) -> int:
    """How many of so many people must have had their time before they say anything."""
    return max(min(policy.least_measured, people), -(-people * policy.measured_percent // 100))


def _doubts(seen: Measured, policy: WavesPolicy) -> list[Why]:
    """Why nothing can be said about the success yet."""
    found = []
    if seen.to_go:
        found.append(Why("sending", f"{seen.to_go:,} messages have not gone yet."))
    enough = enough_of(seen.people, policy)
    is_certain = wilson(seen.active, seen.people)[0] >= policy.active_percent / 100  # who is in stays in
    if seen.measured < enough and not is_certain:
        found.append(
            Why(
                "measuring",
                f"{seen.measured:,} of {seen.people:,} people have had their {policy.measured_hours} hours; "
                f"{enough:,} must have.",
            )
        )
    if seen.p95_ms is None:
        found.append(Why("load-unknown", "How fast the pages answer is not known yet: the worker looks every minute."))
    if found and seen.to_print:
        found.append(Why("letters", f"{seen.to_print:,} letters wait to be printed and posted."))
    return found


def _success(seen: Measured, policy: WavesPolicy) -> list[Why]:
    low, high = wilson(seen.measured_active, seen.measured)
    all_low, _ = wilson(seen.active, seen.people)
    if max(low, all_low) >= policy.active_percent / 100:
        return []
    words = (
        f"{seen.measured_active:,} of {seen.measured:,} people were active within {policy.measured_hours} hours. "
        f"The true share lies between {low:.0%} and {high:.0%}; it must be {policy.active_percent} % at least."
    )
    if seen.measured and seen.measured_active / seen.measured >= policy.active_percent / 100:
        words += " With more people it might be enough."
    return [Why("success", words)]


def _errors(seen: Measured, policy: WavesPolicy) -> list[Why]:
    """Classes of errors that met too many; one person alone is no class.

    Whom nothing reaches was known before the wave began, and is with the officers: holding would help nobody.
    """
    gone = seen.people - seen.to_go
    return [
        Why(
            f"error:{name}",
            f"{count:,} of {gone:,} people ({count / gone:.0%}) met “{error_in_words(name)}”; "
            f"{policy.error_percent} % are allowed.",
        )
        for name, count in sorted(seen.met.items(), key=lambda item: (-item[1], item[0]))
        if name != Failed.NO_WAY and count > 1 and gone and count / gone > policy.error_percent / 100
    ]


def error_in_words(name: str) -> str:
    """What a class of errors means."""
    return FAILURES[Failed(name)] if name in set(Failed) else name.replace("-", " ").capitalize()


def _lagging(seen: Measured, policy: WavesPolicy) -> list[Why]:
    return [
        Why(
            f"group:{one.kind}:{one.name}",
            f"{one.kind.capitalize()} {one.words or one.name} falls behind: {one.active:,} of {one.people:,} are "
            f"active ({one.active / one.people:.0%}), of the others {rest.active / rest.people:.0%}.",
        )
        for one, rest in groups_behind(seen.groups, policy)
    ]


def _load(seen: Measured, policy: WavesPolicy) -> list[Why]:
    if seen.p95_ms is None or seen.p95_ms <= policy.slowest_ms:
        return []
    words = f"5 of 100 page views took {seen.p95_ms:,} ms or longer; {policy.slowest_ms:,} ms are allowed."
    return [Why("load", words)]
