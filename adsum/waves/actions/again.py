"""Inviting one person again over a channel that an officer chooses: the same messages as those of stages."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from adsum.enrolment.models import Wave
from adsum.funnel.actions import take_steps
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.models import Message
from adsum.notices.rules import Channel, MessageKind, MessageState
from adsum.people.models import Participant
from adsum.policies.queries import in_force
from adsum.waves.actions.files import WaveRefused
from adsum.waves.actions.sending import queue_invitations
from adsum.waves.models import Invitee, Stage
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import is_held, ways_again, ways_of_people
from adsum.waves.rules import sending_times, steps_said, useless_from

ALONE = "participant"  # what the invitation of somebody whom no stage invites is about


def invite_again(
    *, participant: Participant, channel: str, actor: Actor, can: Collection[Channel], now: datetime
) -> None:
    """Queue another invitation of this person over this channel, in the next sending hour; what waits is dropped.

    The code that they have holds until the new one goes. Raises WaveRefused where the channel does not reach them,
    where they are in or gone, were invited a short while ago, or their stage holds.
    """
    with transaction.atomic():
        locked = Participant.objects.select_for_update(of=("self",), no_key=True).select_related("office")
        person = locked.get(pk=participant.pk)
        again = ways_again(participant=person, can=can, now=now, seen_by=actor)
        if channel not in again.channels:
            raise WaveRefused("This way does not reach them, or they are in already.")
        if again.not_before is not None:
            when = again.not_before.astimezone(person.office.zone)
            raise WaveRefused(
                f"They were invited a short while ago. The next message can go from {when:%B %-d, %H:%M}."
            )
        stage = _lock_stage(person)
        if stage and channel != Channel.LETTER and is_held(stage_id=stage.pk, seen_by=RULES):
            raise WaveRefused("Their stage holds: no message goes until it is let go on. Give them a new code.")
        _drop_waiting(person)
        invitees = Invitee.objects.select_for_update(of=("self",)).filter(participant=person)
        (_queue_invitee if invitees.exists() else _queue_alone)(person, Channel(channel), can, now)
        policy = in_force(WavesPolicy, now=now, office_id=person.office_id).version
        record(
            verb="invitation.sent-again",
            actor=actor,
            now=now,
            subject=person,
            participant_id=person.pk,
            policy=policy,
            channel=channel,
        )


def _lock_stage(person: Participant) -> Stage | None:
    """The stage that invites them, its wave locked before any message is: nobody stops it meanwhile."""
    stage = Stage.objects.filter(pk__in=Invitee.objects.filter(participant=person).values("stage")).first()
    if stage is not None:
        Wave.objects.select_for_update(no_key=True).get(pk=stage.wave_id)
    return stage


def _drop_waiting(person: Participant) -> None:
    mine = Message.objects.filter(participant=person, kind=MessageKind.INVITATION)
    waiting = mine.filter(state__in=(MessageState.WAITING, MessageState.HELD))
    waiting.update(state=MessageState.NEEDLESS, error="invited over another channel")


def _queue_invitee(person: Participant, channel: Channel, can: Collection[Channel], now: datetime) -> None:
    """The next attempt of somebody whom a stage invites. A letter waits for the stage's next print run."""
    Invitee.objects.filter(participant=person).update(
        channel=channel, attempt=F("attempt") + 1, edition=0, batch=None, followed="waiting"
    )
    invitee = Invitee.objects.get(participant=person)
    policy = in_force(WavesPolicy, now=now, office_id=person.office_id)
    ways = ways_of_people(people=[person.pk], can=can, policy=policy, seen_by=RULES)
    queue_invitations(invitees=[invitee], ways=ways, office=person.office, now=now)


def _queue_alone(person: Participant, channel: Channel, can: Collection[Channel], now: datetime) -> None:
    """A message to somebody whom no stage has invited yet."""
    policy = in_force(WavesPolicy, now=now, office_id=person.office_id)
    ways = ways_of_people(people=[person.pk], can=can, policy=policy, seen_by=RULES)
    [at] = sending_times(1, now=now, zone=person.office.zone, policy=policy)
    about = f"{ALONE}:{person.pk}"
    Message.objects.create(
        participant=person,
        contact_id=ways[person.pk].reach.contact_for(channel),
        kind=MessageKind.INVITATION,
        about=about,
        step=Message.objects.filter(about=about).count(),
        channel=channel,
        queued_at=now,
        send_at=at,
        expires_at=useless_from(at),
        policy=policy.version,
    )


def follow_alone(*, messages: Collection[int], now: datetime) -> None:
    """Note what became of those of these messages, tried or heard of just now, that invited somebody alone."""
    with transaction.atomic():
        found = Message.objects.filter(Q(heard_at=now) | Q(heard_at__isnull=True), pk__in=messages)
        alone = found.filter(kind=MessageKind.INVITATION, about__startswith=f"{ALONE}:")
        steps = [step for one in alone for step in steps_said(one)]
        take_steps(steps=steps, actor=RULES, now=now)
        if steps:
            record(verb="invitations.followed", actor=RULES, now=now, count=len(steps))
