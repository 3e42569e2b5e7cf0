"""Who is expected when."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from adsum.appointments.models import Appointment
from adsum.appointments.rules import Attendance
from adsum.ledger.rules import Actor, FilePart
from adsum.people.queries import participants


def appointments_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Appointment]:
    """One person's appointments, the latest first; those that were cancelled or moved too."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Appointment.objects.filter(participant__in=visible).select_related("office", "made_by", "moved_to")
    return found.order_by("-starts_at", "-pk")


def coming_appointments(*, participant_id: int, since: datetime, seen_by: Actor) -> list[Appointment]:
    """The appointments that hold and are not over at that moment, the next one first."""
    found = appointments_of(participant_id=participant_id, seen_by=seen_by)
    return list(found.filter(ended_at__isnull=True, starts_at__gte=since).order_by("starts_at", "pk"))


def find_appointment(*, appointment_id: int, seen_by: Actor) -> Appointment | None:
    """One appointment with its participant, or None where this person may not see it."""
    found = Appointment.objects.filter(pk=appointment_id, participant__in=participants(seen_by=seen_by))
    return found.select_related("participant__office", "office").first()


def count_attended(*, participant_id: int, since: datetime, seen_by: Actor) -> int:
    """To how many appointments since then one person came."""
    found = appointments_of(participant_id=participant_id, seen_by=seen_by)
    return found.filter(starts_at__gte=since, attendance=Attendance.CAME).count()


def appointments_that_hold(*, ids: Collection[int], at: datetime, seen_by: Actor) -> dict[int, Appointment]:
    """Which of these appointments are still to come at that moment."""
    visible = participants(seen_by=seen_by)
    found = Appointment.objects.filter(pk__in=ids, ended_at__isnull=True, starts_at__gt=at, participant__in=visible)
    return {one.pk: one for one in found.select_related("office")}


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = appointments_of(participant_id=participant_id, seen_by=seen_by)
    said = ("kind", "starts_at", "office__name", "place", "instructions", "source", "made_at")
    became = ("ended_at", "end_reason", "attendance", "attendance_at")
    return {"appointments": list(found.values(*said, *became))}
