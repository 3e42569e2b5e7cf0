"""Invitations on their way: queued at the policy's rate, written with a code, followed, tried over the next channel."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from adsum.enrolment.actions import issue_invitations
from adsum.enrolment.models import Wave
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.queries import others_code_open
from adsum.funnel.actions import take_steps
from adsum.funnel.rules import Failed, Step, StepTaken
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.channels.words import write_invitation
from adsum.notices.models import Message
from adsum.notices.rules import Channel, MessageKind, MessageState, Outgoing
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.policies.queries import in_force
from adsum.waves.models import Invitee, Stage
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import Ways, changed_invitees, is_held, ways_of_people
from adsum.waves.rules import code_of, sending_times, steps_said, useless_from

BATCH = 2_000
LATE = timedelta(minutes=5)
OVER = frozenset({MessageState.FAILED, MessageState.GAVE_UP, MessageState.NEEDLESS})

_POINT = """
UPDATE adsum_invitee i SET message_id = m.id, followed = 'waiting' FROM adsum_message m
WHERE i.id = ANY(%s) AND m.about = 'invitee:' || i.id AND m.step = i.attempt
"""
_MOVE = """
UPDATE adsum_message m SET send_at = t.at, state = 'waiting', expires_at = %s
FROM unnest(%s::bigint[], %s::timestamptz[]) AS t (id, at) WHERE m.id = t.id AND m.tries = 0 AND m.state = %s
"""


def queue_invitations(
    *, invitees: Sequence[Invitee], ways: Mapping[int, Ways], office: FieldOffice, now: datetime
) -> None:
    """Make the next message of each of these people, in their order: spread over time, within the sending hours.

    What is queued for a stage that holds waits with the rest of it.
    """
    policy = in_force(WavesPolicy, now=now, office_id=office.pk)
    electronic = sum(one.channel != Channel.LETTER for one in invitees)
    times = sending_times(electronic, now=now, zone=office.zone, policy=policy)
    with transaction.atomic():
        Message.objects.bulk_create(
            (
                Message(
                    participant_id=one.participant_id,
                    contact_id=ways[one.participant_id].reach.contact_for(Channel(one.channel)),
                    kind=MessageKind.INVITATION,
                    about=f"invitee:{one.pk}",
                    step=one.attempt,
                    channel=one.channel,
                    queued_at=now,
                    send_at=now if one.channel == Channel.LETTER else (at := next(times)),
                    expires_at=useless_from(now if one.channel == Channel.LETTER else at),
                    policy=policy.version,
                )
                for one in invitees
            ),
            batch_size=BATCH,
        )
        with connection.cursor() as cursor:
            cursor.execute(_POINT, [[one.pk for one in invitees]])
        record(verb="invitations.queued", actor=RULES, now=now, policy=policy.version, count=len(invitees))
        stages = Stage.objects.filter(pk__in={one.stage_id for one in invitees}).order_by("pk")
        list(Wave.objects.select_for_update(no_key=True).filter(pk__in=stages.values("wave")).order_by("pk"))
        for stage in stages:
            if is_held(stage_id=stage.pk, seen_by=RULES):
                hold_messages(stage=stage, now=now)


def write_invitations(*, messages: Iterable[Message], now: datetime) -> dict[int, Outgoing]:
    """The words of those of these messages that are invitations, each with its code, which is open from now on.

    One that was written before, by a worker that was stopped, is written again with the same code. Who has come in
    meanwhile, or got another code from an officer, is not among them.
    """
    mine = {one.pk: one for one in messages if one.kind == MessageKind.INVITATION}
    if not mine:
        return {}
    with transaction.atomic():
        waiting = Invitee.objects.filter(participant__activated_at__isnull=True, participant__left_at__isnull=True)
        current = waiting.filter(message__in=mine)
        wanted = _alone(mine.values()) | {one.participant_id: (one.message_id or 0, one.edition) for one in current}
        codes = {person: _code(pk, edition, now) for person, (pk, edition) in wanted.items()}
        for person in others_code_open(codes=codes, since=_queued(mine.values()), now=now, seen_by=RULES):
            codes.pop(person)
        still_open = issue_invitations(codes=codes, actor=RULES, now=now)
        record(verb="invitations.written", actor=RULES, now=now, count=len(still_open))
    return {wanted[person][0]: write_invitation(mine[wanted[person][0]], code=codes[person]) for person in still_open}


def _alone(messages: Iterable[Message]) -> dict[int, tuple[int, int]]:
    """The messages to people whom no stage invites, by person, without those who are in or gone meanwhile."""
    found = {one.participant_id: (one.pk, 0) for one in messages if one.about_id("participant") is not None}
    still = Participant.objects.filter(pk__in=found, activated_at__isnull=True, left_at__isnull=True)
    return {person: found[person] for person in still.values_list("pk", flat=True)} if found else {}


def _code(message_id: int, edition: int, now: datetime) -> str:
    length = in_force(EnrolmentPolicy, now=now).code_length
    return code_of(message_id, edition=edition, secret=settings.SECRET_KEY, length=length)


def _queued(messages: Iterable[Message]) -> dict[int, datetime]:
    return {one.participant_id: one.queued_at for one in messages}


def follow_invitations(*, can: Collection[Channel], now: datetime) -> int:
    """Act on what became of invitations: note steps, try the next channel where one failed. Returns how many changed.

    Each change is acted on once, in the transaction that notes that it was; a stopped worker catches up.
    """
    count = 0
    while batch := _follow_batch(can, now):
        count += batch
    return count


def _follow_batch(can: Collection[Channel], now: datetime) -> int:
    with transaction.atomic():
        changed = list(changed_invitees(seen_by=RULES, most=BATCH).select_for_update(of=("self",), skip_locked=True))
        _try_next(note_followed(invitees=changed, now=now), can, now)
    return len(changed)


def note_followed(*, invitees: Collection[Invitee], now: datetime) -> list[Invitee]:
    """Note what their messages have become: the steps of these people, and since when they are invited.

    Returns those whose message has failed.
    """
    with transaction.atomic():
        steps = [step for one in invitees if one.message for step in steps_said(one.message)]
        take_steps(steps=steps, actor=RULES, now=now)
        for one in invitees:
            assert one.message
            one.followed = one.message.state
            one.invited_at = one.invited_at or one.message.sent_at
        Invitee.objects.bulk_update(invitees, ["followed", "invited_at"], batch_size=BATCH)
        over = [one for one in invitees if one.followed in OVER and one.participant.activated_at is None]
        if invitees:
            record(verb="invitations.followed", actor=RULES, now=now, count=len(invitees), failed=len(over))
    return over


def _try_next(over: Sequence[Invitee], can: Collection[Channel], now: datetime) -> None:
    """The next channel for people whose message has failed, unless they hold another code that is still good."""
    codes = {one.participant_id: _code(one.message_id or 0, one.edition, now) for one in over}
    queued = {one.participant_id: one.message.queued_at for one in over if one.message}
    others = others_code_open(codes=codes, since=queued, now=now, seen_by=RULES)
    by_office: dict[FieldOffice, list[Invitee]] = {}
    for one in over:
        if one.participant_id not in others:
            by_office.setdefault(one.stage.wave.office, []).append(one)
    for office, invitees in by_office.items():
        _try_next_in(office, invitees, can, now)


def _try_next_in(office: FieldOffice, invitees: Sequence[Invitee], can: Collection[Channel], now: datetime) -> None:
    policy = in_force(WavesPolicy, now=now, office_id=office.pk)
    people = [one.participant_id for one in invitees]
    ways = ways_of_people(people=people, can=can, policy=policy, seen_by=RULES)
    about = Message.objects.filter(about__in=[f"invitee:{one.pk}" for one in invitees])
    tried = set(about.values_list("participant_id", "channel"))
    again: list[Invitee] = []
    stuck: list[Invitee] = []
    for one in invitees:
        left = [way for way in ways[one.participant_id].channels if (one.participant_id, way) not in tried]
        one.channel, one.attempt = (left[0], one.attempt + 1) if left else ("", one.attempt)
        (again if left else stuck).append(one)
    Invitee.objects.bulk_update(invitees, ["channel", "attempt"], batch_size=BATCH)
    queue_invitations(invitees=again, ways=ways, office=office, now=now)
    note_no_way(people=[one.participant_id for one in stuck], now=now)


def note_no_way(*, people: Collection[int], now: datetime) -> None:
    """Nothing that we know reaches these people: an officer has to find a way."""
    with transaction.atomic():
        take_steps(steps=[StepTaken(one, Step.INVITED, failed=Failed.NO_WAY) for one in people], actor=RULES, now=now)
        record(verb="invitations.without-a-way", actor=RULES, now=now, count=len(people))


def respread(*, now: datetime) -> int:
    """Move on what should have gone long ago, after a stop, so that it does not go all at once. Returns how many."""
    late = Message.objects.filter(kind=MessageKind.INVITATION, state=MessageState.WAITING, tries=0)
    late = late.exclude(channel=Channel.LETTER).filter(send_at__lt=now - LATE)
    stages = Stage.objects.filter(pk__in=Invitee.objects.filter(message__in=late).values("stage"))
    count = 0
    with transaction.atomic():
        for stage in stages.select_related("wave__office"):
            count += _spread(stage, MessageState.WAITING, now)
        if count:
            record(verb="invitations.respread", actor=RULES, now=now, count=count)
    return count


def hold_messages(*, stage: Stage, now: datetime) -> int:
    """Nothing of this stage that has not been tried goes until it is released. Returns how many wait."""
    with transaction.atomic():
        count = _unsent(stage, MessageState.WAITING).update(state=MessageState.HELD)
        record(verb="invitations.held", actor=RULES, now=now, subject=stage, count=count)
    return count


def release_messages(*, stage: Stage, now: datetime) -> int:
    """What was held goes on, from now on at the policy's rate. Returns how many."""
    with transaction.atomic():
        count = _spread(stage, MessageState.HELD, now)
        record(verb="invitations.released", actor=RULES, now=now, subject=stage, count=count)
    return count


def _unsent(stage: Stage, state: MessageState) -> QuerySet[Message]:
    mine = Message.objects.filter(pk__in=Invitee.objects.filter(stage=stage).values("message"))
    return mine.filter(state=state, tries=0).exclude(channel=Channel.LETTER)


def _spread(stage: Stage, state: MessageState, now: datetime) -> int:
    """Give the messages of a stage in this state new times, in the order they had."""
    office = stage.wave.office
    policy = in_force(WavesPolicy, now=now, office_id=office.pk)
    ids = list(_unsent(stage, state).order_by("send_at", "pk").values_list("pk", flat=True))
    times = list(sending_times(len(ids), now=now, zone=office.zone, policy=policy))
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [useless_from(times[-1]), ids, times, state])
        moved: int = cursor.rowcount
    return moved
