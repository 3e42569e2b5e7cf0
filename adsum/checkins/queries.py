"""What is owed and what came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from adsum.checkins.models import (
    Attempt,
    CalendarFeed,
    Duty,
    ExcuseRequest,
    HandOff,
    HandOffTry,
    Heartbeat,
    Outage,
    Pause,
    Plan,
    ReceiptMiss,
    Report,
    Rung,
)
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import (
    DutyKind,
    ExcuseAnswer,
    NotedBy,
    Outcome,
    Source,
    Span,
    Tried,
    credited_deadline,
    find_gap,
    in_doubt_until,
    moved_by_closed_days,
    nearest_duty,
    not_in_doubt,
    waits_for_person,
)
from adsum.core.asking import Later, Question
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.offices.queries import closed_days
from adsum.people.models import Participant
from adsum.people.queries import may_see, participants
from adsum.policies.queries import highest_of, in_force

_WAITING = Question(
    "SELECT {d}, {p} FROM adsum_duty d JOIN adsum_plan p ON p.id = d.plan_id"
    " WHERE d.participant_id = ANY(%s) AND (d.outcome IS NULL AND d.opens_at <= %s"
    " OR d.outcome = 'missed' AND NOT EXISTS (SELECT FROM adsum_report r WHERE r.duty_id = d.id))"
    " ORDER BY d.id FOR NO KEY UPDATE OF d",
    d=(Duty, ("id", "participant_id", "due_on", "opens_at", "due_at", "missed_after", "moved_from", "outcome")),
    p=(Plan, ("id", "level", "kind")),
)
_UNANSWERED = Question(
    "SELECT {d} FROM adsum_duty d JOIN adsum_plan p ON p.id = d.plan_id"
    " WHERE d.participant_id = %s AND p.kind = %s AND (d.outcome IS NULL"
    " OR d.outcome = 'missed' AND NOT EXISTS (SELECT FROM adsum_report r WHERE r.duty_id = d.id))"
    " ORDER BY d.due_at",
    d=Duty,
)
_BY_KEY = Question(
    "SELECT {r} FROM unnest(%s::bigint[], %s::uuid[]) AS sent (person, key)"
    " JOIN adsum_report r ON r.participant_id = sent.person AND r.key = sent.key",
    r=Report,
)


def duties_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Duty]:
    """One person's duties, latest due first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Duty.objects.filter(participant__in=visible).select_related("plan").order_by("-due_at")


def find_duty(*, duty_id: int, seen_by: Actor) -> Duty | None:
    """One duty, or None where this person may not see it."""
    visible = participants(seen_by=seen_by)
    found = Duty.objects.filter(pk=duty_id, participant__in=visible)
    return found.select_related("participant__office", "plan").first()


def askable_duties(*, participant: Participant, now: datetime, seen_by: Actor, ahead: int = 3) -> list[Duty]:
    """The duties from which this person can ask to be excused: missed ones not too old, and the next `ahead` open ones.

    Missed ones first, the oldest first.
    """
    policy = in_force(CheckinPolicy, now=now, office_id=participant.office_id)
    since = now - timedelta(days=policy.excuse_asked_within_days)
    mine = duties_of(participant_id=participant.pk, seen_by=seen_by).order_by("due_at", "pk")
    return [*mine.filter(outcome=Outcome.MISSED, due_at__gte=since), *mine.filter(outcome__isnull=True)[:ahead]]


def excuse_requests_of(*, participant_id: int, seen_by: Actor) -> QuerySet[ExcuseRequest]:
    """What one person has asked to be excused from, and the answers, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    asked = ExcuseRequest.objects.filter(participant__in=visible)
    return asked.select_related("duty__plan", "document", "noted_by", "answered_by").order_by("-asked_at", "-pk")


def find_request_in_force(*, duty_id: int, now: datetime, seen_by: Actor) -> ExcuseRequest | None:
    """A request that waits for an officer's answer, or for what the officer has asked for, while there is time."""
    of_duty = ExcuseRequest.objects.filter(duty=duty_id, participant__in=participants(seen_by=seen_by))
    last = of_duty.select_related("participant").order_by("-asked_at", "-pk").first()
    if last is None or last.waits:
        return last
    policy = in_force(CheckinPolicy, now=now, office_id=last.participant.office_id)
    answered_at = last.answered_at if last.answer == ExcuseAnswer.MORE_ASKED else None
    return last if answered_at and waits_for_person(answered_at, now=now, policy=policy) else None


def find_rung(*, rung_id: int, seen_by: Actor) -> Rung | None:
    """One rung, or None where this person may not see it."""
    return Rung.objects.filter(pk=rung_id, participant__in=participants(seen_by=seen_by)).first()


