"""A person gets in: a one-time code, a date of birth, and from then on the device."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from adsum.core.ids import keyed_hash, new_code, read_code
from adsum.enrolment.models import ActivationTry, Invitation
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.queries import count_tries
from adsum.enrolment.rules import Activation, ActivationAnswer
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, STRANGER, Actor
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant
from adsum.policies.queries import in_force


def issue_invitation(*, participant: Participant, actor: Actor, now: datetime) -> str:
    """A new one-time code for this person, shown once; an earlier open code ends."""
    code = new_code(in_force(EnrolmentPolicy, now=now).code_length)
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        open_ones = Invitation.objects.filter(participant=participant, used_at__isnull=True, replaced_at__isnull=True)
        open_ones.update(replaced_at=now)
        invitation = Invitation.objects.create(
            participant=participant,
            code_hash=_hash("code", code),
            issued_at=now,
            expires_at=now + timedelta(days=in_force(EnrolmentPolicy, now=now).code_days),
        )
        record(
            verb="invitation.issued",
            actor=actor,
            now=now,
            subject=invitation,
            participant_id=participant.pk,
            policy=in_force(EnrolmentPolicy, now=now).version,
        )
    return code


def activate_device(*, typed_code: str, born: date | None, network: str, browser: str, now: datetime) -> Activation:
    """Sign a device in by code and date of birth.

    The answer to a wrong code, a used one, an expired one and a wrong date is the same, and so is its cost;
    after too many tries with one code or from one network it is WAIT, whether or not a case exists.
    """
    code_hash, network_hash = (
        _hash("code", read_code(typed_code)),
        _hash("network", network),
    )
    with transaction.atomic():
        since = now - timedelta(minutes=in_force(EnrolmentPolicy, now=now).tries_window_minutes)
        by_code, by_network = count_tries(code_hash=code_hash, network_hash=network_hash, since=since, seen_by=RULES)
        if (
            by_code >= in_force(EnrolmentPolicy, now=now).tries_per_code
            or by_network >= in_force(EnrolmentPolicy, now=now).tries_per_network
        ):
            record(verb="activation.slowed", actor=STRANGER, now=now, policy=in_force(EnrolmentPolicy, now=now).version)
            return Activation(
                ActivationAnswer.WAIT,
                wait_until=now + timedelta(minutes=in_force(EnrolmentPolicy, now=now).tries_window_minutes),
            )
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("participant__office")
            .filter(
                code_hash=code_hash,
                used_at__isnull=True,
                replaced_at__isnull=True,
                expires_at__gt=now,
            )
            .first()
        )
        if invitation is None or invitation.participant.date_of_birth != born:
            ActivationTry.objects.create(at=now, code_hash=code_hash, network_hash=network_hash)
            record(
                verb="activation.refused",
                actor=STRANGER,
                now=now,
                policy=in_force(EnrolmentPolicy, now=now).version,
            )
            return Activation(ActivationAnswer.NO_MATCH)
        invitation.used_at = now
        invitation.save(update_fields=["used_at"])
        person = invitation.participant
        token = sign_in_device(participant=person, browser=browser, now=now)
        record(
            verb="participant.activated",
            actor=person.as_actor(),
            now=now,
            subject=invitation,
            participant_id=person.pk,
            policy=in_force(EnrolmentPolicy, now=now).version,
        )
    return Activation(ActivationAnswer.IN, token=token, language=person.language)


def _hash(purpose: str, value: str) -> str:
    return keyed_hash(settings.SECRET_KEY, purpose, value)


def forget(*, before: datetime, now: datetime) -> None:
    """Erase failed tries, and codes that ended, before this moment; the counts stay in the ledger."""
    with transaction.atomic():
        tries, _ = ActivationTry.objects.filter(at__lt=before).delete()
        ended = Invitation.objects.filter(used_at__lt=before) | Invitation.objects.filter(replaced_at__lt=before)
        codes, _ = ended.delete()
        record(
            verb="invitations.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(EnrolmentPolicy, now=now).version,
            tries=tries,
            codes=codes,
        )
