"""Giving appointments, moving and cancelling them. The participant is told of each."""

from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.appointments.models import Appointment
from adsum.appointments.policy import AppointmentsPolicy
from adsum.appointments.rules import Kind, Source, Wanted, refusal_of
from adsum.core.text import clean_line, clean_text
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.policies.queries import in_force

LONGEST_INSTRUCTIONS = 2_000


class AppointmentRefused(Exception):
    """It cannot be done so; the message says why, in an officer's words."""


def give_appointment(*, participant: Participant, wanted: Wanted, by: Staff | None, now: datetime) -> Appointment:
    """Expect this person there and then, and tell them. The same again is the same appointment.

    `by` may be None only where a court is the source. Raises AppointmentRefused.
    """
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        there = Appointment.objects.filter(
            participant=participant, kind=wanted.kind, starts_at=wanted.starts_at, ended_at__isnull=True
        ).first()
        if there is not None:
            return there
        given = _make(participant, wanted, by, now)
        _record("appointment.given", given, by, now)
        _tell(NoticeKind.APPOINTMENT_GIVEN, given, now)
    return given


def move_appointment(
    *, appointment_id: int, starts_at: datetime, reason: str, by: Staff | None, now: datetime, place: str | None = None
) -> Appointment:
    """Expect the person at another time, and elsewhere where a `place` is given. Raises AppointmentRefused."""
    with transaction.atomic():
        before = _open_or_refuse(appointment_id, by)
        if before.starts_at == starts_at and place in (None, before.place):
            return before
        source, kept = Source(before.source), before.place if place is None else place
        wanted = Wanted(Kind(before.kind), starts_at, kept, before.instructions, source)
        _end(before, reason, by, now)
        moved = _make(before.participant, wanted, by, now, moved_from=before)
        _record("appointment.moved", moved, by, now)
        _tell(NoticeKind.APPOINTMENT_MOVED, moved, now, before=before, reason=before.end_reason)
    return moved


def cancel_appointment(*, appointment_id: int, reason: str, by: Staff | None, now: datetime) -> None:
    """The person is no longer expected, and learns why. Raises AppointmentRefused."""
    with transaction.atomic():
        ended = _open_or_refuse(appointment_id, by)
        if ended.starts_at <= now:
            raise AppointmentRefused("This appointment is over. Please note whether the participant came.")
        _end(ended, reason, by, now)
        _record("appointment.cancelled", ended, by, now)
        _tell(NoticeKind.APPOINTMENT_CANCELLED, ended, now, reason=ended.end_reason)


def _make(person: Participant, wanted: Wanted, by: Staff | None, now: datetime, **more: Any) -> Appointment:
    if refusal := refusal_of(wanted, now=now, policy=in_force(AppointmentsPolicy, now=now)):
        raise AppointmentRefused(refusal)
    same = Appointment.objects.filter(participant=person, kind=wanted.kind, starts_at=wanted.starts_at)
    if same.filter(ended_at__isnull=True).exists():
        raise AppointmentRefused("There is such an appointment at this time already.")
    place = clean_line(wanted.place, longest=300)
    return Appointment.objects.create(
        participant=person,
        kind=wanted.kind,
        starts_at=wanted.starts_at,
        day=wanted.starts_at.astimezone(person.office.zone).date(),
        office=None if place else person.office,
        place=place,
        instructions=clean_text(wanted.instructions, longest=LONGEST_INSTRUCTIONS),
        source=wanted.source,
        made_by=by,
        made_at=now,
        **more,
    )


def _open_or_refuse(appointment_id: int, by: Staff | None) -> Appointment:
    visible = participants(seen_by=by.as_actor() if by else RULES)
    found = Appointment.objects.filter(pk=appointment_id, participant__in=visible)
    held = found.select_related("participant__office", "office").select_for_update(of=("self",)).first()
    if held is None:
        raise AppointmentRefused("There is no such appointment.")
    if held.ended_at is not None:
        raise AppointmentRefused("This appointment was cancelled or moved meanwhile.")
    return held


def _end(appointment: Appointment, reason: str, by: Staff | None, now: datetime) -> None:
    said = clean_line(reason, longest=1_000)
    if not said:
        raise AppointmentRefused("Please say why: the participant reads it.")
    appointment.ended_at, appointment.ended_by, appointment.end_reason = now, by, said
    Appointment.objects.filter(pk=appointment.pk).update(ended_at=now, ended_by=by, end_reason=said)


def _record(verb: str, appointment: Appointment, by: Staff | None, now: datetime) -> None:
    record(
        verb=verb,
        actor=by.as_actor() if by else RULES,
        now=now,
        subject=appointment,
        participant_id=appointment.participant_id,
        policy=in_force(AppointmentsPolicy, now=now).version,
        appointment=appointment.kind,
        day=appointment.day.isoformat(),
    )


def _tell(kind: NoticeKind, appointment: Appointment, now: datetime, **facts: Any) -> None:
    person, about = appointment.participant, f"appointment:{appointment.pk}"
    queue_notice(
        kind=kind,
        participant=person,
        now=now,
        about=about,
        policy=in_force(AppointmentsPolicy, now=now).version,
        appointment=appointment,
        **facts,
    )


def forget(*, before: datetime, now: datetime) -> None:
    """Erase appointments from before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = Appointment.objects.filter(starts_at__lt=before).delete()
        record(
            verb="appointments.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(AppointmentsPolicy, now=now).version,
            count=count,
        )
