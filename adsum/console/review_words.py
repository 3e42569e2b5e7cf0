"""Words of reviews for the officers' pages: `{% load adsum_deciding %}`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from adsum.reviews.rules import BECAUSE, WEIGHS, Because, DecisionAsked, Weighs
from adsum.reviews.rules.criteria import Criterion, Met, read_criterion

register = template.Library()
_USUALLY = {Met.MET: Weighs.FOR, Met.NOT_MET: Weighs.AGAINST, Met.NO_DATA: Weighs.NEITHER}
REVIEW_VERBS = {
    "review.asked": "asked for a review of the level",
    "review.joined": "added to a review of the level",
    "review.more-asked": "asked for something more for a review",
    "review.withdrawn": "took a request for a review back",
    "review.closed": "closed a review",
    "review.ended": "ended a review",
    "review.put-off": "put off looking at the level",
    "level.decided": "decided about the level",
    "level.signed": "signed a step up",
    "level.not-signed": "refused to sign a step up",
    "level.holds": "put a decision about the level into force",
    "letter.opened": "opened a letter",
    "decision.appealed": "appealed against a decision about the level",
    "appeal.withdrawn": "took an appeal back",
    "appeal.voted": "said what they say of an appeal",
    "appeal.answered": "answered an appeal",
}


@register.filter
def because_words(one: str) -> str:
    """Why somebody asks."""
    return BECAUSE[Because(one)]


@register.filter
def about_clock(clocks: Mapping[str, Any], about: str) -> Any:
    """The clock that runs about this."""
    return clocks.get(about)


@register.filter
def weighed_as(asked: DecisionAsked, criterion: Criterion) -> str:
    """What was chosen for this criterion, or what it usually means: the officer may choose otherwise."""
    given = asked.weighed.get(criterion.key)
    return given.weighs if given and given.weighs else _USUALLY[criterion.met]


@register.filter
def weighed_words(asked: DecisionAsked, criterion: Criterion) -> str:
    """The officer's own words on this criterion, as typed."""
    given = asked.weighed.get(criterion.key)
    return given.words if given else ""


@register.filter
def weighed_lines(weighed: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    """What stood beside each criterion when it was signed."""
    return [_line(one) for one in weighed.values()]


def _line(one: Mapping[str, Any]) -> str:
    criterion, weighs = read_criterion(dict(one)), WEIGHS[Weighs(one["weighs"])]
    words = f": “{one['words']}”" if one.get("words") else ""
    return f"{criterion.title}: {criterion.met_words.lower()}, {criterion.figures}; {weighs}{words}"
