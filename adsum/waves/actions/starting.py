"""A stage begins: who is in it is drawn, their invitations are queued."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from adsum.enrolment.models import Enrolment, Wave
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.rules import Channel
from adsum.offices.models import Staff
from adsum.policies.queries import in_force
from adsum.waves.actions.files import WaveRefused
from adsum.waves.actions.sending import note_no_way, queue_invitations
from adsum.waves.models import Invitee, Stage
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import has_unsent, is_held, ways_of_people
from adsum.waves.rules import Candidate, drawn, percent_of


def start_stage(
    *, wave: Wave, number: int, actor: Actor, staff: Staff | None = None, can: Collection[Channel], now: datetime
) -> Stage:
    """Invite everybody who is in by the end of this stage and has not been invited by an earlier one.

    Who has signed in meanwhile is not invited. After the last stage of the plan further ones may begin, for people who
    were enrolled meanwhile. Raises WaveRefused where the stage has begun before, is not next, or the newest one holds.
    """
    policy = in_force(WavesPolicy, now=now, office_id=wave.office_id)
    planned = percent_of(number, policy)
    percent = planned or policy.stage_percents[-1]
    with transaction.atomic():
        Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
        begun = Stage.objects.filter(wave=wave).count()
        if number <= begun:
            raise WaveRefused(f"Stage {number} has begun already.")
        if number != begun + 1:
            raise WaveRefused(f"Stage {number} is not the next one of this wave.")
        _refuse_early(wave, is_further=planned is None)
        stage = Stage.objects.create(
            wave=wave, number=number, percent=percent, started_at=now, started_by=staff, policy=policy.version
        )
        count = _invite(stage, can, now, policy)
        if number == 1 and not count:
            raise WaveRefused("This wave has nobody who could be invited: everybody is in already, or it is empty.")
        if planned is None and not count:
            raise WaveRefused("All stages of this wave have begun, and nobody of it waits to be invited.")
        record(
            verb="stage.started",
            actor=actor,
            now=now,
            subject=stage,
            policy=policy.version,
            wave=wave.pk,
            number=number,
            percent=percent,
            people=count,
        )
    return stage


def _refuse_early(wave: Wave, *, is_further: bool) -> None:
    """Once the next stage has begun, nobody lets an earlier one go on, or stops it."""
    newest = Stage.objects.filter(wave=wave).order_by("-number").first()
    if newest is not None and is_held(stage_id=newest.pk, seen_by=RULES):
        raise WaveRefused(f"Stage {newest.number} holds: let it go on first.")
    if newest is not None and is_further and has_unsent(stage_id=newest.pk, seen_by=RULES):
        raise WaveRefused(f"Messages of stage {newest.number} have not gone yet: start the next one after them.")


def _invite(stage: Stage, can: Collection[Channel], now: datetime, policy: WavesPolicy) -> int:
    """Draw the people of this stage and queue their invitations; returns how many they are."""
    here = Enrolment.objects.filter(wave=stage.wave, participant__left_at__isnull=True)
    everybody = here.order_by("participant_id")
    languages = dict(everybody.values_list("participant_id", "participant__language"))
    ways = ways_of_people(people=list(languages), can=can, policy=policy, seen_by=RULES)
    first = {person: next(iter(found.channels), "") for person, found in ways.items()}
    people = [Candidate(one, (language, first[one])) for one, language in languages.items()]
    in_already = everybody.filter(participant__activated_at__isnull=False)
    in_or_invited = set(in_already.values_list("participant_id", flat=True))
    in_or_invited |= set(Invitee.objects.filter(stage__wave=stage.wave).values_list("participant_id", flat=True))
    chosen = [one for one in drawn(people, wave_id=stage.wave_id, percent=stage.percent) if one not in in_or_invited]
    invitees = Invitee.objects.bulk_create(
        Invitee(stage=stage, participant_id=one, channel=first[one]) for one in chosen
    )
    reachable = [one for one in invitees if one.channel]
    queue_invitations(invitees=reachable, ways=ways, office=stage.wave.office, now=now)
    note_no_way(people=[one.participant_id for one in invitees if not one.channel], now=now)
    return len(invitees)
