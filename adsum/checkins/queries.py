"""What is owed and what came."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from adsum.checkins.models import Duty, Plan, Report
from adsum.checkins.rules import Outcome, nearest_duty
from adsum.ledger.rules import Actor, FilePart
from adsum.people.queries import participants


def duties_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Duty]:
    """One person's duties, latest due first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Duty.objects.filter(participant__in=visible).select_related("plan").order_by("-due_at")


def find_duty(*, duty_id: int, seen_by: Actor) -> Duty | None:
    """One duty, or None where this person may not see it."""
    visible = participants(seen_by=seen_by)
    found = Duty.objects.filter(pk=duty_id, participant__in=visible)
    return found.select_related("participant__office").first()


def waiting_duties(*, at: datetime, seen_by: Actor) -> QuerySet[Duty]:
    """Open duties whose time has come, and missed ones nobody has answered, of everybody whom this person may see."""
    answered = Report.objects.filter(duty=OuterRef("pk"))
    return Duty.objects.filter(
        Q(outcome__isnull=True, opens_at__lte=at) | Q(Q(outcome=Outcome.MISSED) & ~Exists(answered)),
        participant__in=participants(seen_by=seen_by),
    ).order_by("-due_at")


def unanswered_duties(*, participant_id: int, at: datetime, seen_by: Actor) -> QuerySet[Duty]:
    """What a report that this participant sends now could answer."""
    return waiting_duties(at=at, seen_by=seen_by).filter(participant=participant_id)


@dataclass(frozen=True)
class Standing:
    """Where a participant stands: the duty that a check-in sent now would answer, owed or missed, and what is next."""

    owed: Duty | None
    missed: Duty | None
    next_due_on: date | None


def standing_of(*, participant_id: int, at: datetime, seen_by: Actor) -> Standing:
    """What a check-in sent at this moment would answer, and the next due day."""
    duty = nearest_duty(list(unanswered_duties(participant_id=participant_id, at=at, seen_by=seen_by)), at=at)
    is_missed = duty is not None and duty.outcome == Outcome.MISSED
    ahead = duties_of(participant_id=participant_id, seen_by=seen_by).filter(outcome__isnull=True).last()
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    plan = Plan.objects.filter(participant__in=visible, ended_at__isnull=True).order_by("next_due_on").first()
    later = plan.next_due_on if plan else None
    return Standing(None if is_missed else duty, duty if is_missed else None, ahead.due_on if ahead else later)


def reports_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Report]:
    """One person's reports, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    reports = Report.objects.filter(participant__in=visible)
    return reports.select_related("duty", "fix", "participant__office").order_by("-received_at", "-pk")


def find_receipt(*, receipt_number: str, seen_by: Actor) -> Report | None:
    """The report with this receipt number, or None where this person may not see it."""
    reports = Report.objects.filter(receipt_number=receipt_number, participant__in=participants(seen_by=seen_by))
    return reports.select_related("duty", "participant__office").first()


def latest_reports(*, seen_by: Actor, most: int = 10) -> QuerySet[Report]:
    """The newest reports that this person may see."""
    reports = Report.objects.filter(participant__in=participants(seen_by=seen_by))
    return reports.select_related("participant", "duty").order_by("-received_at", "-pk")[:most]


def count_open_duties(*, seen_by: Actor) -> int:
    """How many check-ins are owed and neither reported, missed nor excused."""
    return Duty.objects.filter(outcome__isnull=True, participant__in=participants(seen_by=seen_by)).count()


def count_set_aside(*, seen_by: Actor) -> int:
    """How many duties the sweep could not mark; `adsum check` names them."""
    return Duty.objects.filter(participant__in=participants(seen_by=seen_by)).exclude(set_aside="").count()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    duties = duties_of(participant_id=participant_id, seen_by=seen_by)
    reports = reports_of(participant_id=participant_id, seen_by=seen_by)
    answers = (
        "receipt_number",
        "received_at",
        "lives_there",
        "address_shown",
        "address_given",
        "new_phone",
        "wants_contact",
        "message",
    )
    return {
        "duties": list(duties.values("due_on", "outcome", "settled_at", "excuse__reason", "excuse__words")),
        "reports": list(reports.values(*answers, "place_class", "concerns")),
    }
