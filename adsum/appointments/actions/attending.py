"""Noting who came. The participant learns what was noted; nothing follows from it by itself."""

from datetime import datetime

from django.db import transaction

from adsum.appointments.actions.giving import AppointmentRefused
from adsum.appointments.models import Appointment
from adsum.appointments.policy import AppointmentsPolicy
from adsum.appointments.rules import Attendance
from adsum.ledger.actions import record
from adsum.notices.actions import queue_notice
from adsum.notices.rules import NoticeKind
from adsum.offices.models import Staff
from adsum.people.queries import participants
from adsum.policies.queries import in_force


def note_attendance(*, appointment_id: int, attendance: Attendance, by: Staff, now: datetime) -> None:
    """Note whether the person came, or that it is not known; noting the same twice is once. AppointmentRefused."""
    with transaction.atomic():
        visible = participants(seen_by=by.as_actor())
        found = Appointment.objects.filter(pk=appointment_id, participant__in=visible, ended_at__isnull=True)
        held = found.select_related("participant__office", "office").select_for_update(of=("self",)).first()
        if held is None:
            raise AppointmentRefused("There is no such appointment, or it was cancelled or moved.")
        if held.starts_at > now:
            raise AppointmentRefused("Whether somebody came can be noted when the appointment has begun.")
        if held.attendance == attendance:
            return
        Appointment.objects.filter(pk=held.pk).update(attendance=attendance, attendance_by=by, attendance_at=now)
        record(
            verb="appointment.attendance",
            actor=by.as_actor(),
            now=now,
            subject=held,
            participant_id=held.participant_id,
            policy=in_force(AppointmentsPolicy, now=now).version,
            attendance=attendance,
            day=held.day.isoformat(),
        )
        queue_notice(
            kind=NoticeKind.APPOINTMENT_ATTENDANCE,
            participant=held.participant,
            now=now,
            about=f"appointment:{held.pk}",
            policy=in_force(AppointmentsPolicy, now=now).version,
            appointment=held,
            attendance=attendance,
        )