def waiting_duties(*, at: datetime, seen_by: Actor) -> QuerySet[Duty]:
    """Open duties whose time has come, and missed ones nobody has answered, of everybody whom this person may see."""
    answered = Report.objects.filter(duty=OuterRef("pk"))
    return Duty.objects.filter(
        Q(outcome__isnull=True, opens_at__lte=at) | Q(Q(outcome=Outcome.MISSED) & ~Exists(answered)),
        participant__in=participants(seen_by=seen_by),
    ).order_by("-due_at")


def claim_duties(*, of: Collection[int], at: datetime, seen_by: Actor) -> Later[dict[int, list[Duty]]]:
    """The `waiting_duties` of these participants, locked until the transaction ends; for the rules, who see all."""
    if seen_by.kind != ActorKind.RULES:
        return dict
    rows = _WAITING.ask(list(of), at)

    def read() -> dict[int, list[Duty]]:
        claimed: dict[int, list[Duty]] = {}
        for duty, duty.plan in rows:
            claimed.setdefault(duty.participant_id, []).append(duty)
        return claimed

    return read


def reports_by_key(
    *, of: Collection[int], keys: Collection[UUID], seen_by: Actor
) -> Later[dict[tuple[int, UUID], Report]]:
    """The reports that these participants sent with these keys, pair by pair; for the rules, who see everybody."""
    if seen_by.kind != ActorKind.RULES:
        return dict
    rows = _BY_KEY.ask(list(of), list(keys))
    return lambda: {(report.participant_id, report.key): report for (report,) in rows}


@dataclass(frozen=True)
class Standing:
    """Where a participant stands: the duty that a check-in sent now would answer, owed or missed, and what is next."""

    owed: Duty | None = None
    missed: Duty | None = None
    next_due_on: date | None = None


def standing_of(*, participant_id: int, at: datetime, seen_by: Actor, kind: DutyKind = DutyKind.CHECK_IN) -> Standing:
    """What a check-in (or a photo) sent at this moment would answer, and the next due day."""
    if not may_see(participant_id=participant_id, seen_by=seen_by):
        return Standing()
    unanswered = [duty for (duty,) in _UNANSWERED.ask(participant_id, kind)]
    missed = [duty for duty in unanswered if duty.outcome == Outcome.MISSED]
    ahead = [duty for duty in unanswered if duty.outcome is None]
    duty = nearest_duty([*missed, *(duty for duty in ahead if duty.opens_at <= at)], at=at)
    is_missed = duty is not None and duty.outcome == Outcome.MISSED
    next_due_on = ahead[0].due_on if ahead else _planned_on(participant_id, kind)
    return Standing(None if is_missed else duty, duty if is_missed else None, next_due_on)


def _planned_on(participant_id: int, kind: DutyKind) -> date | None:
    plans = Plan.objects.filter(participant=participant_id, kind=kind, ended_at__isnull=True, paused_at__isnull=True)
    return plans.order_by("next_due_on").values_list("next_due_on", flat=True).first()


def plans_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Plan]:
    """One person's plans, the one that holds first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    plans = Plan.objects.filter(participant__in=visible).select_related("set_by")
    return plans.order_by(F("ended_at").desc(nulls_first=True), "-pk")


def pauses_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Pause]:
    """When nobody asked this person for check-ins, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Pause.objects.filter(participant__in=visible).select_related("began_by", "ended_by").order_by("-began_at")


def reports_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Report]:
    """One person's reports, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    reports = Report.objects.filter(participant__in=visible)
    return reports.select_related("duty", "fix", "participant__office").order_by("-received_at", "-pk")


def find_receipt(*, receipt_number: str, seen_by: Actor) -> Report | None:
    """The report with this receipt number, or None where this person may not see it."""
    report = Report.objects.select_related("duty").filter(receipt_number=receipt_number).first()
    visible = report is not None and may_see(participant_id=report.participant_id, seen_by=seen_by)
    return report if visible else None


@dataclass(frozen=True)
class Receipt:
    """What anybody may know who holds a receipt's number: when it was here, and whether it was a failed attempt."""

    received_at: datetime
    failed: bool


def look_up_receipt(*, receipt_number: str, seen_by: Actor) -> Receipt | None:
    """Whether and when something with this number was received; nothing of whom or what."""
    found = Report.objects.filter(receipt_number=receipt_number).values_list("received_at", flat=True).first()
    failed = None
    if found is None:
        failed = Attempt.objects.filter(receipt_number=receipt_number).values_list("received_at", flat=True).first()
    moment = found or failed
    return Receipt(moment, failed=failed is not None) if moment else None


