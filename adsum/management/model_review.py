"""Each night: versions of the model on the pairs that people judged. Each week: a new one, which waits for a person.

Done by the screener, which has everybody in memory. Nothing here switches a version on.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import DatabaseError

from adsum.ledger.rules import RULES
from adsum.policies.queries import in_force
from adsum.records.actions.models import keep_version, note_figures
from adsum.records.matching.comparing import Lines, Pair, figures_of, is_unseen, kinds_of, score, told_otherwise
from adsum.records.matching.learning import Judgement, learn
from adsum.records.matching.weights import Weights
from adsum.records.past_queries import leads_by_person, match_models, newest_records, pairs_judged, records_described
from adsum.records.policy import RecordsPolicy
from adsum.records.rules import WAITING, Stage

if TYPE_CHECKING:
    from adsum.records.matching.living import LivingMatcher
    from adsum.records.matching.population import Description
    from adsum.records.models import MatchModel

log = structlog.get_logger(__name__)

DELIVERED = Weights().name
MOST_PAIRS, MOST_RECORDS = 5_000, 2_000  # the newest: some seconds for each version
MOST_VERSIONS = 5
YEAR = timedelta(days=365)


def review_models(living: LivingMatcher, now: datetime) -> bool:
    """Learn a version where it is time, and measure the versions; False where nobody has judged yet.

    What breaks here stops no matching: it is logged, and tried again the next night.
    """
    try:
        pairs = judged_pairs(living)
        if not pairs:
            return False
        records = described({one.record for one in pairs})
        keep_version(name=DELIVERED, weights="", learnt_from={}, now=now)
        learn_when_due(living, pairs, records, now)
        measure(living, pairs, records, now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("models.not-measured")
        return False
    return True


def judged_pairs(living: LivingMatcher) -> list[Pair]:
    """The newest judged pairs of whom both are known here."""
    rows = pairs_judged(most=MOST_PAIRS, seen_by=RULES)
    pairs = [Pair(lead, str(outside), str(person), is_same) for lead, outside, person, is_same in rows]
    return [one for one in pairs if one.person in living]


def described(keys: set[str]) -> dict[str, Description]:
    """These records, as the engine knows them."""
    return {one.key: one for one in records_described(of=[int(key) for key in keys], seen_by=RULES)}


def weights_of(model: MatchModel) -> Weights:
    """The weights of a version; it keeps none where it is the one that Adsum is delivered with."""
    return Weights.from_json(model.weights) if model.weights else Weights()


def learn_when_due(living: LivingMatcher, pairs: list[Pair], records: dict[str, Description], now: datetime) -> None:
    """A new version, where the last one is a week old and enough was judged; the matcher judges as before."""
    policy = in_force(RecordsPolicy, now=now)
    last = match_models(seen_by=RULES).exclude(name=DELIVERED).first()
    told = [one for one in pairs if not one.is_unseen and one.record in records]
    is_due = last is None or now - last.learnt_at >= timedelta(days=policy.learn_days)
    if not is_due or len(pairs) < policy.learn_pairs:
        return
    judged = [Judgement(records[one.record], one.person, one.is_same) for one in told]
    name, coming = f"{now:%Y-%m-%d}", newest_records(most=MOST_RECORDS, seen_by=RULES)
    before = living.weights
    try:
        living.use(Weights())
        fresh = [one for one in coming if not is_unseen(one.key)]
        learnt = learn(living.matcher, fresh, name=name, judged=judged)
    finally:
        living.use(before)
    facts = {"judged_pairs": len(judged), "records": len(coming), "policy": policy.version}
    keep_version(name=name, weights=learnt.to_json(), learnt_from=facts, now=now)


def measure(living: LivingMatcher, pairs: list[Pair], records: dict[str, Description], now: datetime) -> None:
    """Hold each version against the same pairs, and beside the one that is on."""
    policy = in_force(RecordsPolicy, now=now)
    lines = Lines(policy.least_percent / 100, policy.grey_to_percent / 100)
    coming = {one.key: one for one in newest_records(most=MOST_RECORDS, seen_by=RULES)}
    everything = list({**coming, **records}.values())
    kind_of = kinds_of(living, {one.person for one in pairs})
    on, versions = living.weights, []
    scores_on = score(living, on, everything)
    for model in _versions(on.name):
        scores = scores_on if model.name == on.name else score(living, weights_of(model), everything)
        told = figures_of(pairs, scores, fresh=coming.keys(), lines=lines, kind_of=kind_of)
        versions.append({"model": model.name, **told, "otherwise": told_otherwise(pairs, scores_on, scores)})
    note_figures(model=on.name, pairs=len(pairs), names=names_told(living, now), versions=versions, now=now)


def _versions(on: str) -> list[MatchModel]:
    """The one that is on, the newest, and always the delivered one."""
    known = list(match_models(seen_by=RULES))
    kept = [model for model in known if model.name in (on, DELIVERED)]
    return kept + [model for model in known if model not in kept][: MOST_VERSIONS - len(kept)]


def names_told(living: LivingMatcher, now: datetime) -> list[dict[str, Any]]:
    """For each kind of names: people, leads of a year, and what became of them."""
    rows = leads_by_person(since=now - YEAR, seen_by=RULES)
    kind_of = kinds_of(living, {str(person) for person, _, _ in rows})
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("leads", "waiting", *_ENDED.values()), 0))
    for person, stage, leads in rows:
        told = counts[kind_of[str(person)]]
        told["leads"] += leads
        told["waiting"] += leads * (stage in WAITING)
        if stage in _ENDED:
            told[_ENDED[Stage(stage)]] += leads
    people = living.kinds.people() if living.kinds else {}
    return [{"names": kind, "people": people.get(kind, 0), **told} for kind, told in sorted(counts.items())]


_ENDED = {Stage.SAME: "same", Stage.NOT_SAME: "not_same", Stage.CANNOT_TELL: "cannot_tell"}
