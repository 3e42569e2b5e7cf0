"""A decision as a letter, in English and in the participant's language: to read before signing, to keep, to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adsum.core.languages import written_in
from adsum.law.past_queries import last_day_ahead
from adsum.law.rules import ClockKind
from adsum.orders.rules import Level
from adsum.places.queries import current_address
from adsum.reviews.letters.drafting import Letter, draft
from adsum.reviews.letters.facts import Decided, Reason
from adsum.reviews.letters.paper import kept_pdf, sheet_of
from adsum.reviews.rules import DecisionAsked, Outcome, Way, Weighed, Weighs, Wish, level_after, refuses
from adsum.reviews.rules.criteria import Criterion, CriterionKey, Met
from adsum.reviews.rules.file import CaseFile

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.reviews.models import Review, ReviewDecision

_KEYS = {CriterionKey.TIME: "months"}


@dataclass(frozen=True)
class Drafts:
    """The letter in English and in their language: as text, and as the sheets that are set on paper."""

    language: str
    title: str
    english: str
    theirs: str
    sheets: list[Mapping[str, Any]]

    def as_stored(self) -> dict[str, Any]:
        """What a signed decision keeps, so that its paper is the same for ever."""
        stored = asdict(self)
        return {**stored, "en": stored.pop("english")}


def draft_letters(
    *, review: Review, officer: Staff, asked: DecisionAsked, file: CaseFile, level_now: Level, now: datetime
) -> Drafts:
    """The letter of this decision, were it signed now."""
    decided = _decided(review, officer, asked, file, level_now, now)
    language = written_in(review.participant.language)
    english, theirs = draft(decided, language="en"), draft(decided, language=language)
    both = [theirs] if language == "en" else [theirs, english]
    return Drafts(language, theirs.title.words, as_text(english), as_text(theirs), [sheet_of(one) for one in both])


def _decided(
    review: Review, officer: Staff, asked: DecisionAsked, file: CaseFile, level_now: Level, now: datetime
) -> Decided:
    person = review.participant
    me, office, today = officer.as_actor(), person.office, now.astimezone(person.office.zone).date()
    address = current_address(participant_id=person.pk, seen_by=me)
    first = review.asks.order_by("pk").exclude(way=Way.OFFICE).first()
    less = refuses(Wish(review.wish), asked.outcome)
    appeal = last_day_ahead(kind=ClockKind.APPEAL, participant=person, now=now, seen_by=me) if less else None
    return Decided(
        number=str(review),
        outcome=Outcome(asked.outcome),
        name=person.full_name,
        address=str(address or ""),
        office=office.name,
        phone=office.phone,
        level_now=level_now,
        level_then=level_after(asked, level_now),
        holds_from=today,
        reasons=tuple(_reason(one, asked.weighed[one.key]) for one in file.criteria),
        signed_by=officer.name,
        signed_at=now,
        zone=office.time_zone,
        asked_on=first.asked_at.astimezone(office.zone).date() if first else None,
        own_words=asked.words,
        appeal_last_day=appeal,
    )


def _reason(one: Criterion, weighed: Weighed) -> Reason:
    """A criterion as the letter says it: a share in hundredths; figures only where the policy has one beside them."""
    key, met = _KEYS.get(one.key, one.key.value), one.met
    said = Reason(key, met, words=weighed.words, weighs=Weighs(weighed.weighs))
    if met is Met.NO_DATA or one.key in (CriterionKey.HEARINGS, CriterionKey.RECORDS):
        return said
    has = one.has * 100 // one.of if one.key is CriterionKey.ON_TIME and one.of else one.has
    return replace(said, has=has, wants=one.wants)


def as_text(letter: Letter) -> str:
    """The letter as plain text, its title first, paragraph by paragraph, in the order in which it is read."""
    parts = [letter.title.words, *(one.words for one in letter.paragraphs)]
    parts += [f"{label.words}: {words.words}" for label, words in letter.rows]
    parts.append(letter.reasons_title.words)
    for one in letter.reasons:
        own = f" “{one.own.words}”" if one.own else ""
        parts.append(f"{one.label.words}: {one.words.words}{own}")
    if letter.own:
        parts += [letter.own_title.words, f"“{letter.own.words}”"]
    parts += [letter.not_counted.words, letter.appeal_title.words, *(one.words for one in letter.appeal)]
    return "\n\n".join(filter(None, [*parts, letter.help.words if letter.help else "", letter.signature.words]))


def letter_paper(decision: ReviewDecision) -> bytes:
    """The signed letter as tagged PDF, their language first. The same decision gives the same file."""
    return kept_pdf(decision.letter, made_at=decision.signed_at)
