"""Words of outside records for the officers' pages: what agrees and how rare that is, checks, clocks."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import prod
from typing import Any

from django import template
from django.utils import timezone

from adsum.records.rules import CheckedFor, Heard

register = template.Library()
AGREES = {
    "yes": ("✓", "agrees"),
    "partly": ("≈", "agrees partly"),
    "no": ("✕", "differs"),
    "unknown": ("?", "not said"),
}
TOGETHER = {"yes": "Agrees", "partly": "Agrees partly", "no": "Differs"}
SAYS_NO_MORE = {"the same", "the same birthday", "the same case number"}
SEXES = {"F": "Female", "M": "Male"}
HEARD = {
    Heard.DOWN: "did not answer",
    Heard.SILENT: "has brought nothing for too long",
    Heard.WAITING: "has not answered yet",
}
CHECKED_FOR = {
    CheckedFor.REPORT: "for a check-in",
    CheckedFor.REVIEW: "for a review",
}
SAYS_MUCH = 10  # one in fewer people: not worth a sentence
MOST = 1_000_000
RECORD_VERBS = {
    "lead.found": "found a record that may be about this person",
    "lead.judged": "judged whether a record is about this person",
    "lead.reopened": "opened a possible match again",
    "lead.undone": "undid what had followed from a record",
    "lead.closed": "closed a possible match",
    "lead.disputed": "said that a record is about somebody else",
    "confirmation.asked": "asked the agency whether a record holds",
    "confirmation.answered": "noted what the agency answered",
    "confirmation.overdue": "noted that the agency has not answered in time",
    "confirmation.lapsed": "ended a question to the agency",
    "person.looked-up": "looked this person up in outside records",
}


@register.filter
def plain(name: str) -> str:
    """The name of a figure as words."""
    return name.replace("_", " ")


@register.filter
def agrees_sign(row: Mapping[str, Any]) -> str:
    """The sign for how a field of the record agrees with the file; its word stands beside it."""
    return AGREES.get(str(row.get("agrees")), AGREES["unknown"])[0]


@register.filter
def agrees_words(row: Mapping[str, Any]) -> str:
    """How a field of the record agrees with the file."""
    return AGREES.get(str(row.get("agrees")), AGREES["unknown"])[1]


@register.filter
def how_words(row: Mapping[str, Any]) -> str:
    """What more there is to say of how a field agrees; nothing where it only says again that it agrees."""
    how = str(row.get("how") or "")
    return "" if row.get("agrees") == "yes" and how.lower() in SAYS_NO_MORE else how


@register.filter
def said_in(row: Mapping[str, Any], side: str) -> str:
    """What the record, or our file, says of a field: a whole birthday as a date, sex as a word."""
    said = str(row.get(side) or "")
    if row.get("field") == "birthday":
        return day_words(said) or "–"
    return (SEXES.get(said, said) if row.get("field") == "sex" else said) or "–"


@register.filter
def day_words(said: str) -> str:
    """A day as an agency wrote it, in words where it is whole."""
    return _day(said) or said


@register.filter
def agrees_together(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Which fields agree, agree partly and differ, one line for each; what is not said is left out."""
    told = {words: [str(row["field"]) for row in rows if row.get("agrees") == key] for key, words in TOGETHER.items()}
    return [f"{words}: {', '.join(fields)}" for words, fields in told.items() if fields]


@register.filter
def rare_words(row: Mapping[str, Any]) -> str:
    """How rare it is that this much of a field agrees; nothing where that is common."""
    one_in, field = int(row.get("one_in") or 0), row.get("field")
    if one_in < SAYS_MUCH:
        return ""
    whole = row.get("agrees") == "yes"
    return f"About 1 in {about(one_in)} people " + (
        f"has {'these' if str(field).endswith('names') else 'this'} {field}." if whole else "agrees as far as this."
    )


