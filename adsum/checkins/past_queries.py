"""What is recorded of many people over a long time, read in sets: for trying rules on the past."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from adsum.checkins.models import Attempt, Duty, Outage, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import ExcuseReason, NotedBy, Outcome, Sending, Source, Span, Tried
from adsum.checkins.rules.courses import REPLAYED_FLAGS, device_kind
from adsum.checkins.rules.replay import Ground, KnownTry, Life, PastDuty, PastFix, PastReport, RaisedFlag
from adsum.checkins.rules.simulation import MARGIN, Proposal, Rulebook, Simulation, kind_of
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.rules import Actor
from adsum.notices.models import Message, Wish
from adsum.notices.rules import MessageKind
from adsum.people.models import Contact, Device, Participant
from adsum.people.queries import participants
from adsum.places.rules import PlaceClass
from adsum.policies.queries import current_book, find_policy_version, in_force
from adsum.policies.rules import BadPolicy, read_values


def find_proposal(*, version_id: int, seen_by: Actor) -> Proposal:
    """A stored version, approved or not, as a proposal to try. Raises BadPolicy."""
    version = find_policy_version(version_id=version_id, seen_by=seen_by)
    if version is None:
        raise BadPolicy(f"there is no version {version_id} that you may see")
    kind = kind_of(version.kind)
    values = {kind: read_values(kind, version.values)}
    return Proposal(str(version), version.scope, values, replaces=True, version_id=version.pk)


def start_simulation(*, proposal: Proposal, since: date, until: date, now: datetime, seen_by: Actor) -> Simulation:
    """A simulation that is ready to be fed with the lives of this period. Raises BadPolicy."""
    if not since <= until <= now.date():
        raise BadPolicy("the first day comes before the last one, and no day has yet to come")
    return Simulation(
        proposal=proposal,
        since=since,
        until=until,
        rules=Rulebook(current_book(), proposal, now=now),
        ground=ground_between(since=since, until=until, now=now, seen_by=seen_by),
        fine_days=in_force(CheckinPolicy, now=now).turned_out_fine_days,
    )


def planned_people(*, since: date, until: date, seen_by: Actor) -> QuerySet[Participant]:
    """Who had a check-in to make in this period."""
    theirs = Duty.objects.filter(participant=OuterRef("pk"), due_on__range=(since, until), set_aside="")
    return participants(seen_by=seen_by).filter(Exists(theirs)).order_by("pk")


def ground_between(*, since: date, until: date, now: datetime, seen_by: Actor) -> Ground:
    """Outages of a period, and the times for which the record shows that overdue check-ins were not marked."""
    outages = Outage.objects.filter(ended_at__date__gte=since - MARGIN, began_at__date__lte=until + MARGIN)
    spans = [(one.source, Span(one.began_at, one.ended_at)) for one in outages]
    by_the_clock = Q(outcome__in=(Outcome.MISSED, Outcome.REPORTED)) | Q(excuse__reason=ExcuseReason.NEVER_SIGNED_IN)
    duties = Duty.objects.filter(due_on__range=(since - MARGIN, until + MARGIN), set_aside="").filter(
        participant__in=participants(seen_by=seen_by)
    )
    late = duties.filter(by_the_clock, settled_at__gt=F("missed_after"))
    idle = [Span(*row) for row in late.values_list("missed_after").annotate(Max("settled_at")).order_by()]
    waiting = duties.filter(outcome__isnull=True, missed_after__lte=now).aggregate(first=Min("missed_after"))["first"]
    idle += [Span(waiting, now + timedelta(minutes=1))] if waiting else []
    down = [span for source, span in spans if source == Source.WORKER]
    return Ground(outages=[span for _, span in spans], idle=[*idle, *down], now=now)


def lives_between(*, since: date, until: date, seen_by: Actor, batch: int = 500) -> Iterator[list[Life]]:
    """What is recorded of everybody with a check-in in this period, batch by batch, in a transaction that cannot write.

    Memory holds one batch, whatever the number of people.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        wanted, after = planned_people(since=since, until=until, seen_by=seen_by), 0
        newest = Device.objects.filter(participant=OuterRef("pk")).order_by("-activated_at").values("browser")[:1]
        reach = Contact.objects.filter(participant=OuterRef("pk"), broken_at__isnull=True).exclude(value="")
        silent = Wish.objects.filter(participant=OuterRef("pk"), channels=[])
        told = wanted.annotate(browser=Subquery(newest), reach=Exists(reach) & ~Exists(silent))
        while people := list(told.filter(pk__gt=after)[:batch]):
            after = people[-1].pk
            lives = {one.pk: _life_of(one) for one in people}
            _add_duties(lives, since - MARGIN, until + MARGIN)
            _add_reports(lives, since - 2 * MARGIN)
            _add_flags(lives)
            yield list(lives.values())


