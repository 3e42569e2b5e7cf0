"""A person who was in comes back on their own device: by its passkey, or by a PIN that works on that device only."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from adsum.core.passkeys import Challenge, NewPasskey, Site, count_shown, named_in
from adsum.enrolment.policy import ComingBackPolicy
from adsum.enrolment.rules import Activation, ActivationAnswer, why_weak
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, STRANGER
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant, Passkey, Pin
from adsum.people.rules import hash_token
from adsum.policies.queries import in_force


class PinRefused(Exception):
    """These six numbers are no PIN; the message is the reason's name: not-six, same or row."""


def keep_passkey(*, participant: Participant, made: NewPasskey, challenge: Challenge, now: datetime) -> bool:
    """Let this person come back by the key that their device has made; False where they have enough, or it is known."""
    policy = in_force(ComingBackPolicy, now=now)
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        open_ones = Passkey.objects.filter(participant=participant, ended_at__isnull=True).count()
        known = Passkey.objects.filter(credential_id=made.credential_id).exists()
        if known or open_ones >= policy.passkeys_at_once:
            return False
        added = Passkey.objects.create(
            participant=participant,
            credential_id=made.credential_id,
            public_key=made.public_key,
            uses=made.uses,
            made_at=now,
            challenged_at=challenge.made_at,
        )
        actor = participant.as_actor()
        record(verb="passkey.made", actor=actor, now=now, subject=added, participant_id=participant.pk)
    return True


def come_back_by_passkey(*, answer: str, site: Site, challenge: Challenge, browser: str, now: datetime) -> Activation:
    """Sign a device in by the answer of its passkey. A key that is not ours, ended or replayed answers alike."""
    with transaction.atomic():
        open_ones = Passkey.objects.filter(ended_at__isnull=True, challenged_at__lt=challenge.made_at)
        ours = open_ones.select_for_update(of=("self",)).select_related("participant__office")
        key = ours.filter(credential_id=named_in(answer)).first()
        public_key, uses = (bytes(key.public_key), key.uses) if key else (b"", 0)
        used = count_shown(answer, site, challenge, public_key=public_key, uses=uses)
        if key is None or used is None:
            record(verb="passkey.refused", actor=STRANGER, now=now)
            return Activation(ActivationAnswer.NO_MATCH)
        Passkey.objects.filter(pk=key.pk).update(uses=used, challenged_at=challenge.made_at)
        person = key.participant
        token = sign_in_device(participant=person, browser=browser, now=now)
        record(verb="passkey.used", actor=person.as_actor(), now=now, subject=key, participant_id=person.pk)
    return Activation(ActivationAnswer.IN, token=token, language=person.language)


def set_pin(*, participant: Participant, pin: str, now: datetime) -> str:
    """Let this person come back on the device that asks, by six numbers; returns its key, for its cookie only.

    Raises PinRefused.
    """
    if why := why_weak(pin):
        raise PinRefused(why)
    key, policy = secrets.token_urlsafe(32), in_force(ComingBackPolicy, now=now)
    with transaction.atomic():
        added = Pin.objects.create(
            participant=participant,
            key_hash=hash_token(key),
            pin_hash=make_password(pin),
            made_at=now,
            expires_at=now + timedelta(days=policy.pin_days),
        )
        actor = participant.as_actor()
        record(
            verb="pin.set", actor=actor, now=now, subject=added, participant_id=participant.pk, policy=policy.version
        )
    return key


def come_back_by_pin(*, key: str, pin: str, browser: str, now: datetime) -> Activation:
    """Sign a device in by the PIN that was set on it. After too many wrong ones it ends, and takes a code again.

    Whether a PIN ended cannot be told from the answer or its time. A key that was never given costs no such work: it is
    guessed by nobody, and strangers could keep the machine at it.
    """
    policy = in_force(ComingBackPolicy, now=now)
    with transaction.atomic():
        of_key = Pin.objects.filter(key_hash=hash_token(key))
        open_ones = of_key.filter(ended_at__isnull=True, expires_at__gt=now)
        found = open_ones.select_for_update(of=("self",)).select_related("participant__office").first()
        is_right = _is_pin(pin, found, was_given=found is not None or of_key.exists())
        if found is None or not is_right:
            person_id = found.participant_id if found else None
            record(verb="pin.refused", actor=STRANGER, now=now, subject=found, participant_id=person_id)
            if found is not None and found.wrong_tries + 1 >= policy.pin_tries:
                Pin.objects.filter(pk=found.pk).update(pin_hash="", ended_at=now)
                record(verb="pin.ended", actor=RULES, now=now, policy=policy.version, participant_id=person_id)
            elif found is not None:
                Pin.objects.filter(pk=found.pk).update(wrong_tries=F("wrong_tries") + 1)
            return Activation(ActivationAnswer.NO_MATCH)
        Pin.objects.filter(pk=found.pk).update(wrong_tries=0)
        person = found.participant
        token = sign_in_device(participant=person, browser=browser, now=now)
        record(verb="pin.used", actor=person.as_actor(), now=now, subject=found, participant_id=person.pk)
    return Activation(ActivationAnswer.IN, token=token, language=person.language)


def _is_pin(pin: str, found: Pin | None, *, was_given: bool) -> bool:
    """Compares; where the PIN has ended it takes as long."""
    if found is None:
        return was_given and not make_password(pin)
    return check_password(pin, found.pin_hash)
