"""A hearing in the participant's calendar, as the court listed it last."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from adsum.appointments.actions import (
    AppointmentRefused,
    cancel_appointment,
    give_appointment,
    move_appointment,
)
from adsum.appointments.models import Appointment
from adsum.appointments.rules import Kind, Source, Wanted
from adsum.court.models import CourtStanding
from adsum.court.policy import CourtPolicy
from adsum.court.rules import OPEN, Listed, listed_last
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.people.models import Participant
from adsum.policies.queries import in_force

MOVED = "The court has changed this date."
PUT_OFF = "The court has put this date off. It will tell you a new one."


def keep_hearing(*, standing: CourtStanding, person: Participant, lines: Sequence[Listed], now: datetime) -> None:
    """Expect the person where the court listed them last: give the date, move it, or cancel what was put off.

    A date that the calendar cannot take (it is over, or years ahead) is left out.
    """
    last = listed_last(lines, held=standing.hearing, listed=standing.listed)
    held = standing.appointment
    if last is None:
        return
    with transaction.atomic():
        zone = _zone_of(standing, person, last)
        try:
            kept = _put_off(held, now) if last.adjourned else _expect(standing, person, last, zone, now)
        except AppointmentRefused:
            return
        said = {"hearing": last.number, "listed": last.said, "time_zone": zone.key}
        if kept != held or any(getattr(standing, name) != value for name, value in said.items()):
            CourtStanding.objects.filter(pk=standing.pk).update(appointment=kept, **said)
            record(
                verb="court.hearing-followed", actor=RULES, now=now, subject=standing, participant_id=person.pk,
                hearing=last.number,
            )  # fmt: skip


def _zone_of(standing: CourtStanding, person: Participant, line: Listed) -> ZoneInfo:
    """Whose hours the court means: while the place is the same, those by which it was read first."""
    is_there = standing.time_zone and standing.listed.endswith(f" {line.place}")
    return ZoneInfo(standing.time_zone) if is_there else person.office.zone


def _put_off(held: Appointment | None, now: datetime) -> Appointment | None:
    if held and held.ended_at is None and held.starts_at > now:
        cancel_appointment(appointment_id=held.pk, reason=PUT_OFF, by=None, now=now)
    return held


def _expect(
    standing: CourtStanding, person: Participant, last: Listed, zone: ZoneInfo, now: datetime
) -> Appointment | None:
    policy = in_force(CourtPolicy, now=now)
    starts_at = last.starts_at(zone, hour_if_unknown=policy.hour_if_unknown)
    held, place = standing.appointment, f"Immigration court {last.place}".strip()
    if starts_at is None or starts_at <= now or standing.case_state not in OPEN:
        return held
    if held and (held.starts_at, held.place) == (starts_at, place):  # also where an officer has cancelled it
        return held
    if held and held.ended_at is None:
        return move_appointment(
            appointment_id=held.pk, starts_at=starts_at, place=place, reason=MOVED, by=None, now=now
        )
    wanted = Wanted(Kind.COURT_HEARING, starts_at, place, source=Source.COURT)
    return give_appointment(participant=person, wanted=wanted, by=None, now=now)
