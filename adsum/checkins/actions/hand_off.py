"""A computer that does not know its place asks a phone, by a code that lives for minutes and works once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from adsum.checkins.models import HandOff, HandOffTry
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import count_hand_off_tries
from adsum.checkins.rules import GivenPlace, HandOffAnswer
from adsum.core.ids import keyed_hash, new_code, read_code
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, STRANGER
from adsum.people.models import Participant
from adsum.policies.queries import in_force


@dataclass(frozen=True)
class Offer:
    """What the computer shows: the code for the phone and until when it works, or that the place has come."""

    code: str
    until: datetime
    arrived: bool


def offer_hand_off(*, participant: Participant, key: UUID, shown_code: str, now: datetime) -> Offer:
    """A code for the report in the making with this key; the one that is shown already, while it still works."""
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        known = HandOff.objects.filter(participant=participant, key=key).first()
        if known and known.used_at:
            return Offer("", known.expires_at, arrived=True)
        code = read_code(shown_code)
        if known and known.expires_at > now and known.code_hash == _hash(code):
            return Offer(code, known.expires_at, arrived=False)
        code = _fresh_code(now)
        until = now + timedelta(minutes=in_force(CheckinPolicy, now=now).hand_off_minutes)
        offered, _ = HandOff.objects.update_or_create(
            participant=participant, key=key, defaults={"code_hash": _hash(code), "made_at": now, "expires_at": until}
        )
        record(
            verb="hand-off.offered",
            actor=participant.as_actor(),
            now=now,
            subject=offered,
            participant_id=participant.pk,
            policy=in_force(CheckinPolicy, now=now).version,
        )
    return Offer(code, until, arrived=False)


def _fresh_code(now: datetime) -> str:
    while True:
        code = new_code(in_force(CheckinPolicy, now=now).hand_off_code_length)
        if not HandOff.objects.filter(code_hash=_hash(code)).exists():
            return code


def _hash(code: str) -> str:
    return keyed_hash(settings.SECRET_KEY, "hand-off", code)


def hand_over_place(*, typed_code: str, place: GivenPlace, network: str, now: datetime) -> HandOffAnswer:
    """Give a phone's place to the report that the code belongs to. Whose it is, nobody learns.

    A wrong, a used and an expired code have the same answer; after too many of them from one network it is WAIT.
    """
    network_hash = keyed_hash(settings.SECRET_KEY, "network", network)
    with transaction.atomic():
        since = now - timedelta(minutes=in_force(CheckinPolicy, now=now).hand_off_tries_minutes)
        tries = count_hand_off_tries(network_hash=network_hash, since=since, seen_by=RULES)
        if tries >= in_force(CheckinPolicy, now=now).hand_off_tries_per_network:
            record(verb="hand-off.slowed", actor=STRANGER, now=now, policy=in_force(CheckinPolicy, now=now).version)
            return HandOffAnswer.WAIT
        waiting = HandOff.objects.select_for_update().filter(code_hash=_hash(read_code(typed_code)))
        offered = waiting.filter(used_at__isnull=True, expires_at__gt=now).first()
        if offered is None:
            HandOffTry.objects.create(at=now, network_hash=network_hash)
            record(verb="hand-off.refused", actor=STRANGER, now=now, policy=in_force(CheckinPolicy, now=now).version)
            return HandOffAnswer.NO_MATCH
        offered.used_at, offered.taken_at = now, place.taken_at or now
        offered.latitude, offered.longitude, offered.accuracy_m = place.latitude, place.longitude, place.accuracy_m
        offered.save(update_fields=["used_at", "taken_at", "latitude", "longitude", "accuracy_m"])
        record(
            verb="place.handed-over",
            actor=STRANGER,
            now=now,
            subject=offered,
            participant_id=offered.participant_id,
            policy=in_force(CheckinPolicy, now=now).version,
        )
    return HandOffAnswer.TAKEN


def forget_hand_offs(*, now: datetime) -> None:
    """Erase codes, and the places that came by them, some hours after they ended; failed tries with them."""
    with transaction.atomic():
        before = now - timedelta(hours=in_force(CheckinPolicy, now=now).keep_hand_off_hours)
        codes, _ = HandOff.objects.filter(expires_at__lt=before).delete()
        tries, _ = HandOffTry.objects.filter(at__lt=before).delete()
        record(
            verb="hand-offs.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(CheckinPolicy, now=now).version,
            codes=codes,
            tries=tries,
        )