def _life_of(person: Any) -> Life:
    return Life(
        person_id=person.pk,
        office_id=person.office_id,
        officer_id=person.officer_id,
        zone=person.office.zone,
        language=person.language,
        device=device_kind(person.browser or ""),
        activated_at=person.activated_at,
        is_reachable=person.reach,
    )


def _add_duties(lives: dict[int, Life], since: date, until: date) -> None:
    made = Message.objects.filter(participant__in=lives, kind=MessageKind.REMINDER).values_list("about")
    reminders = dict(made.annotate(Count("step", distinct=True)).order_by())
    before = Duty.objects.filter(plan=OuterRef("plan"), due_on__lt=OuterRef("due_on")).order_by("-due_on")
    duties = Duty.objects.filter(participant__in=lives, due_on__range=(since, until), set_aside="")
    rows = duties.annotate(before=Subquery(before.values("due_on")[:1])).order_by("due_on", "pk")
    for person, pk, level, due_on, previous, begun, missed_after, moved, outcome, excuse, at in rows.values_list(
        "participant_id", "pk", "plan__level", "due_on", "before", "plan__started_at", "missed_after", "moved_from",
        "outcome", "excuse__reason", "excuse__at",
    ):  # fmt: skip
        ended, why = Outcome(outcome) if outcome else None, ExcuseReason(excuse) if excuse else None
        count = reminders.get(f"duty:{pk}", 0)
        lives[person].duties.append(
            PastDuty(pk, level, due_on, previous, begun, missed_after, moved is not None, ended, why, at, count)
        )


def _add_reports(lives: dict[int, Life], since: date) -> None:
    reports = Report.objects.filter(participant__in=lives, received_at__date__gte=since).order_by("received_at", "pk")
    for person, pk, duty, came, tried, sent, given, skew, lives_there, place, concerns, *rest in reports.values_list(
        "participant_id", "pk", "duty_id", "received_at", "tried_at", "sent_at", "form_given_at", "clock_skew",
        "lives_there", "place_class", "concerns", "fix__accuracy_m", "fix__taken_at", "fix__from_address_km",
        "fix__from_last_km", "fix__from_last_hours",
    ):  # fmt: skip
        fix: list[Any] = rest
        known = PastFix(*fix) if fix[0] is not None else None
        sending, said = Sending(sent, given, skew), frozenset(concerns)
        lives[person].reports.append(
            PastReport(pk, duty, came, tried, sending, lives_there, PlaceClass(place), said, known)
        )
    tries = Attempt.objects.filter(participant__in=lives, failed_at__date__gte=since).order_by("failed_at", "pk")
    for person, known_at, at, by in tries.values_list("participant_id", "received_at", "failed_at", "noted_by"):
        lives[person].tries.append(KnownTry(known_at, Tried(at, NotedBy(by))))


def _add_flags(lives: dict[int, Life]) -> None:
    flags = Flag.objects.filter(participant__in=lives, reason__in=REPLAYED_FLAGS).order_by("raised_at", "pk")
    rows = flags.values_list("participant_id", "raised_at", "reason", "about", "cleared_at")
    for person, at, reason, about, cleared_at in rows:
        lives[person].flags.append(RaisedFlag(at, Reason(reason), about))
        if reason == Reason.NEVER_SIGNED_IN and cleared_at is not None:
            lives[person].helped_in_at.append(cleared_at)
