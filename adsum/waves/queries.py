"""Files, waves, their stages, and what is measured about a stage."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from adsum.core.languages import language_name
from adsum.enrolment.models import Enrolment, Wave
from adsum.funnel.models import FunnelStep
from adsum.funnel.queries import funnel_of
from adsum.funnel.rules import Step
from adsum.ledger.rules import RULES, Actor, ActorKind, FilePart
from adsum.notices.models import Message
from adsum.notices.queries import reach_of
from adsum.notices.rules import Channel, MessageKind, MessageState, Reach
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.places.models import Address
from adsum.policies.queries import in_force
from adsum.waves.models import Invitee, LetterBatch, Stage, Verdict, WaveFile
from adsum.waves.policy import WavesPolicy
from adsum.waves.rules import UNMAILABLE, Answer, Group, Measured, enough_of, ways_to

GROUPED = ("browser", "system", "language", "channel")
NO_ANSWER_MS = 10_000
PORTION = 10_000  # a statement takes 65,535 values at most

# When each person's time is over: so long after their message, longer after a letter.
_CLOCKS = """
WITH clock AS (
    SELECT i.participant_id, COALESCE(i.invited_at, m.send_at, s.started_at) + %(hours)s::interval
            + CASE WHEN i.channel = 'letter' THEN %(letter)s::interval ELSE '0'::interval END AS ends_at,
        (i.channel = 'letter' AND i.invited_at IS NULL) AS to_print,
        (i.channel NOT IN ('letter', '') AND i.invited_at IS NULL AND m.state IN ('waiting', 'held')) AS to_go,
        (SELECT a.at FROM adsum_funnelstep a WHERE a.participant_id = i.participant_id AND a.step = 'active'
            AND a.failed = '') AS active_at
    FROM adsum_invitee i JOIN adsum_stage s ON s.id = i.stage_id LEFT JOIN adsum_message m ON m.id = i.message_id
    WHERE i.stage_id = %(stage)s
)
"""
_MEASURE = f"""{_CLOCKS}
SELECT count(*), count(*) FILTER (WHERE to_go), count(*) FILTER (WHERE to_print), count(*) FILTER (WHERE over),
    count(*) FILTER (WHERE over AND active_at <= ends_at), count(*) FILTER (WHERE active_at IS NOT NULL)
FROM (SELECT *, NOT to_go AND NOT to_print AND ends_at <= %(now)s AS over FROM clock) one
"""  # noqa: S608 - made of constants
_NEXT = f"{_CLOCKS} SELECT ends_at FROM clock WHERE NOT to_print ORDER BY ends_at LIMIT 1 OFFSET %(after)s"  # noqa: S608
_P95 = "SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY COALESCE(took_ms, %s)) FROM adsum_pagetime WHERE at > %s"


def waves_of(*, seen_by: Actor) -> QuerySet[Wave]:
    """The waves that this member of staff may see, newest first, each with how many `people` it has."""
    counted = Enrolment.objects.filter(wave=OuterRef("pk")).order_by().values("wave").annotate(n=Count("pk"))
    waves = Wave.objects.select_related("office").order_by("-started_at", "-pk")
    waves = waves.annotate(people=Coalesce(Subquery(counted.values("n")), 0))
    if seen_by.kind in (ActorKind.OPERATOR, ActorKind.RULES):
        return waves
    return waves.filter(office_id=seen_by.office_id) if seen_by.kind == ActorKind.STAFF else waves.none()


def wave_files(*, seen_by: Actor) -> QuerySet[WaveFile]:
    """The files that were uploaded for this person's office, newest first, without their content."""
    files = WaveFile.objects.defer("content", "rejects").select_related("office", "uploaded_by", "wave")
    files = files.order_by("-uploaded_at", "-pk")
    if seen_by.kind in (ActorKind.OPERATOR, ActorKind.RULES):
        return files
    return files.filter(office_id=seen_by.office_id) if seen_by.kind == ActorKind.STAFF else files.none()


def files_to_read(*, seen_by: Actor) -> list[WaveFile]:
    """The files that the worker has to try or to enrol, oldest first; for the rules."""
    waiting = WaveFile.objects.filter(content__isnull=False, refused="").select_related("office", "enrol_asked_by")
    waiting = waiting.filter(Q(tried_at__isnull=True) | Q(enrol_asked_at__isnull=False))
    return list(waiting.order_by("pk")) if seen_by.kind == ActorKind.RULES else []


def stages_of(*, wave_id: int, seen_by: Actor) -> QuerySet[Stage]:
    """The stages of a wave that have begun, in order."""
    return Stage.objects.filter(wave__in=waves_of(seen_by=seen_by), wave_id=wave_id).order_by("number")


def verdicts_of(*, stage_ids: Collection[int], seen_by: Actor) -> QuerySet[Verdict]:
    """What was found about these stages, newest first."""
    found = Verdict.objects.filter(stage__in=stage_ids, stage__wave__in=waves_of(seen_by=seen_by))
    return found.select_related("by", "stage").order_by("-pk")


