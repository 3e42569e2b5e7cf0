"""Who has left, why, and what would end if somebody left now."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from adsum.appointments.models import Appointment
from adsum.appointments.rules import Kind
from adsum.checkins.models import CalendarFeed, Duty, Report, Rung
from adsum.checkins.rules import OPEN_RUNGS, Outcome
from adsum.enrolment.models import Invitation
from adsum.families.queries import wards_alone_without
from adsum.flags.models import Flag
from adsum.flags.rules import REASONS, Reason
from adsum.leaving.models import Departure
from adsum.leaving.rules import ENDS, Ends, LeftBecause
from adsum.ledger.rules import RULES, Actor, ActorKind, FilePart
from adsum.misses.models import Absconding, MissStep
from adsum.notices.models import Message
from adsum.notices.rules import MessageState
from adsum.orders.models import Order
from adsum.people.models import Participant, PushSubscription, Representative
from adsum.people.queries import participants
from adsum.records.queries import watches_of
from adsum.reviews.queries import appeals_open, reviews_open

# What the participant has asked for is still answered after they have left; once they have died, nobody asks any more.
STILL_ANSWERED = frozenset({Reason.MESSAGE_WAITS, Reason.CORRECTION_ASKED, Reason.CONTESTED})
# Custody ends no order: an officer still decides about these, and about requests to be excused from what was missed.
DECIDED_IN_CUSTODY = STILL_ANSWERED | {
    Reason.RECORD_DISPUTED,
    Reason.RECORD_GONE,
    Reason.WROTE_BACK,
    Reason.GROUND_GONE,
    Reason.COURT_REVERSED,
}
# Nobody's file is erased under an open matter of theirs; an officer who decides it lets the next night go on.
HOLDS_ERASING = STILL_ANSWERED | {Reason.LEFT_BUT_CAME}
APPEAL_WAITS = "Appeal to answer"


def departures_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Departure]:
    """When one person left and came back, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Departure.objects.filter(participant__in=visible)
    return found.select_related("noted_by", "back_by", "office", "to_office").order_by("-left_at", "-pk")


def departure_in_force(*, participant_id: int, seen_by: Actor) -> Departure | None:
    """Why this person is not here now; None where they are."""
    found = departures_of(participant_id=participant_id, seen_by=seen_by)
    return found.filter(back_at__isnull=True).exclude(reason=LeftBecause.MOVED).first()


def claim_person(*, participant_id: int, seen_by: Actor) -> Participant | None:
    """The person, locked until the transaction ends: a report waits, and a second officer."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return visible.select_for_update(of=("self",), no_key=True).first()


def who_left(*, seen_by: Actor, reason: LeftBecause | None = None) -> QuerySet[Departure]:
    """Everybody who left this member of staff's office, newest first; who moved away is named without a file."""
    if seen_by.kind != ActorKind.STAFF:
        return Departure.objects.none()
    mine = Q() if seen_by.sees_every_office else Q(office_id=seen_by.office_id)
    found = Departure.objects.filter(mine).select_related("participant", "noted_by", "to_office", "back_by")
    return (found.filter(reason=reason) if reason else found).order_by("-left_at", "-pk")


def what_would_end(*, participant: Participant, reason: LeftBecause, now: datetime, seen_by: Actor) -> dict[Ends, int]:
    """How much of each thing ends if this person leaves for this reason."""
    visible = participants(seen_by=seen_by).filter(pk=participant.pk)
    mine = {"participant__in": visible}
    steps = MissStep.objects.filter(needs_signature=True, signature_agrees=None, lapsed_at=None, **mine)
    abscondings = Absconding.objects.filter(began_at__isnull=False, ended_at=None, **mine)
    rungs = Rung.objects.filter(state__in=OPEN_RUNGS, **mine)
    counted = {
        Ends.CHECKINS: Duty.objects.filter(outcome__isnull=True, **mine).count(),
        Ends.MESSAGES: Message.objects.filter(state=MessageState.WAITING, **mine).count()
        + sum(rung.size for rung in rungs),
        Ends.FLAGS: flags_that_end(participant_id=participant.pk, why=reason, seen_by=seen_by).count(),
        Ends.STEPS: steps.count() + abscondings.count(),
        Ends.VISITS: visits_ahead(participant_id=participant.pk, at=now, seen_by=seen_by).count(),
        Ends.SHARING: Order.objects.filter(ended_at=None, share_asked_at__isnull=False, **mine).count(),
        Ends.ORDER: Order.objects.filter(ended_at=None, **mine).count(),
        Ends.PUSHES: PushSubscription.objects.filter(ended_at=None, **mine).count(),
        Ends.CALENDAR: CalendarFeed.objects.filter(**mine).count(),
        Ends.CODES: Invitation.objects.filter(used_at=None, replaced_at=None, **mine).count(),
        Ends.WARDS: wards_alone_without(guardian_id=participant.pk, seen_by=seen_by).count(),
        Ends.LOOKS: Representative.objects.filter(ends_at__gt=now, **mine).count(),
        Ends.RECORDS: watches_of(participant_id=participant.pk, seen_by=seen_by),
        Ends.REVIEWS: reviews_open(seen_by=seen_by).filter(participant=participant).count(),
    }
    return {what: counted[what] for what in Ends if what in ENDS[reason]}


