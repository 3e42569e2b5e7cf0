"""A person gets in: a one-time code, a date of birth, one thing from the file, and from then on the device."""

from datetime import date, datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.db import connection, transaction

from adsum.core.ids import keyed_hash, new_code, read_code
from adsum.enrolment.models import ActivationTry, Invitation
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.queries import invitation_of_code, limits_reached, open_invitation
from adsum.enrolment.rules import (
    CLOSING,
    Activation,
    ActivationAnswer,
    Limit,
    Trier,
    read_from_file,
    stands_in_file,
)
from adsum.funnel.actions import take_steps
from adsum.funnel.rules import Failed, Step, StepTaken, read_device
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, STRANGER, Actor
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant
from adsum.policies.queries import in_force

_NOBODY = Participant(case_number="A000000000", date_of_birth=date.min, surnames="?", given_names="?")


def issue_invitation(*, participant: Participant, actor: Actor, now: datetime, channel: str = "in-hand") -> str:
    """A new one-time code for this person, shown once; an earlier open code ends. `channel`: how it goes to them."""
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
        take_steps(steps=[StepTaken(participant.pk, Step.INVITED, channel=channel)], actor=actor, now=now)
    return code


def activate_device(
    *, typed_code: str, born: date | None, from_file: str, network: str, browser: str, now: datetime, device: str = ""
) -> Activation:
    """Sign a device in by code, date of birth and one thing from the file (`file_check`), as it was typed.

    `network` is the sender's address; `device` any name that the same browser has each time, "" where nobody's own
    device asks. The answer to a wrong code, a used one, an expired one, a wrong date and a wrong thing is the same, and
    so is its work: what is looked up and written depends on how often was tried, never on whether a case exists.
    """
    policy = in_force(EnrolmentPolicy, now=now)
    trier = Trier(
        _hash("code", read_code(typed_code)),
        _hash("network", network),
        _hash("device", device) if device else "",
    )
    with transaction.atomic():
        _one_at_a_time(trier.code_hash)
        since = now - timedelta(minutes=policy.tries_window_minutes)
        limits = limits_reached(trier=trier, since=since, policy=policy, seen_by=RULES)
        invitation = open_invitation(code_hash=trier.code_hash, now=now, seen_by=RULES)
        is_right = _is_right(invitation, born, from_file, policy)
        if invitation is None or not is_right or limits & CLOSING or not _claim(invitation, now):
            _note_try(trier.code_hash, Failed.TOO_MANY_TRIES if limits & CLOSING else Failed.CODE_WRONG, browser, now)
            return _turn_away(trier, limits, now)
        _note_try(trier.code_hash, "", browser, now)
        person = invitation.participant
        token = sign_in_device(participant=person, browser=browser, now=now)
        record(
            verb="participant.activated",
            actor=person.as_actor(),
            now=now,
            subject=invitation,
            participant_id=person.pk,
            policy=policy.version,
        )
    return Activation(ActivationAnswer.IN, token=token, language=person.language)


def _one_at_a_time(code_hash: str) -> None:
    """Tries with one code wait for each other until they are counted, so that a hundred at once are not one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [code_hash])


def _is_right(invitation: Invitation | None, born: date | None, from_file: str, policy: EnrolmentPolicy) -> bool:
    """Compares all of it, against a made-up person where the code opens nothing."""
    person = invitation.participant if invitation else _NOBODY
    same_file = stands_in_file(
        read_from_file(from_file, check=policy.file_check),
        case_number=person.case_number,
        surnames=person.surnames,
        given_names=person.given_names,
        check=policy.file_check,
    )
    same_day = compare_digest(str(born), str(person.date_of_birth))
    return same_file and same_day and invitation is not None


def _claim(invitation: Invitation, now: datetime) -> bool:
    """Use the code up; False where somebody else did, or it was replaced, in this very moment."""
    still = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, replaced_at__isnull=True)
    return still.update(used_at=now) == 1


def _turn_away(trier: Trier, limits: frozenset[Limit], now: datetime) -> Activation:
    """Count the try, unless nothing is tried any more, and write down what was too much."""
    policy = in_force(EnrolmentPolicy, now=now)
    closed = bool(limits & CLOSING)
    if not closed:
        ActivationTry.objects.create(
            at=now, code_hash=trier.code_hash, network_hash=trier.network_hash, device_hash=trier.device_hash
        )
    if not limits:
        record(verb="activation.refused", actor=STRANGER, now=now, policy=policy.version)
        return Activation(ActivationAnswer.NO_MATCH)
    record(verb="activation.slowed", actor=STRANGER, now=now, policy=policy.version, limits=sorted(limits))
    answer = ActivationAnswer.WAIT if closed else ActivationAnswer.BUSY
    return Activation(answer, wait_until=now + timedelta(minutes=policy.tries_window_minutes) if closed else None)


def _note_try(code_hash: str, failed: str, browser: str, now: datetime) -> None:
    """A step on the way in of the person to whom this code was given; the same work where it was given to nobody.

    A code that was once theirs and opens nothing any more is told apart from a wrong birthday.
    """
    held = invitation_of_code(code_hash=code_hash, seen_by=RULES)
    person, device = held.participant_id if held else 0, read_device(browser)
    steps = [StepTaken(person, Step.CODE_TRIED, device)]
    if failed:
        is_over = failed == Failed.CODE_WRONG and held is not None and not held.is_open(now)
        steps.append(StepTaken(person, Step.CODE_TRIED, device, failed=Failed.CODE_OVER if is_over else failed))
    take_steps(steps=steps, actor=STRANGER, now=now)


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