def is_held(*, stage_id: int, seen_by: Actor) -> bool:
    """Whether the newest answer about this stage is that it holds."""
    last = verdicts_of(stage_ids=[stage_id], seen_by=seen_by).first()
    return last is not None and last.answer == Answer.HOLD


def batches_of(*, wave_id: int, seen_by: Actor) -> QuerySet[LetterBatch]:
    """The print runs of a wave, newest first."""
    found = LetterBatch.objects.filter(stage__wave__in=waves_of(seen_by=seen_by), stage__wave_id=wave_id)
    return found.select_related("stage__wave__office", "printed_by", "posted_by").order_by("-pk")


def find_batch(*, batch_id: int, seen_by: Actor) -> LetterBatch | None:
    """One print run, or None where it is another office's."""
    found = LetterBatch.objects.filter(pk=batch_id, stage__wave__in=waves_of(seen_by=seen_by))
    return found.select_related("stage__wave__office").first()


def letters_to_print(*, stage_ids: Collection[int], seen_by: Actor) -> QuerySet[Invitee]:
    """The letters of these stages that are in no print run yet, in the order of the draw."""
    waiting = Invitee.objects.filter(stage__in=stage_ids, channel=Channel.LETTER, batch__isnull=True)
    waiting = waiting.filter(message__state=MessageState.WAITING, participant__in=participants(seen_by=seen_by))
    waiting = waiting.filter(participant__activated_at__isnull=True)
    return waiting.order_by("pk")


def has_unsent(*, stage_id: int, seen_by: Actor) -> bool:
    """Whether messages of this stage, other than letters, wait to be tried for the first time."""
    mine = Invitee.objects.filter(stage_id=stage_id, stage__wave__in=waves_of(seen_by=seen_by))
    waiting = mine.filter(message__state=MessageState.WAITING, message__tries=0)
    return waiting.exclude(message__channel=Channel.LETTER).exists()


def people_in_no_stage(*, wave_id: int, seen_by: Actor) -> int:
    """How many people of a wave no stage has invited, who are neither in nor gone."""
    of_wave = Enrolment.objects.filter(wave_id=wave_id, wave__in=waves_of(seen_by=seen_by))
    waiting = participants(seen_by=seen_by).filter(activated_at__isnull=True, left_at__isnull=True)
    waiting = waiting.filter(pk__in=of_wave.values("participant"))
    return waiting.exclude(Exists(Invitee.objects.filter(participant=OuterRef("pk")))).count()


@dataclass(frozen=True)
class Progress:
    """How far a stage's messages are. `no_way`: nothing reaches them; `by_channel`: over what people are tried now.

    `next_at`: when the next message goes, where one waits to.
    """

    people: int
    gone: int
    no_way: int
    by_channel: dict[str, int]
    next_at: datetime | None


def progress_of(*, stage_id: int, seen_by: Actor) -> Progress:
    """How far this stage's messages are."""
    mine = Invitee.objects.filter(stage_id=stage_id, stage__wave__in=waves_of(seen_by=seen_by))
    rows = mine.values("channel").annotate(n=Count("pk"), gone=Count("invited_at")).order_by("-n")
    by_channel = {row["channel"]: row["n"] for row in rows}
    no_way = by_channel.pop("", 0)
    waiting = mine.exclude(channel=Channel.LETTER).filter(message__state=MessageState.WAITING)
    next_at = waiting.aggregate(at=Min("message__send_at"))["at"]
    return Progress(sum(row["n"] for row in rows), sum(row["gone"] for row in rows), no_way, by_channel, next_at)


def people_of_stage(*, stage_id: int, seen_by: Actor) -> QuerySet[Participant]:
    """Whom this stage invites."""
    mine = Invitee.objects.filter(stage_id=stage_id)
    return participants(seen_by=seen_by).filter(pk__in=mine.values("participant"))


def measure_stage(*, stage: Stage, now: datetime, policy: WavesPolicy, seen_by: Actor) -> Measured:
    """What is known about a stage now, for the rule that lets it go on."""
    if not waves_of(seen_by=seen_by).filter(pk=stage.wave_id).exists():
        return Measured(0, 0, 0, 0, 0, 0)
    hours, letter = timedelta(hours=policy.measured_hours), timedelta(days=policy.letter_days)
    given = {"stage": stage.pk, "now": now, "hours": hours, "letter": letter}
    [(people, to_go, to_print, measured, in_time, active)] = _ask(_MEASURE, given)
    enough = enough_of(people, policy)
    next_at = _ask(_NEXT, {**given, "after": max(0, enough - 1)}) if measured < enough else []
    by_letter = Q(channel=Channel.LETTER)
    over = Invitee.objects.filter(
        by_letter & Q(invited_at__lte=now - hours - letter) | ~by_letter & Q(invited_at__lte=now - hours), stage=stage
    )
    counted = participants(seen_by=seen_by).filter(pk__in=over.values("participant"))
    [(p95,)] = _ask(_P95, [NO_ANSWER_MS, now - timedelta(minutes=policy.load_minutes)])
    return Measured(
        people=people,
        to_go=to_go,
        to_print=to_print,
        measured=measured,
        measured_active=in_time,
        active=active,
        met=_failures_met(stage),
        groups=[group for kind in GROUPED for group in _groups(kind, counted, seen_by)],
        p95_ms=p95,
        next_at=next_at[0][0] if next_at else None,
    )


