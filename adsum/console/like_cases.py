"""Like cases, for whom it is that decides: how they went, and those that somebody decided otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adsum.policies.queries import in_force
from adsum.reviews.policy import ReviewsPolicy
from adsum.reviews.queries import like_decided
from adsum.reviews.rules import (
    CRITERIA,
    OUTCOMES,
    Outcome,
    decided_differently,
    how_like_cases_went,
    months_ago,
    nearest,
)

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.ledger.rules import Actor
    from adsum.reviews.rules import CaseFile, Like


def like_cases(file: CaseFile, *, chosen: str, seen_by: Actor, now: datetime) -> dict[str, Any]:
    """How cases with such criteria went, the nearest of each outcome; `others`: decided otherwise than `chosen`."""
    policy = in_force(ReviewsPolicy, now=now)
    since, most = months_ago(now, policy.compare_months), policy.like_cases
    among = like_decided(level=file.level, since=since, but=file.participant_id, seen_by=seen_by, most=most)
    like = nearest(file.profile, among, level=file.level, most=most)
    went = [
        (OUTCOMES[Outcome(outcome)], share, [_told(one) for one in like if one.case.decision == outcome])
        for outcome, share in how_like_cases_went(like).items()
    ]
    return {
        "like": [(words, share, len(cases), cases[: policy.like_files]) for words, share, cases in went],
        "like_count": len(like),
        "like_others": len(decided_differently(like, decision=chosen)) if chosen else 0,
        "like_months": policy.compare_months,
    }


def _told(one: Like) -> tuple[Like, str]:
    """A like case with the names of the criteria in which it differs."""
    return one, ", ".join(CRITERIA[key].lower() for key in one.differs_in)
