"""Enrolling an agency's list, chunk by chunk: each is one transaction, so that a run that is stopped can go on."""

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection, transaction

from adsum.checkins.actions import ListedPlan, start_listed_plans
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import first_due_on
from adsum.core.copying import numbers
from adsum.core.crew import finish
from adsum.core.text import clean_line, clean_often
from adsum.enrolment.models import Wave
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.queries import grader_of, take_census
from adsum.enrolment.rules import Desk, Fresh, Graded, Grader, Grades, Row, Seats, Sheet, lay_out, seat
from adsum.families.actions import list_households
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.law.actions import open_easing
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.offices.models import FieldOffice
from adsum.orders.actions import start_listed_orders
from adsum.orders.rules import Ground
from adsum.people.actions import add_listed_contacts, add_participants
from adsum.people.models import Participant
from adsum.people.queries import known_case_numbers
from adsum.people.rules import ContactKind, NewContact, NewPerson
from adsum.places.actions import add_addresses
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import NewAddress
from adsum.policies.queries import in_force
from adsum.staffing.queries import caseloads_of

CHUNK = 2_000
SOURCE = "agency"
# One list at a time, whatever its office: a person may stand in two. Chunks hold the second lock: those of a run that
# was killed are over before the next run looks who is enrolled.
ALONE = "hashtext('adsum.enrol')"
_KEEP_ROWS = """
INSERT INTO adsum_enrolment (wave_id, participant_id, row_number, faults)
SELECT %(wave)s, who, row_number, faults::varchar[]
FROM unnest(%(who)s::bigint[], %(rows)s::int[], string_to_array(%(faults)s, ' ')) AS one (who, row_number, faults)
"""
CHUNKS = "hashtext('adsum.enrol.chunk')"


def start_wave(*, office: FieldOffice, name: str, actor: Actor, now: datetime) -> Wave:
    """The wave of this name, opened where it is new."""
    with transaction.atomic():
        wave, is_new = Wave.objects.get_or_create(office=office, name=name, defaults={"started_at": now})
        if is_new:
            record(verb="wave.started", actor=actor, now=now, subject=wave)
    return wave


def enrol_rows(
    *, rows: Iterable[Row], grader: Grader, wave: Wave, actor: Actor, now: datetime
) -> Generator[Sheet, Seats, int]:
    """Enrol whoever of these rows is not enrolled yet; it asks the desk of their list, and returns how many rows."""
    graded = [grader.grade_alone(row) for row in rows]
    numbers = [row.case_number for row in graded if row.case_number and not row.rejection]
    known = known_case_numbers(among=numbers, seen_by=RULES)
    sheet, waiting = lay_out(graded, known=known, repeats=grader.repeats)
    seats = yield sheet
    _enrol(seat(waiting, sheet, seats), wave, actor, now)
    return len(graded)


def _enrol(people: Sequence[Fresh], wave: Wave, actor: Actor, now: datetime) -> None:
    """These people with all that the list says about them, in one transaction."""
    if not people:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock_shared({CHUNKS})")
        new = [_person(row, officer, wave.office_id) for row, officer in people]
        ids = add_participants(people=new, actor=actor, now=now)
        _add_details([(pk, row) for pk, (row, _) in zip(ids, people, strict=True)], wave, actor, now)


def end_wave(*, wave: Wave, grades: Grades, actor: Actor, now: datetime) -> None:
    """The list of this wave has been enrolled to its end; the line says what became of its rows."""
    with transaction.atomic():
        Wave.objects.filter(pk=wave.pk).update(whole_at=now)
        policy = in_force(EnrolmentPolicy, now=now).version
        read, enrolled, already, rejected = grades.read, grades.enrolled, grades.already, grades.rejected
        counts = {"read": read, "enrolled": enrolled, "already": already, "rejected": rejected}
        record(verb="wave.enrolled", actor=actor, now=now, subject=wave, policy=policy, **counts)


