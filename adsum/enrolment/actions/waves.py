"""Enrolling an agency's list: the whole file in one transaction, so that a broken run leaves nothing behind."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

from django.db import connection, transaction

from adsum.checkins.actions import PlanStart, start_plans
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import first_due_on
from adsum.core.text import clean_line
from adsum.enrolment.models import Enrolment, Wave
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.rules import Graded, Grader, Row, count_households
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.queries import officers_of
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground
from adsum.people.actions import add_contacts, add_participants
from adsum.people.models import Contact, Participant
from adsum.people.policy import PeoplePolicy
from adsum.people.queries import known_case_numbers
from adsum.people.rules import ContactKind
from adsum.places.actions import add_addresses
from adsum.places.models import Address
from adsum.places.policy import PlacesPolicy
from adsum.places.queries import people_at_streets
from adsum.policies.queries import in_force

CHUNK = 2_000
SOURCE = "agency"


@dataclass
class WaveResult:
    """What became of each row: read = enrolled + already + rejected. `graded` counts each fault."""

    read: int = 0
    enrolled: int = 0
    already: int = 0
    graded: Counter[str] = field(default_factory=Counter)
    rejected: list[Graded] = field(default_factory=list)


def enrol_wave(
    *,
    rows: Sequence[Row],
    office: FieldOffice,
    name: str,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> WaveResult:
    """Enrol whoever can be identified; faults become grades and flags; nobody is enrolled twice.

    `progress` hears how many rows are done. The whole list is one transaction: an error enrols nobody.
    """
    result = WaveResult()
    with transaction.atomic():
        with connection.cursor() as cursor:  # one wave at a time, whatever its office: a person may stand in two
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adsum.enrol'))")
        wave, _ = Wave.objects.get_or_create(office=office, name=name, defaults={"started_at": now})
        officers = cycle(list(officers_of(office=office, seen_by=actor)) or [None])
        grader = Grader(
            now.astimezone(office.zone).date(),
            _households(rows, actor),
            in_force(PeoplePolicy, now=now),
            in_force(PlacesPolicy, now=now),
        )
        for start in range(0, len(rows), CHUNK):
            graded = [grader.grade(row) for row in rows[start : start + CHUNK]]
            _enrol_chunk(graded, wave, officers, result, actor, now)
            progress(result.read)
        record(
            verb="wave.enrolled",
            actor=actor,
            now=now,
            subject=wave,
            policy=in_force(EnrolmentPolicy, now=now).version,
            read=result.read,
            enrolled=result.enrolled,
            already=result.already,
            rejected=len(result.rejected),
        )
    return result


def _households(rows: Sequence[Row], actor: Actor) -> Counter[tuple[str, str, str]]:
    in_file = count_households(rows)
    streets = {row.given_address.street for row in rows if row.given_address.street}
    at_home = people_at_streets(streets=streets, seen_by=actor)
    return Counter({door: max(count, at_home[door]) for door, count in in_file.items()})


def _enrol_chunk(
    graded: list[Graded],
    wave: Wave,
    officers: "cycle[Staff | None]",
    result: WaveResult,
    actor: Actor,
    now: datetime,
) -> None:
    result.read += len(graded)
    result.graded += Counter(fault for row in graded for fault in row.faults)
    result.rejected += [row for row in graded if row.rejection]
    candidates = {row.case_number: row for row in graded if row.case_number and not row.rejection}
    known = known_case_numbers(among=candidates, seen_by=RULES)
    result.already += len(known)
    fresh = [row for number, row in candidates.items() if number not in known]
    people = add_participants(
        people=[_participant(row, wave.office, next(officers), now) for row in fresh],
        actor=actor,
        now=now,
    )
    _add_details(list(zip(people, fresh, strict=True)), wave, actor, now)
    result.enrolled += len(people)


def _participant(row: Graded, office: FieldOffice, officer: Staff | None, now: datetime) -> Participant:
    value = {column: clean_line(row.row.values[column]) for column in ("given_names", "surnames", "sex", "country")}
    assert row.case_number and row.born
    return Participant(
        office=office,
        officer=officer,
        case_number=row.case_number,
        given_names=value["given_names"],
        surnames=value["surnames"],
        date_of_birth=row.born,
        sex=value["sex"].upper()[:1],
        country=value["country"][:60],
        language=row.language,
        enrolled_at=now,
    )


def _add_details(enrolled: list[tuple[Participant, Graded]], wave: Wave, actor: Actor, now: datetime) -> None:
    today = now.astimezone(wave.office.zone).date()
    add_contacts(contacts=_contacts(enrolled, now), actor=actor, now=now)
    add_addresses(
        addresses=[_address(person, row, now) for person, row in enrolled],
        actor=actor,
        now=now,
    )
    start_orders(
        levels=[(person, row.level) for person, row in enrolled],
        ground=Ground.AGENCY_LIST,
        note=f"wave {wave.name}",
        actor=actor,
        now=now,
    )
    starts = [
        PlanStart(
            person,
            row.interval_days or in_force(CheckinPolicy, now=now).default_interval_days,
            first_due_on(row.first_due_on, enrolled_on=today, policy=in_force(CheckinPolicy, now=now)),
            row.level or "",
        )
        for person, row in enrolled
    ]
    start_plans(starts=starts, actor=actor, now=now)
    Enrolment.objects.bulk_create(
        (Enrolment(wave=wave, participant=p, row_number=row.row.number, faults=row.faults) for p, row in enrolled),
        batch_size=CHUNK,
    )
    flags = [NewFlag(p.pk, Reason.FILE_GRADED, "file", {"faults": row.faults}) for p, row in enrolled if row.faults]
    raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(PlacesPolicy, now=now).version)


def _contacts(enrolled: list[tuple[Participant, Graded]], now: datetime) -> list[Contact]:
    found: list[Contact] = []
    for person, row in enrolled:
        given = (
            (ContactKind.PHONE, "phone", row.phone),
            (ContactKind.EMAIL, "email", row.email),
        )
        found += [
            Contact(
                participant=person,
                kind=kind,
                as_given=text,
                value=value or "",
                since=now,
            )
            for kind, column, value in given
            if (text := clean_line(row.row.values[column]))
        ]
    return found


def _address(person: Participant, row: Graded, now: datetime) -> Address:
    given, (latitude, longitude) = row.row.given_address, row.row.coordinates
    return Address(
        participant=person,
        street=given.street[:200],
        unit=given.unit[:60],
        city=given.city[:100],
        state=given.state[:60],
        postal_code=given.postal_code[:20],
        latitude=latitude,
        longitude=longitude,
        faults=[fault for fault in row.faults if fault.startswith(("address-", "unit-", "postal-"))],
        given_by=SOURCE,
        since=now,
    )