def count_receipt_misses(*, network_hash: str, since: datetime, seen_by: Actor) -> int:
    """Looks for receipt numbers that do not exist, from this network since then; only the rules may ask."""
    if seen_by.kind != ActorKind.RULES:
        return 0
    return ReceiptMiss.objects.filter(network_hash=network_hash, at__gte=since).count()


def find_calendar(*, token_hash: str, seen_by: Actor) -> CalendarFeed | None:
    """The calendar feed with this secret address; only the doors ask, before they know whose it is."""
    if seen_by.kind != ActorKind.RULES:
        return None
    return CalendarFeed.objects.filter(token_hash=token_hash).select_related("participant__office").first()


def calendar_of(*, participant_id: int, seen_by: Actor) -> CalendarFeed | None:
    """This participant's own calendar feed, where they have made one."""
    feed = CalendarFeed.objects.filter(participant=participant_id).first()
    return feed if may_see(participant_id=participant_id, seen_by=seen_by) else None


def dates_of(*, participant_id: int, since: date, seen_by: Actor) -> list[Duty]:
    """The check-ins of one person that are not answered yet and due since this day, the next one first."""
    duties = duties_of(participant_id=participant_id, seen_by=seen_by)
    return list(duties.filter(outcome__isnull=True, due_on__gte=since).order_by("due_on"))


def attempts_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Attempt]:
    """One person's failed attempts, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Attempt.objects.filter(participant__in=visible).order_by("-failed_at", "-pk")


def outages_since(*, since: datetime, now: datetime, seen_by: Actor) -> list[Outage]:
    """The public log, newest first: what was not seen alive since then; one that goes on ends now, and has no id."""
    ended = Outage.objects.filter(ended_at__gte=since).order_by("-began_at", "-pk")
    beats = Heartbeat.objects.order_by("source")
    gaps = ((beat.source, find_gap(beat.last_at, now=now, policy=in_force(CheckinPolicy, now=now))) for beat in beats)
    going_on = [Outage(source=source, began_at=gap.began_at, ended_at=gap.ended_at) for source, gap in gaps if gap]
    return [*going_on, *ended]


def deadlines_with_credit(*, duties: Sequence[Duty], now: datetime, seen_by: Actor) -> dict[int, datetime]:
    """Which of these duties are missed later than they say, by id, and when; a few questions for all of them."""
    if not duties or seen_by.kind != ActorKind.RULES:
        return {}
    planned = _planned(duties, now, seen_by)
    since = min(planned.values()) - timedelta(hours=highest_of(CheckinPolicy, "last_chance_hours", now=now))
    outages = [Span(one.began_at, one.ended_at) for one in outages_since(since=since, now=now, seen_by=seen_by)]
    tries: dict[int, list[Tried]] = {}
    begins = min(duty.opens_at for duty in duties)
    failed = Attempt.objects.filter(participant__in={duty.participant_id for duty in duties}, failed_at__gte=begins)
    for person, at, noted_by in failed.values_list("participant_id", "failed_at", "noted_by"):
        tries.setdefault(person, []).append(Tried(at, NotedBy(noted_by)))
    scoped = Duty.objects.filter(pk__in=planned).values_list("pk", "participant__office_id", "plan__level")
    scopes = {pk: (office_id, level) for pk, office_id, level in scoped}
    doubt = silence_in_doubt(now=now, seen_by=seen_by)
    later: dict[int, datetime] = {}
    for duty in duties:
        mine = [one for one in tries.get(duty.participant_id, []) if one.at >= duty.opens_at]
        policy = in_force(CheckinPolicy, now=now, office_id=scopes[duty.pk][0], level=scopes[duty.pk][1])
        credited = credited_deadline(planned[duty.pk], tries=mine, outages=outages, policy=policy)
        until = not_in_doubt(credited, doubt=doubt)
        if until > duty.missed_after:
            later[duty.pk] = until
    return later


def silence_in_doubt(*, now: datetime, seen_by: Actor) -> Span | None:
    """A silence of the public address of which nobody knows yet whether it is an outage: since when, known when."""
    if seen_by.kind != ActorKind.RULES:
        return None
    seen_at = Heartbeat.objects.filter(pk=Source.ADDRESS).values_list("last_at", flat=True).first()
    known_at = in_doubt_until(seen_at, now=now, policy=in_force(CheckinPolicy, now=now))
    return Span(seen_at, known_at) if seen_at and known_at else None


def _planned(duties: Sequence[Duty], now: datetime, seen_by: Actor) -> dict[int, datetime]:
    """When each is missed by its plan, the days on which its office is closed left out."""
    offices = {duty.participant.office_id for duty in duties}
    closed = closed_days(offices=offices, since=min(duty.due_on for duty in duties), seen_by=seen_by)
    planned = {}
    for duty in duties:
        office = duty.participant.office
        planned[duty.pk] = moved_by_closed_days(
            duty.moved_from or duty.missed_after,
            due_on=duty.due_on,
            closed=closed.get(office.pk, {}),
            zone=office.zone,
            policy=in_force(CheckinPolicy, now=now, office_id=office.pk),
        )
    return planned


def count_hand_off_tries(*, network_hash: str, since: datetime, seen_by: Actor) -> int:
    """Wrong codes from this network since then; only the rules may ask."""
    if seen_by.kind != ActorKind.RULES:
        return 0
    return HandOffTry.objects.filter(network_hash=network_hash, at__gte=since).count()


def find_hand_off(*, participant_id: int, key: UUID, seen_by: Actor) -> HandOff | None:
    """The code and place that wait for the report with this key, or None where this person may not see it."""
    visible = may_see(participant_id=participant_id, seen_by=seen_by)
    return HandOff.objects.filter(participant=participant_id, key=key).first() if visible else None


def latest_reports(*, seen_by: Actor, most: int = 10) -> QuerySet[Report]:
    """The newest reports that this person may see."""
    reports = Report.objects.filter(participant__in=participants(seen_by=seen_by))
    return reports.select_related("participant", "duty").order_by("-pk")[:most]


def count_open_duties(*, seen_by: Actor) -> int:
    """How many check-ins are owed and neither reported, missed nor excused."""
    return Duty.objects.filter(outcome__isnull=True, participant__in=participants(seen_by=seen_by)).count()


def count_outcomes(*, participant_id: int, since: datetime, seen_by: Actor) -> dict[Outcome, int]:
    """How one person's check-ins that fell due since then have ended."""
    due = duties_of(participant_id=participant_id, seen_by=seen_by).filter(due_at__gte=since, outcome__isnull=False)
    counted = due.order_by().values_list("outcome").annotate(count=Count("pk"))
    return {Outcome(outcome): count for outcome, count in counted}


