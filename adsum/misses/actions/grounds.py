"""What a step rests on: kept when it is decided; once it is taken back, the step is before an officer again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from adsum.checkins.rules import ExcuseReason, Outcome
from adsum.court.queries import orders_against
from adsum.flags.actions import raise_flags
from adsum.flags.rules import DECISIONS, Decision, NewFlag, Reason
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.misses.models import MissStep, StepGround
from adsum.misses.queries import grounds_gone, no_shows_to_tie, steps_counted_done
from adsum.misses.rules import CHECKS
from adsum.records.queries import confirmed_leads

AT_ONCE = 500
ORDER_GONE = "The court has taken back its order, which stood when this was decided"
RECORD_GONE = "A record that stood when this was decided does not hold any more"
LOOKED_BACK = timedelta(days=365)  # flags are kept at least as long: nobody is asked twice
WHY_DONE = {
    ExcuseReason.IN_LINE: "it stood in line in time",
    ExcuseReason.OFFLINE: "it was made in time, without internet",
    ExcuseReason.FAILED_TRY: "the person had tried, and could not send it",
    ExcuseReason.OUTAGE: "Adsum was down",
    ExcuseReason.OFFICE_CLOSED: "the office was closed",
}


def keep_grounds(*, step: MissStep, seen_by: Actor, now: datetime) -> None:
    """Note what stands against the person while this is decided: the officer had it on the screen."""
    with transaction.atomic():
        person = step.participant_id
        orders = orders_against(participant_id=person, seen_by=seen_by)
        leads = confirmed_leads(seen_by=seen_by).filter(participant=person)
        grounds = [StepGround(step=step, standing=one) for one in orders]
        grounds += [StepGround(step=step, lead=one) for one in leads]
        StepGround.objects.bulk_create(grounds)
        if grounds:
            record(
                verb="step.grounded", actor=RULES, now=now, subject=step, participant_id=person, policy=step.policy,
                count=len(grounds),
            )  # fmt: skip


def flag_groundless(*, now: datetime) -> int:
    """Steps whose ground was taken back, or whose check-in counts as done by the rules since: one that holds is before
    an officer, who is told who had decided what; one that waits for a signature lapses, and a check-in that is still
    missed is decided anew. Returns how many. Nothing is undone by itself, and nothing that harms stands without a
    person's word."""
    with transaction.atomic():
        _tie_no_shows(now)
        words = _end_grounds(now)
        for step_id, said in _counted_done(now).items():
            words.setdefault(step_id, []).append(said)
        steps = _standing(words)
        if not steps:
            return 0
        lapsed = [step for step in steps if step.waits]
        MissStep.objects.filter(pk__in=[step.pk for step in lapsed]).update(lapsed_at=now)
        flags = [_again(step, words[step.pk]) if step.waits else _flag(step, words[step.pk]) for step in steps]
        raise_flags(flags=[flag for flag in flags if flag], actor=RULES, now=now)
        lines = (Line("step.ground-gone", RULES, "missstep", one.pk, one.participant_id, one.policy) for one in steps)
        record_lines(lines=lines, now=now)
    return len(steps)


def _end_grounds(now: datetime) -> dict[int, list[str]]:
    """End the grounds that were taken back; returns of which steps they were, with words about it."""
    gone = list(grounds_gone(seen_by=RULES).select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    StepGround.objects.filter(pk__in=[one.pk for one in gone]).update(ended_at=now)
    return _words_of(gone)


def _counted_done(now: datetime) -> dict[int, str]:
    """The steps about check-ins that count as done meanwhile, with words about it."""
    found = steps_counted_done(since=now - LOOKED_BACK, seen_by=RULES)
    steps = found.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE]
    return {step.pk: _done_since(step) for step in steps}


def _done_since(step: MissStep) -> str:
    excuse = step.duty.excuse
    why = WHY_DONE.get(ExcuseReason(excuse.reason), "it was excused")
    return f"The check-in it rests on counts as done since {_day(excuse.at)}: {why}"


def _tie_no_shows(now: datetime) -> None:
    """“Did not come to court” was answered before the order in absentia came: it rests on that order all the same."""
    untied = no_shows_to_tie(most=AT_ONCE, seen_by=RULES)
    ties = [StepGround(step_id=step, standing_id=order) for step, order in untied]
    StepGround.objects.bulk_create(ties, ignore_conflicts=True)
    if ties:
        record(verb="step.grounded", actor=RULES, now=now, count=len(ties))


def _standing(ids: Collection[int]) -> list[MissStep]:
    """Those of these steps that hold, or wait for a signature."""
    steps = MissStep.objects.filter(pk__in=ids, undone_at=None, lapsed_at=None)
    steps = steps.exclude(signature_agrees=False).select_for_update(of=("self",))
    return list(steps.select_related("duty", "decided_by", "signed_by", "absconding").order_by("pk"))


def _words_of(gone: Sequence[StepGround]) -> dict[int, list[str]]:
    words: dict[int, list[str]] = {}
    for one in gone:
        said = ORDER_GONE if one.standing_id else RECORD_GONE
        words.setdefault(one.step_id, []).extend([] if said in words.get(one.step_id, []) else [said])
    return words


def _flag(step: MissStep, words: list[str]) -> NewFlag:
    details = {"due_on": step.duty.due_on.isoformat(), "ground": [*words, *_told(step)]}
    return NewFlag(step.participant_id, Reason.GROUND_GONE, f"step:{step.pk}", details)


def _again(step: MissStep, words: list[str]) -> NewFlag | None:
    if step.duty.outcome != Outcome.MISSED:
        return None
    details = {"due_on": step.duty.due_on.isoformat(), "ground": [*words, *_told(step), "It was not signed yet"]}
    return NewFlag(step.participant_id, Reason.MISSED_CHECK_IN, f"duty:{step.duty_id}", details)


def _told(step: MissStep) -> list[str]:
    """Who has decided what, and, of “absconded”, which line of the checklist to look at."""
    told = [
        f"{step.decided_by.name} on {_day(step.decided_at)}: {DECISIONS[Decision(step.step)]}. Reason: “{step.reason}”"
    ]
    told += [f"{step.signed_by.name} signed it: “{step.signature_reason}”"] if step.signed_by else []
    if step.step == Decision.ABSCONDED and step.absconding.court_no_show == "yes":
        told.append(f"Its checklist says: {CHECKS['court_no_show'].lower()}. Look at that line again")
    return told


def _day(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"
