"""What is recorded of many people over a long time, read in sets: for trying rules on the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from adsum.checkins.models import Attempt, Duty, ExcuseRequest, Heartbeat, Outage, Report, SweepRun
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import DutyKind, ExcuseAnswer, ExcuseReason, NotedBy, Outcome, Sending, Source, Span, Tried
from adsum.checkins.rules.courses import REPLAYED_FLAGS, device_kind
from adsum.checkins.rules.past import KnownClosed, KnownTry, Life, PastDuty, PastFix, PastHold, PastReport, RaisedFlag
from adsum.checkins.rules.replay import Ground
from adsum.checkins.rules.simulation import MARGIN, Proposal, Rulebook, Simulation, kind_of
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import Actor, ActorKind
from adsum.notices.models import Message, Wish
from adsum.notices.rules import MessageKind
from adsum.offices.models import ClosedDay
from adsum.people.models import Contact, Device, Participant
from adsum.people.queries import participants
from adsum.places.rules import PlaceClass
from adsum.policies.queries import current_book, find_policy_version, in_force
from adsum.policies.rules import BadPolicy, read_values
from adsum.records.models import RecordCheck

PUT_BACK = ["again", "refused"]  # in a flag's details
AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Sweeping:
    """How many check-ins are overdue and not marked, since when, and when all that was overdue was last looked at."""

    overdue: int = 0
    since: datetime | None = None
    swept_at: datetime | None = None


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


def count_checked(*, since: datetime, seen_by: Actor) -> dict[str, int]:
    """Check-ins since then: how many there are, how many have a dated check of outside records, how many of those are
    done. All but the newest should have one, and be done."""
    about = Concat(Value("report:"), Cast(OuterRef("pk"), CharField()))
    check = RecordCheck.objects.filter(about=about)
    mine = Report.objects.filter(received_at__gte=since, participant__in=participants(seen_by=seen_by))
    counted = mine.order_by().annotate(asked=Exists(check), done=Exists(check.filter(looked_at__isnull=False)))
    return counted.aggregate(
        reports=Count("pk"), checked=Count("pk", filter=Q(asked=True)), looked=Count("pk", filter=Q(done=True))
    )


def sweeping_now(*, now: datetime, seen_by: Actor) -> Sweeping:
    """How far the sweep is behind, over all offices; for who runs Adsum."""
    if seen_by.kind is not ActorKind.OPERATOR:
        return Sweeping()
    overdue = Duty.objects.filter(outcome__isnull=True, set_aside="", missed_after__lte=now)
    counted = overdue.aggregate(overdue=Count("pk"), since=Min("missed_after"))
    return Sweeping(**counted, swept_at=SweepRun.objects.aggregate(at=Max("last_at"))["at"])


def seen_alive(*, seen_by: Actor) -> dict[str, datetime]:
    """When each part of the service was last seen alive; for who runs Adsum."""
    beats = Heartbeat.objects.order_by("source")
    return dict(beats.values_list("source", "last_at")) if seen_by.kind is ActorKind.OPERATOR else {}


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
    silences = [span for source, span in spans if source == Source.ADDRESS]
    idle += _pauses_of_sweeping(since=since, now=now)
    return Ground(outages=[span for _, span in spans], idle=idle, silences=silences, now=now)


def _pauses_of_sweeping(*, since: date, now: datetime) -> Iterator[Span]:
    """Between the runs of the sweep, and since the last one. What was overdue at a run's last moment was looked at."""
    runs = list(SweepRun.objects.filter(last_at__date__gte=since - MARGIN, began_at__lte=now).order_by("began_at"))
    for run, following in pairwise(runs):
        yield Span(run.last_at + AN_INSTANT, following.began_at)
    if runs:
        yield Span(runs[-1].last_at + AN_INSTANT, now + timedelta(minutes=1))


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
            _add_waiting(lives, since - MARGIN)
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
    given, made_for = _given_duties(lives), _first_days(lives)
    for (
        person, pk, level, due_on, before_it, begun, missed_after, moved, outcome, excuse, at, opened, made_at, kind,
    ) in rows.values_list(
        "participant_id", "pk", "plan__level", "due_on", "before", "plan__started_at", "missed_after", "moved_from",
        "outcome", "excuse__reason", "excuse__at", "opens_at", "made_at", "plan__kind",
    ):  # fmt: skip
        ended, why = Outcome(outcome) if outcome else None, ExcuseReason(excuse) if excuse else None
        count = reminders.get(f"duty:{pk}", 0)
        previous = _previous_day(opened, begun, before_it, lives[person].zone)
        lives[person].duties.append(
            PastDuty(
                pk, level, due_on, previous, begun, missed_after, moved is not None, ended, why, at, count, opened,
                made_at, pk in given, made_for.get(pk), DutyKind(kind),
            )
        )  # fmt: skip


