"""Stages go on, wait or hold: judged by the rules again and again, and by a supervisor with a reason."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adsum.core.text import clean_text
from adsum.enrolment.models import Wave
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.rules import Channel
from adsum.offices.models import Staff
from adsum.policies.queries import in_force
from adsum.waves.actions.files import WaveRefused
from adsum.waves.actions.sending import hold_messages, release_messages
from adsum.waves.actions.starting import start_stage
from adsum.waves.models import Stage, Verdict
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import measure_stage
from adsum.waves.rules import Answer, Judgement, Measured, judge, percent_of


def judge_stages(*, can: Collection[Channel], now: datetime) -> int:
    """Judge the newest stage of each wave; what goes on goes on at once. Returns how many answers are new.

    One transaction a stage: judged twice it says the same once, and a stopped worker catches up.
    """
    newest = Stage.objects.values("wave").annotate(newest=Max("pk")).values("newest")
    return sum(_judge(stage, can, now) for stage in Stage.objects.filter(pk__in=newest).order_by("pk"))


def _judge(stage: Stage, can: Collection[Channel], now: datetime) -> bool:
    with transaction.atomic():
        wave = Wave.objects.select_for_update(no_key=True).select_related("office").get(pk=stage.wave_id)
        last = Verdict.objects.filter(stage=stage).order_by("-pk").first()
        if _is_settled(stage, last):
            return False
        policy = in_force(WavesPolicy, now=now, office_id=wave.office_id)
        seen = measure_stage(stage=stage, now=now, policy=policy, seen_by=RULES)
        judgement = judge(seen, accepted=_accepted(stage), policy=policy)
        answer = judgement.answer
        if answer is Answer.GO_ON and percent_of(stage.number + 1, policy) is None:
            answer = Answer.DONE
        if last and not last.by_person and _is_same(last, answer, judgement):
            return False
        stage.wave = wave
        _keep(stage, answer, judgement, seen, policy, now)
        if answer is Answer.HOLD:
            hold_messages(stage=stage, now=now)
        elif last and last.answer == Answer.HOLD:
            release_messages(stage=stage, now=now)
        if answer is Answer.GO_ON:
            start_stage(wave=wave, number=stage.number + 1, actor=RULES, can=can, now=now)
    return True


def _is_settled(stage: Stage, last: Verdict | None) -> bool:
    """Another stage has begun meanwhile, the wave is done, or a person has stopped it."""
    if Stage.objects.filter(wave=stage.wave_id, number__gt=stage.number).exists():
        return True
    return last is not None and (last.answer == Answer.DONE or (last.by_person and last.answer == Answer.HOLD))


def _accepted(stage: Stage) -> set[str]:
    """The reasons over which a person has gone on in this stage."""
    passed = Verdict.objects.filter(stage=stage, by_person=True, answer=Answer.GO_ON)
    return {reason["key"] for verdict in passed for reason in verdict.reasons}


def _is_same(last: Verdict, answer: Answer, judgement: Judgement) -> bool:
    return last.answer == answer and [one["key"] for one in last.reasons] == [one.key for one in judgement.reasons]


def _keep(
    stage: Stage, answer: Answer, judgement: Judgement, seen: Measured, policy: WavesPolicy, now: datetime
) -> None:
    verdict = Verdict.objects.create(
        stage=stage,
        at=now,
        answer=answer,
        reasons=[asdict(one) for one in judgement.reasons],
        figures=_figures(seen),
        next_at=seen.next_at if answer is Answer.WAIT else None,
        policy=policy.version,
    )
    record(
        verb="stage.judged",
        actor=RULES,
        now=now,
        subject=verdict,
        policy=policy.version,
        stage=stage.pk,
        answer=answer,
        reasons=[one.key for one in judgement.reasons],
    )


def _figures(seen: Measured) -> dict[str, Any]:
    """The measures behind an answer, as they are kept."""
    numbers = ("people", "to_go", "to_print", "measured", "measured_active", "active", "p95_ms")
    return {**{name: getattr(seen, name) for name in numbers}, "met": dict(seen.met), "groups": _groups(seen.groups)}


def _groups(groups: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(one) for one in groups]


def go_on(
    *, stage: Stage, words: str, actor: Actor, staff: Staff | None = None, can: Collection[Channel], now: datetime
) -> None:
    """A person lets a stage that holds go on, with a reason: what is left of it goes, or the next stage begins.

    The reasons for which it held are accepted for this stage; a new one makes it hold again. Raises WaveRefused.
    """
    said = _reason(words)
    with transaction.atomic():
        wave, last = _locked(stage)
        if last is None or last.answer != Answer.HOLD:
            raise WaveRefused("This stage does not hold.")
        policy = in_force(WavesPolicy, now=now, office_id=wave.office_id)
        _say(stage, Answer.GO_ON, said, last.reasons, actor, staff, policy, now)
        if not release_messages(stage=stage, now=now) and not last.figures.get("to_go"):
            following = percent_of(stage.number + 1, policy)
            if following is not None and not last.by_person:
                start_stage(wave=wave, number=stage.number + 1, actor=actor, staff=staff, can=can, now=now)


def stop_stage(*, stage: Stage, words: str, actor: Actor, staff: Staff | None = None, now: datetime) -> None:
    """A person stops a stage, with a reason; it holds until a person lets it go on. Raises WaveRefused."""
    said = _reason(words)
    with transaction.atomic():
        wave, last = _locked(stage)
        if last is not None and last.answer in (Answer.HOLD, Answer.DONE):
            raise WaveRefused("This stage holds already." if last.answer == Answer.HOLD else "This wave is done.")
        hold_messages(stage=stage, now=now)
        policy = in_force(WavesPolicy, now=now, office_id=wave.office_id)
        _say(stage, Answer.HOLD, said, [], actor, staff, policy, now)


def _reason(words: str) -> str:
    said = clean_text(words, longest=1_000)
    if not said.strip():
        raise WaveRefused("Write down why.")
    return said


def _locked(stage: Stage) -> tuple[Wave, Verdict | None]:
    """The wave, locked, and the newest verdict of this stage, which must be the wave's newest stage."""
    wave = Wave.objects.select_for_update(no_key=True).select_related("office").get(pk=stage.wave_id)
    if Stage.objects.filter(wave=wave, number__gt=stage.number).exists():
        raise WaveRefused("The next stage has begun already.")
    stage.wave = wave
    return wave, Verdict.objects.filter(stage=stage).order_by("-pk").first()


def _say(
    stage: Stage,
    answer: Answer,
    words: str,
    reasons: list[dict[str, str]],
    actor: Actor,
    staff: Staff | None,
    policy: WavesPolicy,
    now: datetime,
) -> None:
    """Keep what a person has said about a stage, in the verdicts and in the ledger."""
    verdict = Verdict.objects.create(
        stage=stage, at=now, answer=answer, reasons=reasons, by=staff, by_person=True, words=words,
        policy=policy.version,
    )  # fmt: skip
    record(
        verb="stage.let-go-on" if answer is Answer.GO_ON else "stage.stopped",
        actor=actor,
        now=now,
        subject=verdict,
        policy=policy.version,
        stage=stage.pk,
        reasons=[one["key"] for one in reasons],
    )