def _ask(statement: str, given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[Any] = cursor.fetchall()
    return found


def _failures_met(stage: Stage) -> dict[str, int]:
    """How many people of the stage met each class of failure and are not active."""
    mine = FunnelStep.objects.filter(participant__in=Invitee.objects.filter(stage=stage).values("participant"))
    active = FunnelStep.objects.filter(participant=OuterRef("participant"), step=Step.ACTIVE, failed="")
    met = mine.exclude(failed="").exclude(Exists(active)).order_by().values("failed")
    return {row["failed"]: row["n"] for row in met.annotate(n=Count("participant", distinct=True))}


def _groups(kind: str, people: QuerySet[Participant], seen_by: Actor) -> list[Group]:
    """Those people by what they share; whose browser nobody has seen belongs to none."""
    found = funnel_of(people=people, seen_by=seen_by, by=kind)
    words = language_name if kind == "language" else str
    return [
        Group(kind, one.name, one.people, one.reached[Step.ACTIVE], words(one.name))
        for one in found
        if one.name and one.people
    ]


def _mailable_among(people: Collection[int], seen_by: Actor) -> set[int]:
    """Which of these people have an address to which a letter can go."""
    found = Address.objects.filter(participant__in=people, until__isnull=True).exclude(street="")
    found = found.exclude(faults__overlap=sorted(UNMAILABLE)).filter(participant__in=participants(seen_by=seen_by))
    return set(found.values_list("participant_id", flat=True))


@dataclass(frozen=True)
class Ways:
    """Over which channels somebody can be reached, in the order of preference, and the contact that each writes to."""

    channels: list[Channel]
    reach: Reach


def ways_of_people(
    *, people: Sequence[int], can: Collection[Channel], policy: WavesPolicy, seen_by: Actor
) -> dict[int, Ways]:
    """How each of these people can be reached; for the rules. They may be a whole wave: they are asked in portions."""
    found: dict[int, Ways] = {}
    for start in range(0, len(people), PORTION):
        portion = people[start : start + PORTION]
        mailable = _mailable_among(portion, seen_by)
        for person, reach in reach_of(of=portion, seen_by=seen_by).items():
            channels = ways_to(
                phone=reach.phone is not None and Channel.SMS in reach.channels,
                email=reach.email is not None and Channel.EMAIL in reach.channels,
                mailable=person in mailable,
                can=can,
                policy=policy,
            )
            found[person] = Ways(channels, reach)
    return found


@dataclass(frozen=True)
class Again:
    """Over which channels somebody can be invited once more; `not_before`: they got an invitation not long ago."""

    channels: list[Channel]
    not_before: datetime | None = None


def ways_again(*, participant: Participant, can: Collection[Channel], now: datetime, seen_by: Actor) -> Again:
    """How this person can be invited again. Who is in, gone, or may not be seen, cannot be.

    A letter goes with a print run of a stage: somebody without a stage gets a new code on paper instead.
    """
    waiting = participants(seen_by=seen_by).filter(activated_at__isnull=True, left_at__isnull=True)
    if not waiting.filter(pk=participant.pk).exists():
        return Again([])
    policy = in_force(WavesPolicy, now=now, office_id=participant.office_id)
    ways = ways_of_people(people=[participant.pk], can=can, policy=policy, seen_by=RULES)[participant.pk]
    is_invitee = Invitee.objects.filter(participant=participant).exists()
    states = (MessageState.WAITING, MessageState.SENT, MessageState.DELIVERED)
    before = Message.objects.filter(participant=participant, kind=MessageKind.INVITATION, state__in=states)
    last = before.aggregate(at=Max(Coalesce("sent_at", "queued_at")))["at"]
    free = last + timedelta(hours=policy.again_hours) if last else None
    channels = [one for one in ways.channels if is_invitee or one != Channel.LETTER]
    return Again(channels, free if free and free > now else None)


def changed_invitees(*, seen_by: Actor, most: int) -> QuerySet[Invitee]:
    """Whose message stands elsewhere than when it was last looked at; for the rules."""
    changed = Invitee.objects.filter(message__isnull=False).exclude(message__state=F("followed"))
    changed = changed.select_related("message", "participant__office", "stage__wave__office").order_by("pk")
    return changed[:most] if seen_by.kind == ActorKind.RULES else changed.none()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    mine = Invitee.objects.filter(participant__in=visible)
    return {"stages": list(mine.values("stage__wave__name", "stage__number", "channel", "invited_at"))}