def flags_that_end(*, participant_id: int, why: LeftBecause, seen_by: Actor) -> QuerySet[Flag]:
    """What nobody decides any more once this person has left for this reason."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Flag.objects.filter(cleared_at__isnull=True, participant__in=visible)
    if why == LeftBecause.DIED:
        return found
    if why != LeftBecause.DETAINED:
        return found.exclude(reason__in=STILL_ANSWERED)
    missed = Duty.objects.filter(participant__in=visible, outcome=Outcome.MISSED).values_list("pk", flat=True)
    asked = Q(reason=Reason.EXCUSE_ASKED, about__in=[f"duty:{pk}" for pk in missed])
    return found.exclude(Q(reason__in=DECIDED_IN_CUSTODY) | asked)


def visits_ahead(*, participant_id: int, at: datetime, seen_by: Actor) -> QuerySet[Appointment]:
    """The appointments that the office itself gave and that hold still; a court's dates are the court's."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    given = Appointment.objects.filter(participant__in=visible, ended_at__isnull=True, starts_at__gt=at)
    return given.exclude(kind=Kind.COURT_HEARING)


def came_back_unasked(*, seen_by: Actor) -> QuerySet[Departure]:
    """Who has left and has checked in since, or again since an officer was told of it last."""
    gone = Departure.objects.filter(_came_unasked(), back_at=None, erased_at=None)
    return gone.exclude(reason=LeftBecause.MOVED).filter(participant__in=participants(seen_by=seen_by))


def files_to_erase(*, today: date, seen_by: Actor) -> QuerySet[Departure]:
    """Whose file has reached its end, and for whom nothing is to be answered any more, the oldest first."""
    return _files_due(today, seen_by).exclude(_asks_still())


def erasing_that_waits(*, today: date, most: int, seen_by: Actor) -> list[tuple[Departure, list[str]]]:
    """Whose file has reached its end but is kept until something is answered, with what that is, the oldest first."""
    waiting = list(_files_due(today, seen_by).filter(_asks_still()).select_related("participant")[:most])
    why: dict[int, set[str]] = {one.participant_id: set() for one in waiting}
    flags = Flag.objects.filter(reason__in=HOLDS_ERASING, cleared_at=None, participant__in=why)
    for flag in flags:
        why[flag.participant_id].add(flag.doc.title)
    for appeal in appeals_open(seen_by=RULES).filter(decision__participant__in=why):
        why[appeal.decision.participant_id].add(APPEAL_WAITS)
    unseen = [REASONS[Reason.LEFT_BUT_CAME].title]  # a check-in that the sweep has not made a flag of yet
    return [(one, sorted(why[one.participant_id]) or unseen) for one in waiting]


def _files_due(today: date, seen_by: Actor) -> QuerySet[Departure]:
    due = Departure.objects.filter(erase_on__lte=today, erased_at=None, back_at=None)
    return due.filter(participant__in=participants(seen_by=seen_by)).order_by("erase_on", "pk")


def _came_unasked() -> Q:
    since = Coalesce(OuterRef("return_flagged_at"), OuterRef("left_at"))
    return Q(Exists(Report.objects.filter(participant=OuterRef("participant_id"), received_at__gt=since)))


def _asks_still() -> Q:
    """An officer has yet to answer what they asked, or contest, or a check-in that came since they left."""
    flags = Flag.objects.filter(participant=OuterRef("participant_id"), reason__in=HOLDS_ERASING, cleared_at=None)
    appeals = appeals_open(seen_by=RULES).filter(decision__participant=OuterRef("participant_id"))
    return Q(Exists(flags)) | Q(Exists(appeals)) | _came_unasked()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = departures_of(participant_id=participant_id, seen_by=seen_by)
    said = ("reason", "evidence", "left_at", "office__name", "to_office__name", "policy", "erase_on")
    return {"departures": list(found.values(*said, "noted_by__name", "back_at", "back_reason"))}