def _previous_day(opened: datetime, begun: datetime, before_it: date | None, zone: ZoneInfo) -> date | None:
    """The due day before, as it was when a duty was made: days that came in between later have not narrowed its window.

    None for the first one, which counts from the start of its plan.
    """
    if opened == begun:
        return None
    opened_after = opened.astimezone(zone).date() - timedelta(days=1)
    return min(before_it or opened_after, opened_after)


def _given_duties(lives: dict[int, Life]) -> set[int]:
    """The duties whose day an officer has given after a miss."""
    lines = LedgerLine.objects.filter(participant_id__in=lives, verb="checkin.new-date", subject_kind="duty")
    return {one for one in lines.values_list("subject_id", flat=True) if one is not None}


def _first_days(lives: dict[int, Life]) -> dict[int, date]:
    """The day for which each duty was made, where a request to be excused got it another one: as the ledger has it."""
    moved = ExcuseRequest.objects.filter(participant__in=lives, answer=ExcuseAnswer.NEW_DATE).values("duty_id")
    asked = dict(ExcuseRequest.objects.filter(duty__in=moved).values_list("pk", "duty_id"))
    lines = LedgerLine.objects.filter(participant_id__in=lives, verb="excuse.asked", subject_id__in=asked)
    days: dict[int, date] = {}
    for request, facts in lines.order_by("pk").values_list("subject_id", "facts"):
        if request is not None:
            days.setdefault(asked[request], date.fromisoformat(facts["due_on"]))
    return days


def _add_waiting(lives: dict[int, Life], since: date) -> None:
    """What made deadlines wait: requests to be excused and what was answered, closed days."""
    requests = ExcuseRequest.objects.filter(participant__in=lives).order_by("asked_at", "pk")
    told = (ExcuseAnswer.REFUSED, ExcuseAnswer.MORE_ASKED)
    for person, duty, asked_at, answer, answered_at in requests.values_list(
        "participant_id", "duty_id", "asked_at", "answer", "answered_at"
    ):
        lives[person].holds.append(PastHold(asked_at, duty))
        if answered_at and answer in told:
            lives[person].holds.append(PastHold(answered_at, duty, ExcuseAnswer(answer)))
    moves = LedgerLine.objects.filter(participant_id__in=lives, verb="excuse.answered", facts__decision="new-date")
    for whose, duty_id, at, facts in moves.values_list("participant_id", "subject_id", "at", "facts"):
        if whose is not None and duty_id is not None:
            day = date.fromisoformat(facts["due_on"])
            lives[whose].holds.append(PastHold(at, duty_id, ExcuseAnswer.NEW_DATE, day))
    days: dict[int, list[KnownClosed]] = {}
    closed = ClosedDay.objects.filter(office__in={life.office_id for life in lives.values()}, day__gte=since)
    for office, noted_at, day in closed.values_list("office_id", "noted_at", "day"):
        days.setdefault(office, []).append(KnownClosed(noted_at, day))
    for life in lives.values():
        life.closed = days.get(life.office_id, [])


def _add_reports(lives: dict[int, Life], since: date) -> None:
    reports = Report.objects.filter(participant__in=lives, received_at__date__gte=since).order_by("received_at", "pk")
    for (
        person, pk, duty, came, tried, sent, given, skew, lives_there, place, concerns, kind, *rest,
    ) in reports.values_list(
        "participant_id", "pk", "duty_id", "received_at", "tried_at", "sent_at", "form_given_at", "clock_skew",
        "lives_there", "place_class", "concerns", "kind", "fix__accuracy_m", "fix__taken_at", "fix__from_address_km",
        "fix__from_last_km", "fix__from_last_hours",
    ):  # fmt: skip
        fix: list[Any] = rest
        known = PastFix(*fix) if fix[0] is not None else None
        sending, said = Sending(sent, given, skew), frozenset(concerns)
        lives[person].reports.append(
            PastReport(pk, duty, came, tried, sending, lives_there, PlaceClass(place), said, known, DutyKind(kind))
        )
    tries = Attempt.objects.filter(participant__in=lives, failed_at__date__gte=since).order_by("failed_at", "pk")
    for person, known_at, at, by in tries.values_list("participant_id", "received_at", "failed_at", "noted_by"):
        lives[person].tries.append(KnownTry(known_at, Tried(at, NotedBy(by))))


def _add_flags(lives: dict[int, Life]) -> None:
    """What the rules put before officers. What people put back there (asked again, not signed) no rule would change."""
    flags = Flag.objects.filter(participant__in=lives, reason__in=REPLAYED_FLAGS).order_by("raised_at", "pk")
    flags = flags.exclude(details__has_any_keys=PUT_BACK)
    rows = flags.values_list("participant_id", "raised_at", "reason", "about", "cleared_at")
    for person, at, reason, about, cleared_at in rows:
        lives[person].flags.append(RaisedFlag(at, Reason(reason), about))
        if reason == Reason.NEVER_SIGNED_IN and cleared_at is not None:
            lives[person].helped_in_at.append(cleared_at)
