"""What is recorded of two groups."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from adsum.appointments.models import Appointment
from adsum.appointments.rules import Kind
from adsum.checkins.models import Duty, Rung
from adsum.checkins.rules import Outcome, RungState
from adsum.ledger.rules import Actor
from adsum.people.queries import participants
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on
from adsum.policies.queries import in_force
from adsum.trials.policy import TrialsPolicy
from adsum.trials.rules import Comparison, Group, compare

MADE = (RungState.WRITTEN, RungState.REACHED, RungState.NOT_REACHED)


def compare_pilot(*, feature: Feature, since: date, until: date, now: datetime, seen_by: Actor) -> Comparison:
    """People with this feature beside those without, by what was due in these days; who had nothing due is in neither.

    On which side somebody is says the policy of their office and level at `now`.
    """
    people = participants(seen_by=seen_by).select_related(None)
    due = Duty.objects.filter(participant__in=people, outcome__isnull=False).order_by()
    then = due.filter(due_on__range=(since, until))
    told = then.values_list("participant_id", "participant__office_id", "plan__level")
    done, missed = Count("pk", filter=Q(outcome=Outcome.REPORTED)), Count("pk", filter=Q(outcome=Outcome.MISSED))
    groups, sides = {True: Group(), False: Group()}, dict[int, bool]()
    for person, office, level, count, reported, not_done in told.annotate(n=Count("pk"), done=done, missed=missed):
        policy = in_force(PilotPolicy, now=now, office_id=office, level=level)
        side = sides.setdefault(person, is_on(feature, person, policy=policy))
        groups[side].due += count
        groups[side].done += reported
        groups[side].missed += not_done
    for side in sides.values():
        groups[side].people += 1
    days = until - since + timedelta(days=1)
    before = due.filter(due_on__range=(since - days, since - timedelta(days=1)), participant__in=list(sides))
    _add(groups, sides, "before_due", before.values_list("participant_id").annotate(n=Count("pk")))
    _add(groups, sides, "before_done", before.values_list("participant_id").annotate(n=done))
    contacts = Rung.objects.filter(participant__in=people, state__in=MADE, climb_at__date__range=(since, until))
    _add(groups, sides, "contacts", contacts.order_by().values_list("participant_id").annotate(n=Count("pk")))
    visits = Appointment.objects.filter(participant__in=people, kind=Kind.OFFICE_VISIT, ended_at=None)
    visits = visits.filter(day__range=(since, until)).order_by()
    _add(groups, sides, "visits", visits.values_list("participant_id").annotate(n=Count("pk")))
    return compare(groups[True], groups[False], policy=in_force(TrialsPolicy, now=now))


def _add(groups: Mapping[bool, Group], sides: Mapping[int, bool], name: str, counted: object) -> None:
    """Count what people of both groups have."""
    for person, count in counted:  # type: ignore[attr-defined]
        if person in sides:
            group = groups[sides[person]]
            setattr(group, name, getattr(group, name) + count)