def count_set_aside(*, seen_by: Actor) -> int:
    """How many duties the sweep could not mark, and rungs it could not climb; `adsum check` names them."""
    visible = participants(seen_by=seen_by)
    rungs = Rung.objects.filter(participant__in=visible).exclude(set_aside="").count()
    return rungs + Duty.objects.filter(participant__in=visible).exclude(set_aside="").count()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    duties = duties_of(participant_id=participant_id, seen_by=seen_by)
    reports = reports_of(participant_id=participant_id, seen_by=seen_by)
    attempts = attempts_of(participant_id=participant_id, seen_by=seen_by)
    plans = plans_of(participant_id=participant_id, seen_by=seen_by)
    pauses = pauses_of(participant_id=participant_id, seen_by=seen_by)
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    hand_offs = HandOff.objects.filter(participant__in=visible)
    rungs = Rung.objects.filter(participant__in=visible).order_by("climb_at", "pk")
    reaching = ("duty__due_on", "way", "climb_at", "state", "closed_at", "officer__name", "words", "rest")
    answers = (
        "receipt_number",
        "received_at",
        "sent_at",
        "form_given_at",
        "clock_skew",
        "lives_there",
        "address_shown",
        "address_given",
        "new_phone",
        "wants_contact",
        "message",
        "template",
        "answers",
    )
    asked = excuse_requests_of(participant_id=participant_id, seen_by=seen_by)
    said = ("asked_at", "through", "reason", "words", "document", "answer", "answered_at", "answer_words")
    return {
        "excuse_requests": list(asked.values("duty__due_on", *said)),
        "duties": list(duties.values("due_on", "outcome", "settled_at", "excuse__reason", "excuse__words")),
        "reports": list(reports.values("kind", *answers, "place_class", "concerns")),
        "attempts": list(attempts.values("receipt_number", "received_at", "failed_at", "step", "failure", "noted_by")),
        "plans": list(
            plans.values("kind", "interval_days", "weekdays", "month_day", "started_at", "ended_at", "reason")
        ),
        "pauses": list(pauses.values("why", "words", "began_at", "ended_at")),
        "attempts_to_reach": list(rungs.values(*reaching)),
        "hand_offs": list(hand_offs.values("made_at", "used_at", "latitude", "longitude", "accuracy_m")),
    }
