"""Steps taken after missed check-ins, what waits for a signature, and who is recorded as absconded."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from adsum.checkins.models import Report, Rung
from adsum.checkins.rules import Outcome, RungState
from adsum.court.models import CourtStanding
from adsum.court.rules import AGAINST, CaseState
from adsum.flags.models import Flag
from adsum.flags.rules import ADVERSE, Decision, Reason
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.misses.models import Absconding, MissStep, StepGround
from adsum.misses.rules import CHECKS, Checked
from adsum.people.queries import participants
from adsum.records.queries import confirmed_leads


def steps_of(*, participant_id: int, seen_by: Actor) -> QuerySet[MissStep]:
    """What was decided about one person's missed check-ins, newest first; they see what holds or has held."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = MissStep.objects.filter(participant__in=visible)
    if seen_by.kind == ActorKind.PARTICIPANT:
        found = found.filter(effective_at__isnull=False)
    return found.select_related("duty__plan", "decided_by", "signed_by", "answered_by", "absconding").order_by(
        "-decided_at"
    )


def steps_in_force(*, participant_id: int, duty_id: int, seen_by: Actor) -> QuerySet[MissStep]:
    """What holds against one person about this missed check-in, and that they are recorded as absconded."""
    steps = steps_of(participant_id=participant_id, seen_by=seen_by)
    about = Q(duty=duty_id) | Q(step=Decision.ABSCONDED)
    return steps.filter(about, step__in=ADVERSE, effective_at__isnull=False, undone_at__isnull=True)


def steps_about(*, duty_ids: Collection[int], seen_by: Actor) -> QuerySet[MissStep]:
    """The steps about these check-ins, newest first."""
    found = MissStep.objects.filter(duty__in=duty_ids, participant__in=participants(seen_by=seen_by))
    return found.select_related("decided_by", "signed_by").order_by("-decided_at")


def grounds_gone(*, seen_by: Actor) -> QuerySet[StepGround]:
    """What steps rest on that does not stand any more: the court has taken it back, or the record holds no more.

    Those whose step is over are among them. An order that another one has followed in the same case stands.
    """
    case = {"participant": OuterRef("standing__participant"), "court_case": OuterRef("standing__court_case")}
    ordered = CourtStanding.objects.filter(state__in=AGAINST, ended_at__isnull=True, **case)
    confirmed = confirmed_leads(seen_by=seen_by).filter(pk=OuterRef("lead"))
    order_gone = Q(standing__isnull=False) & ~Exists(ordered)
    over = Q(step__undone_at__isnull=False) | Q(step__lapsed_at__isnull=False) | Q(step__signature_agrees=False)
    gone = order_gone | Q(lead__isnull=False) & ~Exists(confirmed) | over
    visible = participants(seen_by=seen_by)
    return StepGround.objects.filter(gone, ended_at__isnull=True, step__participant__in=visible).order_by("pk")


def steps_counted_done(*, since: datetime, seen_by: Actor) -> QuerySet[MissStep]:
    """Steps about a check-in that counts as done meanwhile: proposals that wait, and, as far as nobody was asked since
    then, those in force that harm, where the rules themselves have let it count since this moment."""
    asked = _flags_about(Reason.GROUND_GONE, step="pk")
    asked = asked.filter(Q(cleared_at__isnull=True) | Q(raised_at__gte=OuterRef("duty__excuse__at")))
    by_rules = Q(duty__excuse__excused_by__isnull=True, duty__excuse__at__gte=since)
    holds = Q(step__in=ADVERSE, effective_at__isnull=False, undone_at__isnull=True) & by_rules & ~Exists(asked)
    waits = Q(needs_signature=True, signature_agrees__isnull=True, lapsed_at__isnull=True)
    visible = participants(seen_by=seen_by)
    found = MissStep.objects.filter(holds | waits, duty__excuse__isnull=False, participant__in=visible)
    return found.select_related("duty__excuse").order_by("pk")


def _flags_about(reason: Reason, *, step: str) -> QuerySet[Flag]:
    """The flags with this reason about the step of an outer question; `step`: the field that has its id there."""
    about = Concat(Value("step:"), Cast(OuterRef(step), CharField()))
    return Flag.objects.filter(participant=OuterRef("participant"), reason=reason, about=about)


