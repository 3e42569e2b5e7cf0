"""What is owed and what came."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from adsum.checkins.models import (
    Attempt,
    CalendarFeed,
    Duty,
    HandOff,
    HandOffTry,
    Heartbeat,
    Outage,
    Plan,
    ReceiptMiss,
    Report,
    Rung,
)
from adsum.checkins.policy import POLICY
from adsum.checkins.rules import (
    NotedBy,
    Outcome,
    RungState,
    Span,
    Tried,
    credited_deadline,
    find_gap,
    nearest_duty,
)
from adsum.core.asking import Later, Question
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.notices.models import Message
from adsum.notices.rules import MessageKind
from adsum.people.queries import may_see, participants

_WAITING = Question(
    "SELECT {d} FROM adsum_duty d WHERE d.participant_id = ANY(%s) AND (d.outcome IS NULL AND d.opens_at <= %s"
    " OR d.outcome = 'missed' AND NOT EXISTS (SELECT FROM adsum_report r WHERE r.duty_id = d.id))"
    " ORDER BY d.id FOR NO KEY UPDATE",
    d=(Duty, ("id", "participant_id", "due_on", "opens_at", "due_at", "missed_after", "moved_from", "outcome")),
)
_UNANSWERED = Question(
    "SELECT {d} FROM adsum_duty d WHERE d.participant_id = ANY(%s) AND (d.outcome IS NULL"
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
    return found.select_related("participant__office").first()


def open_due_days(*, duty_ids: Collection[int], seen_by: Actor) -> dict[int, date]:
    """Which of these duties nobody has answered yet, and on which day each is due."""
    found = Duty.objects.filter(pk__in=duty_ids, outcome__isnull=True, participant__in=participants(seen_by=seen_by))
    return dict(found.values_list("pk", "due_on"))


def missed_due_days(*, duty_ids: Collection[int], seen_by: Actor) -> dict[int, date]:
    """Which of these duties are missed and still unanswered, and on which day each was due."""
    found = Duty.objects.filter(pk__in=duty_ids, outcome=Outcome.MISSED, participant__in=participants(seen_by=seen_by))
    answered = Report.objects.filter(duty=OuterRef("pk"))
    return dict(found.exclude(Exists(answered)).values_list("pk", "due_on"))


def due_days_of(*, messages: Iterable[Message], seen_by: Actor) -> dict[int, date]:
    """Which of these messages still have something to say, by id, and the due day each is about."""
    found: dict[int, date] = {}
    listed = list(messages)
    for kind, ask in ((MessageKind.REMINDER, open_due_days), (MessageKind.MISSED, missed_due_days)):
        duties = {one.pk: one.about_id("duty") or 0 for one in listed if one.kind == kind}
        if duties:
            days = ask(duty_ids=set(duties.values()), seen_by=seen_by)
            found |= {message: days[duty] for message, duty in duties.items() if duty in days}
    return found


def trail_of(*, duty_ids: Collection[int], seen_by: Actor) -> QuerySet[Rung]:
    """The attempts to reach people about these missed check-ins, in their order."""
    found = Rung.objects.filter(duty__in=duty_ids, participant__in=participants(seen_by=seen_by))
    return found.select_related("message", "officer", "duty").order_by("duty", "climb_at", "position")


def find_rung(*, rung_id: int, seen_by: Actor) -> Rung | None:
    """One rung, or None where this person may not see it."""
    return Rung.objects.filter(pk=rung_id, participant__in=participants(seen_by=seen_by)).first()


def calls_to_make(*, seen_by: Actor, only_mine: bool = False) -> QuerySet[Rung]:
    """The calls that wait for an officer, oldest first; `only_mine`: my caseload and nobody's."""
    visible = participants(seen_by=seen_by)
    if only_mine:
        visible = visible.filter(Q(officer_id=seen_by.id) | Q(officer__isnull=True))
    answered = Report.objects.filter(duty=OuterRef("duty_id"))
    calls = Rung.objects.filter(state=RungState.TO_CALL, duty__outcome=Outcome.MISSED, participant__in=visible)
    calls = calls.exclude(Exists(answered)).select_related("participant__office", "participant__officer", "duty")
    return calls.prefetch_related("participant__contacts").order_by("climb_at", "pk")


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
        for (duty,) in rows:
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

    owed: Duty | None
    missed: Duty | None
    next_due_on: date | None


