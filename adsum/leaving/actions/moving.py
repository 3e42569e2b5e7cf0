"""Somebody moves to another office: caseload and open duties go with them, and no deadline is shortened."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from adsum.checkins.models import Duty, Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import end_of_day
from adsum.core.text import clean_text
from adsum.families.queries import family_of
from adsum.leaving.actions.departing import LONGEST_EVIDENCE, NOT_HERE, LeavingRefused, tell_departure
from adsum.leaving.actions.ending import end_things
from adsum.leaving.models import Departure
from adsum.leaving.policy import LeavingPolicy
from adsum.leaving.queries import claim_person
from adsum.leaving.rules import Deadlines, Left, LeftBecause, carried_over
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.queries import officers_of
from adsum.orders.queries import order_in_force
from adsum.people.models import Participant
from adsum.policies.queries import in_force
from adsum.staffing.queries import caseloads_of


def move_participant(*, participant_id: int, left: Left, officer: Staff, now: datetime) -> Departure:
    """From now on the other office's zone and policy hold, and one of its officers has the case. LeavingRefused.

    Without `left.officer_id` its rule of caseloads chooses. Visits at the old office end, and so does sharing, which
    a new officer may ask for anew; court dates, codes, devices and the schedule stay.
    """
    evidence = clean_text(left.evidence, longest=LONGEST_EVIDENCE)
    policy = in_force(LeavingPolicy, now=now)
    with transaction.atomic():
        person = claim_person(participant_id=participant_id, seen_by=officer.as_actor())
        if person is None or person.left_at is not None:
            raise LeavingRefused(NOT_HERE)
        before, there = person.office, FieldOffice.objects.filter(pk=left.office_id or 0).first()
        if there is None or there.pk == before.pk:
            raise LeavingRefused("Choose another office.")
        if not evidence:
            raise LeavingRefused("Say how you know: a paper, an authority, a day.")
        ended = end_things(participant=person, why=LeftBecause.MOVED, officer=officer, policy=policy.version, now=now)
        person.office, person.officer_id = there, _officer_there(person, there, left.officer_id, officer, now)
        Participant.objects.filter(pk=person.pk).update(office=there, officer=person.officer_id)
        order = order_in_force(participant_id=person.pk, seen_by=person.as_actor())
        departure = Departure.objects.create(
            participant=person,
            reason=LeftBecause.MOVED,
            evidence=evidence,
            left_at=now,
            noted_by=officer,
            office=before,
            to_office=there,
            level=order.level if order else "",
            ended=ended,
            policy=policy.version,
        )
        record(
            verb="participant.moved",
            actor=officer.as_actor(),
            now=now,
            subject=departure,
            participant_id=person.pk,
            policy=policy.version,
            from_office=before.pk,
            to_office=there.pk,
            officer=person.officer_id,
            duties=carry_duties(participant=person, now=now),
        )
        if LeftBecause.MOVED in policy.told_when:
            tell_departure(participant=person, departure=departure, now=now)
    return departure


def _officer_there(
    person: Participant, there: FieldOffice, wanted: int | None, officer: Staff, now: datetime
) -> int | None:
    if wanted is None:
        caseloads = caseloads_of(office_id=there.pk, now=now, seen_by=officer.as_actor())
        family = family_of(participant_id=person.pk, seen_by=RULES).filter(office=there, left_at=None)
        for officer_id in family.exclude(officer=None).values_list("officer_id", flat=True):
            caseloads.keep_family(person.pk, officer_id)
        return caseloads.choose(person.language, person.pk)
    if not officers_of(office=there, seen_by=officer.as_actor()).filter(pk=wanted).exists():
        raise LeavingRefused("This officer does not work at that office.")
    return wanted


def carry_duties(*, participant: Participant, now: datetime) -> int:
    """Each open duty by the day and the grace of the office where the person is now; returns how many there are."""
    with transaction.atomic():
        open_ones = Duty.objects.select_for_update().filter(participant=participant, outcome__isnull=True)
        levels = dict(Plan.objects.filter(participant=participant).values_list("pk", "level"))
        duties = list(open_ones)
        for duty in duties:
            _carry(duty, participant.office, levels.get(duty.plan_id, ""), now)
        Duty.objects.bulk_update(duties, ["due_at", "missed_after", "moved_from"])
        record(
            verb="duties.carried",
            actor=RULES,
            now=now,
            subject=participant,
            participant_id=participant.pk,
            count=len(duties),
        )
    return len(duties)


def _carry(duty: Duty, office: FieldOffice, level: str, now: datetime) -> None:
    policy = in_force(CheckinPolicy, now=now, office_id=office.pk, level=level)
    before = Deadlines(duty.opens_at, duty.due_at, duty.missed_after, duty.moved_from)
    due_at = end_of_day(duty.due_on, office.zone)
    for name, moment in asdict(carried_over(before, due_at=due_at, grace_hours=policy.grace_hours)).items():
        setattr(duty, name, moment)
