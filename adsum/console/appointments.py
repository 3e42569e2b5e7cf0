"""A participant's appointments: an officer gives, moves and cancels them, and notes who came."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.appointments.actions import (
    AppointmentRefused,
    cancel_appointment,
    give_appointment,
    move_appointment,
    note_attendance,
)
from adsum.appointments.queries import appointments_of, find_appointment
from adsum.appointments.rules import ATTENDANCES, KINDS, Attendance, Kind, Wanted
from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.people.queries import find_participant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff

SHOWN = 10


def appointments_shown(*, participant_id: int, at: datetime, seen_by: Actor) -> dict[str, Any]:
    """A participant's appointments and what can be chosen, for their page."""
    every = appointments_of(participant_id=participant_id, seen_by=seen_by)
    return {"appointments": every[:SHOWN], "appointment_kinds": KINDS, "attendances": ATTENDANCES, "at": at}


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def appointments(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """The officer gives an appointment; the participant is told at once."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    sent = request.POST
    try:
        kind = Kind(sent["kind"]) if sent.get("kind") in set(Kind) else Kind.OFFICE_VISIT
        starts_at = _moment(sent.get("starts_at", ""), participant.office.zone)
        wanted = Wanted(kind, starts_at, sent.get("place", ""), sent.get("instructions", ""))
        given = give_appointment(participant=participant, wanted=wanted, by=staff, now=timezone.now())
        messages.success(request, f"Given: {given}. {participant.full_name} has been told.")
    except AppointmentRefused as refusal:
        messages.warning(request, f"No appointment was given. {refusal}")
    return redirect("person", participant_id=participant_id)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def appointment(request: HttpRequest, staff: Staff, appointment_id: int) -> HttpResponse:
    """The officer moves or cancels an appointment, or notes whether the participant came."""
    found = find_appointment(appointment_id=appointment_id, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    try:
        done = _change(request, staff, appointment_id, found.participant.office.zone)
        messages.success(request, f"{done} {found.participant.full_name} has been told.")
    except AppointmentRefused as refusal:
        messages.warning(request, f"Nothing was changed. {refusal}")
    return redirect("person", participant_id=found.participant_id)


def _change(request: HttpRequest, staff: Staff, appointment_id: int, zone: ZoneInfo) -> str:
    """Do what was asked for; returns it in words."""
    sent, now = request.POST, timezone.now()
    wish, reason = sent.get("do", ""), sent.get("reason", "")
    if wish == "move":
        starts_at, place = _moment(sent.get("starts_at", ""), zone), sent.get("place")
        move_appointment(
            appointment_id=appointment_id, starts_at=starts_at, place=place, reason=reason, by=staff, now=now
        )
        return "Moved."
    if wish == "cancel":
        cancel_appointment(appointment_id=appointment_id, reason=reason, by=staff, now=now)
        return "Cancelled."
    if wish in set(Attendance):
        attendance = Attendance(wish)
        note_attendance(appointment_id=appointment_id, attendance=attendance, by=staff, now=now)
        return f"Noted: {ATTENDANCES[attendance].lower()}."
    raise AppointmentRefused("Please choose what to do.")


def _moment(typed: str, zone: ZoneInfo) -> datetime:
    """What a field for date and time holds, in the office's zone."""
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(typed).replace(tzinfo=zone)
    raise AppointmentRefused("Please give the day and the hour.")