def standing_of(*, participant_id: int, at: datetime, seen_by: Actor) -> Standing:
    """What a check-in sent at this moment would answer, and the next due day."""
    if not may_see(participant_id=participant_id, seen_by=seen_by):
        return Standing(None, None, None)
    unanswered = [duty for (duty,) in _UNANSWERED.ask([participant_id])]
    missed = [duty for duty in unanswered if duty.outcome == Outcome.MISSED]
    ahead = [duty for duty in unanswered if duty.outcome is None]
    duty = nearest_duty([*missed, *(duty for duty in ahead if duty.opens_at <= at)], at=at)
    is_missed = duty is not None and duty.outcome == Outcome.MISSED
    next_due_on = ahead[0].due_on if ahead else _planned_on(participant_id)
    return Standing(None if is_missed else duty, duty if is_missed else None, next_due_on)


def _planned_on(participant_id: int) -> date | None:
    plans = Plan.objects.filter(participant=participant_id, ended_at__isnull=True)
    return plans.order_by("next_due_on").values_list("next_due_on", flat=True).first()


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
    gaps = ((beat.source, find_gap(beat.last_at, now=now, policy=POLICY)) for beat in beats)
    going_on = [Outage(source=source, began_at=gap.began_at, ended_at=gap.ended_at) for source, gap in gaps if gap]
    return [*going_on, *ended]


def deadlines_with_credit(*, duties: Sequence[Duty], now: datetime, seen_by: Actor) -> dict[int, datetime]:
    """Which of these duties are missed later than they say, by id, and when; two or three questions for all of them."""
    if not duties or seen_by.kind != ActorKind.RULES:
        return {}
    planned = {duty.pk: duty.moved_from or duty.missed_after for duty in duties}
    since = min(planned.values()) - timedelta(hours=POLICY.last_chance_hours)
    outages = [Span(one.began_at, one.ended_at) for one in outages_since(since=since, now=now, seen_by=seen_by)]
    tries: dict[int, list[Tried]] = {}
    begins = min(duty.opens_at for duty in duties)
    failed = Attempt.objects.filter(participant__in={duty.participant_id for duty in duties}, failed_at__gte=begins)
    for person, at, noted_by in failed.values_list("participant_id", "failed_at", "noted_by"):
        tries.setdefault(person, []).append(Tried(at, NotedBy(noted_by)))
    later: dict[int, datetime] = {}
    for duty in duties:
        mine = [one for one in tries.get(duty.participant_id, []) if one.at >= duty.opens_at]
        until = credited_deadline(planned[duty.pk], tries=mine, outages=outages, policy=POLICY)
        if until > duty.missed_after:
            later[duty.pk] = until
    return later


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
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    hand_offs = HandOff.objects.filter(participant__in=visible)
    rungs = Rung.objects.filter(participant__in=visible).order_by("climb_at", "pk")
    reaching = ("duty__due_on", "way", "climb_at", "state", "closed_at", "officer__name", "words")
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
    return {
        "duties": list(duties.values("due_on", "outcome", "settled_at", "excuse__reason", "excuse__words")),
        "reports": list(reports.values(*answers, "place_class", "concerns")),
        "attempts": list(attempts.values("receipt_number", "received_at", "failed_at", "step", "failure", "noted_by")),
        "attempts_to_reach": list(rungs.values(*reaching)),
        "hand_offs": list(hand_offs.values("made_at", "used_at", "latitude", "longitude", "accuracy_m")),
    }
