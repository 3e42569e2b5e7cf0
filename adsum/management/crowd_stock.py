"""What the crowd is made of: rows graded by the rules themselves, check-ins, terms and notices, as tables to draw from.

PostgreSQL draws from these tables a million times; what a draw means has been said here once, by the real rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import GivenPlace, ReportContent, ReportFacts, concerns_about, term_of
from adsum.core.ids import read_code
from adsum.enrolment.rules import FAULT_WORDS, Census, Graded, Grader, Row
from adsum.flags.rules import Reason
from adsum.management.demo import CITIES, STREETS, made_up_row
from adsum.management.demo_life import WORDS
from adsum.notices.rules import NoticeKind, split_title
from adsum.people.policy import PeoplePolicy
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import GivenAddress, PlaceClass, class_of_fix, grade_address

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice

ROWS, CHECK_INS, MOVES = 4_096, 1_024, 512
AHEAD = CheckinPolicy().made_ahead_days + 100
INTERVALS = (7, 14, 28, 56)
ALPHABET = "".join(sign for sign in digits + ascii_uppercase if read_code(sign) == sign)
OF_ADDRESS = ("address-", "unit-", "postal-")
NO_PLACE = (PlaceClass.REFUSED, PlaceClass.TIMED_OUT, PlaceClass.NOT_ASKED)
NO_ADDRESS = {"street": "", "unit": "", "city": "", "state": "", "postal_code": ""}
DECIDED = {
    Reason.MISSED_CHECK_IN: (
        ("reached", "We spoke by phone: a double shift that day. Knows the next day."),
        ("reached", "Called back. The phone was broken; it works again."),
        ("not-reached", "Called twice on two days, nobody answered. A letter is on its way."),
        ("stays-missed", "We spoke: forgot the day. Reminded of the next one."),
    ),
    Reason.CHECK_IN_CONCERN: (
        ("seen", "In order as it is."),
        ("seen", "Read it; nothing to do."),
        ("reached", "Called back and answered the question."),
        ("corrected", "Noted and passed on to the agency."),
    ),
    Reason.FILE_GRADED: (
        ("corrected", "Asked the agency; the file has been mended."),
        ("reached", "Asked at the first call; noted."),
        ("seen", "In order as it is."),
        ("seen", "A house for one family: there is no unit."),
    ),
}
Rows = list[tuple[Any, ...]]
Table = Iterator[tuple[Any, ...]]


def stock(*, office: FieldOffice, seed: int, began: datetime, now: datetime) -> dict[str, Rows]:
    """The tables to draw from, for a crowd whose history goes from `began` to `now`."""
    first, last = began.date(), (now + timedelta(days=AHEAD)).date()
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    return {
        "crowd_stock": list(_graded_rows(seed, first)),
        "crowd_check_in": list(_check_ins(seed)),
        "crowd_term": list(_terms(office, days)),
        "crowd_words": list(_notices(office, days)),
        "crowd_decision": [
            (reason, pick, *words) for reason, known in DECIDED.items() for pick, words in enumerate(known)
        ],
    }


def _graded_rows(seed: int, today: date) -> Table:
    """Rows of the demo's export, graded, country by country: slot, its country's slots, who, phone, door, faults."""
    random = Random(f"stock {seed}")  # noqa: S311 - made-up people, not secrets
    rows = [Row(number + 2, made_up_row(random, number, today)) for number in range(ROWS + ROWS // 20)]
    census = Census()
    for row in rows:
        census.note(row)
    grader = Grader(today, census.doors(PlacesPolicy()), PeoplePolicy(), PlacesPolicy())
    taken = [graded for graded in map(grader.grade, rows) if graded.rejection is None][:ROWS]
    assert len(taken) == ROWS
    taken.sort(key=lambda graded: graded.row.values["country"])
    countries = [graded.row.values["country"] for graded in taken]
    slots = {country: (countries.index(country), countries.count(country)) for country in set(countries)}
    return (_stock_row(slot, graded, *slots[countries[slot]]) for slot, graded in enumerate(taken))


def _stock_row(slot: int, graded: Graded, first: int, size: int) -> tuple[Any, ...]:
    value, door = graded.row.values, graded.row.given_address
    number, _, street = door.street.partition(" ")
    numbered = number.isdecimal() and street in STREETS
    return (
        *(slot, first, size),
        *(value[name] for name in ("given_names", "surnames", "sex", "country")),
        graded.language,
        graded.born,
        *(value["phone"], graded.phone or ""),
        *(numbered, street if numbered else door.street, door.unit, door.city, door.state, door.postal_code),
        *(graded.level, graded.interval_days or CheckinPolicy().default_interval_days),
        *(_faults(graded, part) for part in (OF_ADDRESS, ("phone-",), ("language-",))),
    )


def _faults(graded: Graded, part: tuple[str, ...]) -> list[str]:
    return [fault for fault in graded.faults if fault in FAULT_WORDS and fault.startswith(part)]


def _check_ins(seed: int) -> Table:
    """What people send: answers, fingerprint, concerns, place. From slot CHECK_INS on, the person has moved."""
    random = Random(f"check-ins {seed}")  # noqa: S311 - made-up lives, not secrets
    for slot in range(CHECK_INS + MOVES):
        accuracy = random.choices((8.0, 12.0, 20.0, 35.0, 300.0, 4_000.0, None), (22, 22, 22, 18, 7, 2, 7))[0]
        nowhere = random.choice(NO_PLACE)
        content = _content(random, moved=slot >= CHECK_INS)
        given = content.new_address or NO_ADDRESS
        faults = (
            grade_address(GivenAddress(**given), living_there=1, policy=PlacesPolicy()) if content.new_address else []
        )
        yield (
            slot,
            content.lives_there,
            content.wants_contact,
            content.message,
            content.fingerprint,
            [str(concern) for concern in concerns_about(_facts(content, accuracy), policy=CheckinPolicy())],
            nowhere if accuracy is None else class_of_fix(accuracy, policy=PlacesPolicy()),
            accuracy,
            *given.values(),
            [str(fault) for fault in faults],
        )


def _content(random: Random, *, moved: bool) -> ReportContent:
    city, prefix = random.choice(CITIES)
    address = {
        "street": f"{random.randrange(100, 3999)} {random.choice(STREETS)}",
        "unit": f"Apt {random.randrange(1, 30)}{random.choice('ABCDEFGH')}",
        "city": city,
        "state": "NY",
        "postal_code": f"{prefix}{random.randrange(1, 60):02d}",
    }
    return ReportContent(
        lives_there=not moved,
        new_address=address if moved else {},
        wants_contact=random.random() < 0.02,
        message=random.choice(WORDS) if random.random() < 0.02 else "",
        place=GivenPlace(),
    )


def _facts(content: ReportContent, accuracy: float | None) -> ReportFacts:
    """The facts of a check-in that comes in time, with a fresh place or none."""
    return ReportFacts(
        counts_from=datetime.min.replace(tzinfo=UTC),
        missed_after=None,
        lives_there=content.lives_there,
        new_phone=False,
        wants_contact=content.wants_contact or bool(content.message),
        located=accuracy is not None,
        coarse=accuracy is not None and class_of_fix(accuracy, policy=PlacesPolicy()) == PlaceClass.COARSE,
        stale=False,
    )


def _terms(office: FieldOffice, days: list[date]) -> Table:
    """The term of every due day that is not a plan's first, for each interval."""
    for day in days:
        for interval in INTERVALS:
            before = day - timedelta(days=interval)
            since = datetime.min.replace(tzinfo=UTC)
            term = term_of(day, previous_due_on=before, since=since, zone=office.zone, policy=CheckinPolicy())
            yield day, interval, *asdict(term).values()


def _notices(office: FieldOffice, days: list[date]) -> Table:
    """What is written to somebody who missed a check-in of that day, in each language of the portal."""
    for day in days:
        for language, _ in settings.LANGUAGES:
            with translation.override(language), timezone.override(office.zone):
                facts = {"participant": {"office": office}, "due_on": day}
                text = render_to_string(f"notices/{NoticeKind.CHECKIN_MISSED}.txt", facts)
            yield day, language, *split_title(text)
