"""Appointments given, moved, cancelled and attended: each leaves a line, and the participant is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from adsum.appointments.actions import (
    AppointmentRefused,
    cancel_appointment,
    forget,
    give_appointment,
    move_appointment,
    note_attendance,
)
from adsum.appointments.models import Appointment
from adsum.appointments.queries import coming_appointments, everything_about
from adsum.appointments.rules import Attendance, Kind, Source, Wanted
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import ActorKind
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_appointment, make_participant, make_staff

VISIT = Wanted(Kind.OFFICE_VISIT, NOW + timedelta(days=5), instructions="Bring your papers.\n*Second* floor.")
AFTER = NOW + timedelta(days=5, hours=1)


def told(person: Participant) -> list[str]:
    return list(Notice.objects.filter(participant=person).order_by("pk").values_list("kind", flat=True))


def lines() -> list[str]:
    return [line.verb for line in LedgerLine.objects.filter(verb__startswith="appointment.").order_by("pk")]


def test_the_participant_is_told_what_when_and_where_in_their_language(person: Participant, officer: Staff) -> None:
    given = give_appointment(participant=person, wanted=VISIT, by=officer, now=NOW)
    notice = Notice.objects.get()
    assert notice.title == "Usted tiene una cita el 26 de noviembre de 2026"
    assert "Visita a la oficina" in notice.body
    assert "jueves, 26 de noviembre de 2026 a las 12:00 (EST)\nOffice NYC" in notice.body
    assert "Bring your papers.\n*Second* floor." in notice.body
    assert notice.about == f"appointment:{given.pk}"
    line = LedgerLine.objects.get(verb="appointment.given")
    assert (line.actor_id, line.participant_id) == (officer.pk, person.pk)
    assert line.facts == {"appointment": "office-visit", "day": "2026-11-26"}


def test_the_same_given_twice_is_one(person: Participant, officer: Staff) -> None:
    first, second = (give_appointment(participant=person, wanted=VISIT, by=officer, now=NOW) for _ in range(2))
    assert first == second
    assert (told(person), lines()) == (["appointment-given"], ["appointment.given"])


def test_the_day_is_that_of_the_persons_office(person: Participant, officer: Staff) -> None:
    late = Wanted(Kind.OTHER, datetime(2026, 12, 2, 3, 0, tzinfo=UTC), "Library")
    assert give_appointment(participant=person, wanted=late, by=officer, now=NOW).day.isoformat() == "2026-12-01"


def test_a_court_sets_a_date_by_itself_and_an_officer_never_does(person: Participant) -> None:
    hearing = Wanted(Kind.COURT_HEARING, NOW + timedelta(hours=5), "26 Federal Plaza, Room 12", "", Source.COURT)
    given = give_appointment(participant=person, wanted=hearing, by=None, now=NOW)
    assert (given.where, given.office) == ("26 Federal Plaza, Room 12", None)
    assert LedgerLine.objects.get(verb="appointment.given").actor_kind == ActorKind.RULES
    with pytest.raises(IntegrityError, match="an_officer_names_themselves"), transaction.atomic():
        give_appointment(participant=person, wanted=VISIT, by=None, now=NOW)


def test_moving_ends_the_old_one_and_says_both(person: Participant, officer: Staff) -> None:
    old = give_appointment(participant=person, wanted=VISIT, by=officer, now=NOW)
    later = NOW + timedelta(days=9)
    new = move_appointment(
        appointment_id=old.pk, starts_at=later, place="Room 3", reason="The office is closed", by=officer, now=NOW
    )
    old.refresh_from_db()
    assert (old.ended_at, old.end_reason, new.moved_from, new.where) == (NOW, "The office is closed", old, "Room 3")
    assert new.instructions == old.instructions
    body = Notice.objects.get(kind="appointment-moved")
    assert "26 de noviembre" in body.title
    assert "30 de noviembre" in body.body
    assert "The office is closed" in body.body
    assert coming_appointments(participant_id=person.pk, since=NOW, seen_by=person.as_actor()) == [new]
    assert lines() == ["appointment.given", "appointment.moved"]


def test_moving_to_where_it_is_already_changes_nothing(person: Participant, officer: Staff) -> None:
    held = give_appointment(participant=person, wanted=VISIT, by=officer, now=NOW)
    same = move_appointment(appointment_id=held.pk, starts_at=held.starts_at, reason="", by=officer, now=NOW)
    assert (same, told(person)) == (held, ["appointment-given"])


def test_it_is_not_moved_to_where_another_one_is(person: Participant, officer: Staff) -> None:
    held, other = make_appointment(person), make_appointment(person, days=6)
    with pytest.raises(AppointmentRefused, match="already"):
        move_appointment(appointment_id=held.pk, starts_at=other.starts_at, reason="Ill", by=officer, now=NOW)
    held.refresh_from_db()
    assert held.ended_at is None


def test_cancelling_says_why(person: Participant, officer: Staff) -> None:
    held = make_appointment(person)
    cancel_appointment(appointment_id=held.pk, reason="No longer needed", by=officer, now=NOW)
    assert "“No longer needed”" in Notice.objects.get(kind="appointment-cancelled").body
    assert coming_appointments(participant_id=person.pk, since=NOW, seen_by=person.as_actor()) == []
    with pytest.raises(AppointmentRefused, match="meanwhile"):
        cancel_appointment(appointment_id=held.pk, reason="Again", by=officer, now=NOW)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_nothing_ends_without_a_reason(person: Participant, officer: Staff, reason: str) -> None:
    held = make_appointment(person)
    with pytest.raises(AppointmentRefused, match="say why"):
        cancel_appointment(appointment_id=held.pk, reason=reason, by=officer, now=NOW)
    with pytest.raises(AppointmentRefused, match="say why"):
        move_appointment(appointment_id=held.pk, starts_at=AFTER, reason=reason, by=officer, now=NOW)
    held.refresh_from_db()
    assert (held.ended_at, lines()) == (None, ["appointment.given"])


def test_attendance_is_noted_afterwards_told_and_can_be_taken_back(person: Participant, officer: Staff) -> None:
    held = make_appointment(person)
    with pytest.raises(AppointmentRefused, match="has begun"):
        note_attendance(appointment_id=held.pk, attendance=Attendance.CAME, by=officer, now=NOW)
    for attendance in (Attendance.ABSENT, Attendance.ABSENT, Attendance.UNKNOWN, Attendance.CAME):
        note_attendance(appointment_id=held.pk, attendance=attendance, by=officer, now=AFTER)
    held.refresh_from_db()
    assert (held.attendance, held.attendance_by) == ("came", officer)
    assert told(person) == ["appointment-given", *["appointment-attendance"] * 3]
    assert "Todavía no hay nada decidido" in Notice.objects.filter(kind="appointment-attendance")[0].body
    with pytest.raises(AppointmentRefused, match="is over"):
        cancel_appointment(appointment_id=held.pk, reason="Too late", by=officer, now=AFTER)


def test_an_officer_of_another_office_does_none_of_it(person: Participant, other_office: FieldOffice) -> None:
    held, far = make_appointment(person), make_staff(other_office)
    with pytest.raises(AppointmentRefused):
        cancel_appointment(appointment_id=held.pk, reason="Mine", by=far, now=NOW)
    with pytest.raises(AppointmentRefused):
        move_appointment(appointment_id=held.pk, starts_at=AFTER, reason="Mine", by=far, now=NOW)
    with pytest.raises(AppointmentRefused):
        note_attendance(appointment_id=held.pk, attendance=Attendance.ABSENT, by=far, now=AFTER)
    assert lines() == ["appointment.given"]


def test_a_person_sees_their_own_and_it_is_forgotten_in_time(office: FieldOffice, person: Participant) -> None:
    held, me = make_appointment(person), person.as_actor()
    move_appointment(
        appointment_id=held.pk, starts_at=NOW + timedelta(days=40), reason="Later", by=make_staff(office), now=NOW
    )
    assert len(everything_about(participant_id=person.pk, seen_by=me)["appointments"]) == 2
    other = make_participant(office).as_actor()
    assert everything_about(participant_id=person.pk, seen_by=other) == {"appointments": []}
    forget(before=AFTER, now=NOW)
    assert [one.starts_at for one in Appointment.objects.all()] == [NOW + timedelta(days=40)]
