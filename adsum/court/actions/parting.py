"""A court case that was linked to the wrong person: what hung on it is undone, and whoever acted is told."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from adsum.appointments.actions import AppointmentRefused, cancel_appointment
from adsum.appointments.models import Appointment
from adsum.court.models import CourtStanding
from adsum.court.queries import decisions_since_open
from adsum.court.rules import OF_THE_COURT
from adsum.flags.actions import lapse_flags, raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES

NOT_YOURS = "The court’s list now says that this date is somebody else’s."
WRONG_PERSON = "The court’s list now says that this case is about somebody else"


def part_cases(*, standings: Collection[int], now: datetime) -> int:
    """End these standings: flags lapse, dates that are still to come are cancelled; returns how many ended.

    The case follows whom it is about by itself, as it does for everybody.
    """
    with transaction.atomic():
        found = CourtStanding.objects.filter(pk__in=standings, ended_at__isnull=True).select_for_update(of=("self",))
        held = list(found.select_related("appointment").order_by("pk"))
        for standing in held:
            _part(standing, now)
    return len(held)


def _part(standing: CourtStanding, now: datetime) -> None:
    about, person = f"court:{standing.pk}", standing.participant_id
    CourtStanding.objects.filter(pk=standing.pk).update(ended_at=now)
    lapse_flags(about=[about], reasons=OF_THE_COURT, why=f"{WRONG_PERSON}.", now=now)
    if acted := decisions_since_open(standing=standing, seen_by=RULES):
        told = {"court": [f"{WRONG_PERSON} (case {standing.court_case})", *acted]}
        raise_flag(flag=NewFlag(person, Reason.COURT_REVERSED, about, told), actor=RULES, now=now)
    _cancel(standing.appointment, now)
    record(verb="court.case-parted", actor=RULES, now=now, subject=standing, participant_id=person)


def _cancel(date: Appointment | None, now: datetime) -> None:
    """The date is in nobody's calendar any more; one that is over stays as it was."""
    if date is None or date.ended_at is not None or date.starts_at <= now:
        return
    try:
        cancel_appointment(appointment_id=date.pk, reason=NOT_YOURS, by=None, now=now)
    except AppointmentRefused:
        return
