"""What ends with somebody's leaving: a function for each of `Ends`, in sets, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from adsum.appointments.models import Appointment
from adsum.checkins.models import CalendarFeed, Duty, Excuse, ExcuseRequest, Pause, Plan, Rung
from adsum.checkins.rules import OPEN_RUNGS, ExcuseAnswer, ExcuseReason, Outcome, PauseReason, RungState
from adsum.enrolment.models import Invitation
from adsum.families.actions import leave_wards
from adsum.families.models import Guardianship
from adsum.flags.models import Flag
from adsum.flags.rules import Decision
from adsum.leaving.queries import flags_that_end, visits_ahead
from adsum.leaving.rules import ENDS, REASONS, Ends, LeftBecause
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.misses.models import Absconding, MissStep
from adsum.notices.models import Message, Notice
from adsum.notices.rules import MessageState
from adsum.offices.models import Staff
from adsum.orders.models import Order, SharedPoint, TrackingApp
from adsum.people.models import Participant, PushSubscription, Representative
from adsum.records.actions import end_watch
from adsum.reviews.actions import close_reviews


@dataclass(frozen=True)
class _Going:
    """Who goes, why, who says so and when."""

    person: Participant
    why: LeftBecause
    officer: Staff
    now: datetime

    @property
    def words(self) -> str:
        return f"{REASONS[self.why]}."


def end_things(
    *, participant: Participant, why: LeftBecause, officer: Staff, policy: str, now: datetime
) -> dict[str, int]:
    """End what leaving for this reason ends; returns how much of each. The participant is locked by the caller."""
    going = _Going(participant, why, officer, now)
    with transaction.atomic():
        ended = {what.value: end(going) for what, end in _ENDINGS.items() if what in ENDS[why]}
        record(
            verb="things.ended",
            actor=officer.as_actor(),
            now=now,
            subject=participant,
            participant_id=participant.pk,
            policy=policy,
            left=why,
            ended=ended,
        )
    return ended


def _end_checkins(going: _Going) -> int:
    """What has begun counts as done, what is ahead is taken back; a plan ends, or waits where they are detained."""
    who, now = going.person, going.now
    plans = list(Plan.objects.select_for_update(no_key=True).filter(participant=who, ended_at=None).order_by("pk"))
    ahead, _ = Duty.objects.filter(participant=who, outcome__isnull=True, opens_at__gt=now).delete()
    begun = list(Duty.objects.select_for_update().filter(participant=who, outcome__isnull=True))
    Duty.objects.filter(pk__in=[duty.pk for duty in begun]).update(outcome=Outcome.EXCUSED, settled_at=now)
    Excuse.objects.bulk_create(
        Excuse(duty=duty, reason=ExcuseReason.LEFT, excused_by=going.officer, words=going.words, at=now)
        for duty in begun
    )
    actor = going.officer.as_actor()
    facts = ({"due_on": duty.due_on.isoformat(), "why": str(ExcuseReason.LEFT)} for duty in begun)
    lines = (
        Line("checkin.excused", actor, "duty", duty.pk, who.pk, facts=fact)
        for duty, fact in zip(begun, facts, strict=True)
    )
    record_lines(lines=lines, now=now)
    _answer_requests(going)
    if going.why == LeftBecause.DETAINED:
        _pause(going, plans)
    else:
        Plan.objects.filter(pk__in=[plan.pk for plan in plans]).update(ended_at=now)
        Pause.objects.filter(participant=who, ended_at=None).update(ended_at=now, ended_by=going.officer)
    return len(begun) + ahead


def _answer_requests(going: _Going) -> None:
    """Requests to be excused from what is not owed any more need no other answer."""
    asked = ExcuseRequest.objects.filter(participant=going.person, answer="").exclude(duty__outcome=Outcome.MISSED)
    asked.update(
        answer=ExcuseAnswer.NEEDLESS, answered_by=going.officer, answered_at=going.now, answer_words=going.words
    )


def _pause(going: _Going, plans: list[Plan]) -> None:
    for plan in plans:
        last = Duty.objects.filter(plan=plan).order_by("-due_on").values_list("due_on", flat=True).first()
        plan.paused_at, plan.last_due_on = plan.paused_at or going.now, last
        plan.next_due_on = plan.rhythm.after(last) if last else plan.next_due_on
        plan.save(update_fields=["paused_at", "last_due_on", "next_due_on"])
    Pause.objects.filter(participant=going.person, ended_at=None).update(ended_at=going.now, ended_by=going.officer)
    if plans:
        Pause.objects.create(
            participant=going.person,
            why=PauseReason.DETAINED,
            words=going.words,
            began_at=going.now,
            began_by=going.officer,
        )


def _end_messages(going: _Going) -> int:
    waiting = Message.objects.filter(participant=going.person, state=MessageState.WAITING)
    dropped = waiting.update(state=MessageState.NEEDLESS, error="the person has left")
    Notice.objects.filter(participant=going.person, to_pass_on=True).update(to_pass_on=False)
    rungs = Rung.objects.filter(participant=going.person, state__in=OPEN_RUNGS)
    count = sum(rung.size for rung in rungs)
    rungs.update(state=RungState.LEFT, closed_at=going.now)
    return dropped + count


def _end_flags(going: _Going) -> int:
    """Nothing is to decide about them any more, but for what they have asked, and in custody what goes on."""
    flags = flags_that_end(participant_id=going.person.pk, why=going.why, seen_by=RULES)
    cleared = list(flags.select_for_update())
    Flag.objects.filter(pk__in=[flag.pk for flag in cleared]).update(
        cleared_at=going.now, cleared_by=going.officer, decision=Decision.LEFT, decision_reason=going.words
    )
    actor = going.officer.as_actor()
    facts = ({"reason": flag.reason, "decision": str(Decision.LEFT)} for flag in cleared)
    lines = (
        Line("flag.cleared", actor, "flag", flag.pk, going.person.pk, flag.policy, fact)
        for flag, fact in zip(cleared, facts, strict=True)
    )
    record_lines(lines=lines, now=going.now)
    return len(cleared)


def _end_steps(going: _Going) -> int:
    """What nobody has signed will not hold; “absconded” ends, for we know where they are, or need not."""
    unsigned = MissStep.objects.filter(participant=going.person, needs_signature=True, signature_agrees=None)
    lapsed = unsigned.filter(lapsed_at=None).update(lapsed_at=going.now)
    gone = Absconding.objects.filter(participant=going.person, began_at__isnull=False, ended_at=None)
    return lapsed + gone.update(ended_at=going.now, ended_by=going.officer, end_reason=going.words)


def _end_visits(going: _Going) -> int:
    ahead = visits_ahead(participant_id=going.person.pk, at=going.now, seen_by=RULES)
    visits = list(ahead.values_list("pk", flat=True))
    Message.objects.filter(about__in=[f"appointment:{pk}" for pk in visits], state=MessageState.WAITING).update(
        state=MessageState.NEEDLESS, error="the visit has ended"
    )
    return Appointment.objects.filter(pk__in=visits).update(
        ended_at=going.now, ended_by=going.officer, end_reason=going.words
    )


def _end_sharing(going: _Going) -> int:
    """The window closes now. What was shared is erased with the next night, unless the person goes on elsewhere."""
    TrackingApp.objects.filter(participant=going.person).delete()
    if going.why != LeftBecause.MOVED:
        SharedPoint.objects.filter(participant=going.person).update(erase_at=going.now)
    asking = Order.objects.filter(participant=going.person, ended_at=None, share_asked_at__isnull=False)
    return asking.update(share_asked_at=None)


def _end_order(going: _Going) -> int:
    return Order.objects.filter(participant=going.person, ended_at=None).update(ended_at=going.now)


def _end_pushes(going: _Going) -> int:
    here = PushSubscription.objects.filter(participant=going.person, ended_at=None)
    return here.update(ended_at=going.now, endpoint="", p256dh="", auth="")


def _end_calendar(going: _Going) -> int:
    return CalendarFeed.objects.filter(participant=going.person).delete()[0]


def _end_codes(going: _Going) -> int:
    unused = Invitation.objects.filter(participant=going.person, used_at=None, replaced_at=None)
    return unused.update(replaced_at=going.now)


def _end_wards(going: _Going) -> int:
    """For whom they act: nothing of a child goes to a phone of somebody who has left, and no child is forgotten."""
    ends = going.why != LeftBecause.DETAINED
    return leave_wards(guardian_id=going.person.pk, ends=ends, officer=going.officer, now=going.now)


def _end_looks(going: _Going) -> int:
    """Who reads along, and who acts for them."""
    acted = Guardianship.objects.filter(child=going.person, ended_at=None)
    acted.update(ended_at=going.now, ended_by=going.officer)
    return Representative.objects.filter(participant=going.person, ends_at__gt=going.now).update(ends_at=going.now)


def _end_records(going: _Going) -> int:
    return end_watch(participant_id=going.person.pk, now=going.now)


def _end_reviews(going: _Going) -> int:
    return close_reviews(participant_id=going.person.pk, why=going.words, now=going.now)


_ENDINGS: dict[Ends, Callable[[_Going], int]] = {
    Ends.CHECKINS: _end_checkins,
    Ends.MESSAGES: _end_messages,
    Ends.FLAGS: _end_flags,
    Ends.STEPS: _end_steps,
    Ends.VISITS: _end_visits,
    Ends.SHARING: _end_sharing,
    Ends.ORDER: _end_order,
    Ends.PUSHES: _end_pushes,
    Ends.CALENDAR: _end_calendar,
    Ends.CODES: _end_codes,
    Ends.WARDS: _end_wards,
    Ends.LOOKS: _end_looks,
    Ends.RECORDS: _end_records,
    Ends.REVIEWS: _end_reviews,
}