def enrol_wave(
    *,
    rows: Collection[Row],
    office: FieldOffice,
    name: str,
    actor: Actor,
    now: datetime,
    reject: Callable[[Graded], None] = lambda row: None,
) -> Grades:
    """Enrol whoever can be identified; faults become grades and flags; nobody is enrolled twice.

    For a list that is short enough for one transaction: an error enrols nobody. `reject` hears of each rejected row.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({ALONE}), pg_advisory_xact_lock({CHUNKS})")
        wave = start_wave(office=office, name=name, actor=actor, now=now)
        census = take_census(rows=rows, office_code=office.code, wave_name=name, seen_by=RULES)
        grader = grader_of(census=census, today=now.astimezone(office.zone).date(), now=now)
        desk = Desk(grader.repeats, caseloads_of(office_id=office.pk, now=now, seen_by=actor), reject)
        coming = iter(rows)
        for chunk in iter(lambda: list(islice(coming, CHUNK)), []):
            steps = enrol_rows(rows=chunk, grader=grader, wave=wave, actor=actor, now=now)
            finish(steps, desk.answer(next(steps)))
        end_wave(wave=wave, grades=desk.grades, actor=actor, now=now)
    return desk.grades


def _person(row: Graded, officer_id: int | None, office_id: int) -> NewPerson:
    value = row.row.values
    assert row.case_number and row.born
    return NewPerson(
        office_id,
        officer_id,
        row.case_number,
        row.given_names,
        row.surnames,
        row.born,
        clean_often(value["sex"]).upper()[:1],
        clean_often(value["country"])[:60],
        row.language,
    )


def _add_details(enrolled: list[tuple[int, Graded]], wave: Wave, actor: Actor, now: datetime) -> None:
    add_listed_contacts(contacts=_contacts(enrolled), actor=actor, now=now)
    add_addresses(addresses=[_address(person, row) for person, row in enrolled], actor=actor, now=now)
    start_listed_orders(
        levels=[(person, row.level) for person, row in enrolled],
        ground=Ground.AGENCY_LIST,
        note=f"wave {wave.name}",
        actor=actor,
        now=now,
    )
    start_listed_plans(plans=_plans(enrolled, wave, now), office=wave.office, actor=actor, now=now)
    _keep_rows(enrolled, wave)
    households = [(person, row.household) for person, row in enrolled if row.household]
    if households:
        list_households(people=households, listed_in=wave.name, actor=actor, now=now)
    _open_easing([(person, row.released_on) for person, row in enrolled if row.released_on], wave, now)
    flags = [NewFlag(who, Reason.FILE_GRADED, "file", {"faults": row.faults}) for who, row in enrolled if row.faults]
    raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(PlacesPolicy, now=now).version)


def _open_easing(released: Sequence[tuple[int, date]], wave: Wave, now: datetime) -> None:
    """Who has just been released with conditions is told until when a judge can be asked to ease them."""
    people = Participant.objects.select_related("office").in_bulk([person for person, _ in released])
    for person, day in released:
        noon = datetime.combine(day, time(12), wave.office.zone)
        open_easing(participant=people[person], released_at=min(noon, now), about=f"participant:{person}", now=now)


def _keep_rows(enrolled: list[tuple[int, Graded]], wave: Wave) -> None:
    values: dict[str, Any] = {
        "wave": wave.pk,
        "who": numbers(person for person, _ in enrolled),
        "rows": numbers(row.row.number for _, row in enrolled),
        "faults": " ".join(f"{{{','.join(row.faults)}}}" for _, row in enrolled),
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_ROWS, values)


def _plans(enrolled: list[tuple[int, Graded]], wave: Wave, now: datetime) -> list[ListedPlan]:
    """The plan of each row, by the rules of its office and level."""
    today = now.astimezone(wave.office.zone).date()

    @cache
    def rules(level: str) -> CheckinPolicy:
        return in_force(CheckinPolicy, now=now, office_id=wave.office_id, level=level)

    @cache
    def first(listed: date | None, level: str) -> date:
        return first_due_on(listed, enrolled_on=today, policy=rules(level))

    plans = []
    for person, row in enrolled:
        level = row.level.value
        days = row.interval_days or rules(level).default_interval_days
        plans.append(ListedPlan(person, days, first(row.first_due_on, level), level))
    return plans


def _contacts(enrolled: list[tuple[int, Graded]]) -> list[NewContact]:
    found: list[NewContact] = []
    for person, row in enrolled:
        values = row.row.values
        if phone := clean_line(values["phone"]):
            found.append(NewContact(person, ContactKind.PHONE.value, phone, row.phone or ""))
        if email := clean_line(values["email"]):
            found.append(NewContact(person, ContactKind.EMAIL.value, email, row.email or ""))
    return found


def _address(person: int, row: Graded) -> NewAddress:
    given, (latitude, longitude) = row.given or row.row.given_address, row.row.coordinates
    return NewAddress(
        person,
        given.street[:200],
        given.unit[:60],
        given.city[:100],
        given.state[:60],
        given.postal_code[:20],
        latitude,
        longitude,
        [fault for fault in row.faults if fault.startswith(("address-", "unit-", "postal-"))],
        SOURCE,
    )