@register.filter
def rare_together(rows: Iterable[Mapping[str, Any]]) -> str:
    """How rare it is that all of it agrees at once, as if the fields had nothing to do with each other."""
    telling = [row for row in rows if row.get("agrees") in ("yes", "partly") and int(row.get("one_in") or 0) > 1]
    chance = prod(int(row["one_in"]) for row in telling)
    if len(telling) < 2 or chance < SAYS_MUCH:
        return ""
    names = [str(row["field"]) for row in telling]
    how = f"fewer than 1 in {about(MOST)} people" if chance > MOST else f"about 1 in {about(chance)} people"
    return f"{', '.join(names[:-1])} and {names[-1]} together: {how} of the programme."


def about(number: int) -> str:
    """A number rounded to what can be read: 4,163 is 4,000."""
    if number < 20:
        return str(number)
    step = 10 ** (len(str(number)) - (2 if str(number)[0] == "1" else 1))
    return f"{round(number / step) * step:,}"


@register.filter
def wrong_words(lead: Any) -> str:
    """Of how many leads like this one, one is about somebody else; or about this person, where most are not."""
    wrong = lead.wrong_one_in
    if wrong >= MOST // 100:
        return "Of 10,000 leads like this one, fewer than 1 is about somebody else."
    if wrong:
        return f"Of {about(wrong)} leads like this one, about 1 is about somebody else."
    right = round(1 / lead.probability) if lead.probability else MOST
    return f"Most leads like this one are about somebody else: of {about(right)}, about 1 is about this person."


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in words, roughly."""
    minutes = round((length or timedelta()).total_seconds() / 60)
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {name}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


@register.filter
def clock_words(asked: Any) -> str:
    """How long an agency still has to answer, or since when its answer is late."""
    left = asked.answer_by - timezone.now()
    return f"{span(left)} left" if left > timedelta() else f"late for {span(-left)}"


@register.filter
def is_late(asked: Any) -> bool:
    """True where an agency should have answered by now."""
    return bool(asked.answer_by <= timezone.now())


@register.filter
def coverage(source: Any) -> str:
    """Where and since when a source looks."""
    states = ", ".join(source.states) or "all states"
    kinds = ", ".join(kind.replace("-", " ") + "s" for kind in source.kinds) or "all kinds"
    return f"{states}; {kinds}; since {source.covers_since:%B %Y}"


@register.filter
def checked_for(check: Any) -> str:
    """Why somebody was looked up."""
    return CHECKED_FOR[CheckedFor(check.why)]


@register.filter
def heard_from(check: Any, titles: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Each source of a check: its title, what came of it, and whether it was searched at all."""
    said = sorted(check.answers.items(), key=lambda one: titles.get(one[0], one[0]))
    return [(titles.get(code, code), _heard(answer), answer.get("heard") == Heard.ANSWERED) for code, answer in said]


def _heard(answer: Mapping[str, Any]) -> str:
    if answer.get("heard") == Heard.ANSWERED:
        leads = int(answer.get("found") or 0)
        return (
            f"searched: {leads} record{'' if leads == 1 else 's'} that may fit" if leads else "searched: nothing found"
        )
    tries = int(answer.get("tries") or 0)
    asked = f", asked {tries} times" if tries > 1 else ""
    return f"not searched: it {HEARD.get(Heard(answer.get('heard', Heard.WAITING)), 'did not answer')}{asked}"


@register.filter
def check_about(report: Any, checks: Any) -> Any:
    """The dated check of a check-in, where it was loaded."""
    return checks.get(f"report:{report.pk}") if isinstance(checks, dict) else None


def record_facts(details: Mapping[str, Any]) -> list[str]:
    """What a flag says of the record that it is about."""
    if not details.get("lead"):
        return []
    parts = (details.get("kind"), details.get("what"), details.get("where"), _day(details.get("on")))
    found = [", ".join(str(part) for part in parts if part)] if details.get("kind") else []
    found += [f"From {details['agency']}"] if details.get("agency") else []
    return found + ([str(details["why"])[:1].upper() + str(details["why"])[1:]] if details.get("why") else [])


def _day(iso: Any) -> str:
    try:
        return f"{datetime.fromisoformat(str(iso)):%B %-d, %Y}"
    except ValueError:
        return ""