def no_shows_to_tie(*, most: int, seen_by: Actor) -> list[tuple[int, int]]:
    """Who is recorded or proposed as absconded, among else for not having come to court, where an order in absentia
    came afterwards that nothing ties to it yet: (step, order)."""
    tied = StepGround.objects.filter(step=OuterRef(OuterRef("step")), standing=OuterRef("pk"))
    orders = CourtStanding.objects.filter(
        ~Exists(tied), participant=OuterRef("participant"), state=CaseState.IN_ABSENTIA, ended_at__isnull=True
    )
    waits = Q(began_at__isnull=True, step__signature_agrees__isnull=True, step__lapsed_at__isnull=True)
    stands = Q(began_at__isnull=False, ended_at__isnull=True)
    found = Absconding.objects.filter(waits | stands, court_no_show=Checked.YES)
    found = found.filter(participant__in=participants(seen_by=seen_by))
    found = found.annotate(order=Subquery(orders.order_by("pk").values("pk")[:1])).filter(order__isnull=False)
    return list(found.order_by("pk").values_list("step_id", "order")[:most])


def find_step(*, step_id: int, seen_by: Actor) -> MissStep | None:
    """One step, or None where this person may not see it."""
    found = MissStep.objects.filter(pk=step_id, participant__in=participants(seen_by=seen_by))
    if seen_by.kind == ActorKind.PARTICIPANT:
        found = found.filter(effective_at__isnull=False)
    return found.select_related("duty__plan", "participant__office", "decided_by", "signed_by").first()


def steps_to_sign(*, seen_by: Actor) -> QuerySet[MissStep]:
    """What waits for a second signature, oldest first, without what this person has proposed themselves."""
    waiting = MissStep.objects.filter(
        needs_signature=True,
        signature_agrees__isnull=True,
        lapsed_at__isnull=True,
        participant__in=participants(seen_by=seen_by),
    )
    waiting = waiting.exclude(decided_by=seen_by.id)
    return waiting.select_related("participant", "duty__plan", "decided_by", "absconding").order_by("decided_at", "pk")


def absconding_of(*, participant_id: int, seen_by: Actor) -> Absconding | None:
    """The record that this person has absconded, where one is in force."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    in_force = Absconding.objects.filter(participant__in=visible, began_at__isnull=False, ended_at__isnull=True)
    return in_force.select_related("proposed_by", "signed_by", "step").first()


def returned_people(*, seen_by: Actor) -> QuerySet[Absconding]:
    """Who is recorded as absconded and has checked in since, and since an officer looked at an earlier check-in, as
    far as none is asked now."""
    known = Coalesce(OuterRef("return_flagged_at"), OuterRef("began_at"))
    since = Report.objects.filter(participant=OuterRef("participant_id"), received_at__gt=known)
    asked = _flags_about(Reason.BACK_AGAIN, step="step_id").filter(cleared_at__isnull=True)
    in_force = Absconding.objects.filter(Q(began_at__isnull=False), ended_at__isnull=True)
    return in_force.filter(Exists(since), ~Exists(asked), participant__in=participants(seen_by=seen_by))


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    steps = steps_of(participant_id=participant_id, seen_by=seen_by).annotate(due_on=F("duty__due_on"))
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    abscondings = Absconding.objects.filter(participant__in=visible, began_at__isnull=False)
    decided = ("step", "due_on", "decided_at", "reason", "policy", "effective_at", "contest_until")
    about = ("appointed_at", "place", "level", "signed_at", "signature_reason", "contested_at", "contest_words")
    people = ("decided_by__name", "signed_by__name", "answered_by__name", "answer", "answer_reason", "undone_at")
    return {
        "decisions_about_missed_check_ins": list(steps.values(*decided, *about, *people)),
        "abscondings": list(abscondings.values("began_at", "ended_at", "end_reason", *CHECKS, "notes")),
    }


def trail_of(*, duty_ids: Collection[int], seen_by: Actor) -> list[Rung]:
    """The attempts to reach people about these missed check-ins, in their order, with those still to come."""
    found = Rung.objects.filter(duty__in=duty_ids, participant__in=participants(seen_by=seen_by))
    written = list(found.select_related("message", "officer", "duty__plan"))
    trail = [*written, *(following for rung in written for following in rung.following)]
    return sorted(trail, key=lambda rung: (rung.duty_id, rung.climb_at, rung.position))


def calls_to_make(*, seen_by: Actor, only_mine: bool = False) -> QuerySet[Rung]:
    """The calls that wait for an officer, oldest first; `only_mine`: my caseload and nobody's."""
    visible = participants(seen_by=seen_by)
    if only_mine:
        visible = visible.filter(Q(officer_id=seen_by.id) | Q(officer__isnull=True))
    answered = Report.objects.filter(duty=OuterRef("duty_id"))
    calls = Rung.objects.filter(state=RungState.TO_CALL, duty__outcome=Outcome.MISSED, participant__in=visible)
    calls = calls.exclude(Exists(answered)).select_related("participant__office", "participant__officer", "duty__plan")
    return calls.prefetch_related("participant__contacts").order_by("climb_at", "pk")
