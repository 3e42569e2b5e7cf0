"""A person gets a new phone number: by a code that goes to it, or by an officer who says why."""

from collections.abc import Collection
from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.db import transaction

from adsum.core.ids import keyed_hash, read_digits
from adsum.core.text import clean_text
from adsum.enrolment.models import PhoneChange
from adsum.enrolment.policy import PhonePolicy
from adsum.enrolment.rules import phone_code_of
from adsum.families.queries import wards_of
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.actions import queue_notice
from adsum.notices.models import Message, StoppedNumber
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Channel, MessageKind, NoticeKind
from adsum.offices.models import Staff
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Contact, Participant
from adsum.people.queries import participants
from adsum.people.rules import ContactKind, read_phone
from adsum.policies.queries import in_force

_DAY = timedelta(days=1)


class PhoneRefused(Exception):
    """This number cannot be asked for or put down; the message is the reason's name: number, enough, reason, nobody."""


def ask_phone_code(*, participant: Participant, typed: str, now: datetime) -> None:
    """Send a code to the number that was typed; an earlier one ends. Whoever else has that number changes nothing.

    Where somebody said stop, or that number got enough codes today, none goes out, and nobody can tell. Raises
    PhoneRefused.
    """
    policy, number = in_force(PhonePolicy, now=now), read_phone(typed)
    if number is None:
        raise PhoneRefused("number")
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        today = PhoneChange.objects.filter(asked_at__gt=now - _DAY, changed_by__isnull=True)
        if today.filter(participant=participant).count() >= policy.codes_per_day:
            raise PhoneRefused("enough")
        is_stopped = StoppedNumber.objects.filter(number=number).exists()
        goes_out = not is_stopped and today.filter(number=number).count() < policy.codes_per_number
        _end_open(participant, now)
        change = PhoneChange.objects.create(
            participant=participant,
            number=number,
            asked_at=now,
            expires_at=now + timedelta(minutes=policy.code_minutes),
        )
        code = phone_code_of(change.pk, asked_at=now, secret=settings.SECRET_KEY)
        PhoneChange.objects.filter(pk=change.pk).update(code_hash=_hash(code))
        if goes_out:
            _text(change, MessageKind.PHONE_CODE, [number], change.expires_at, now)
        actor = participant.as_actor()
        record(
            verb="phone.code-asked",
            actor=actor,
            now=now,
            subject=change,
            participant_id=participant.pk,
            policy=policy.version,
        )


def confirm_phone(*, participant: Participant, typed_code: str, now: datetime) -> bool:
    """The number changes at once where the code is right; after too many wrong ones the code ends."""
    policy, actor = in_force(PhonePolicy, now=now), participant.as_actor()
    with transaction.atomic():
        waiting = PhoneChange.objects.filter(participant=participant, ended_at__isnull=True, expires_at__gt=now)
        change = waiting.select_for_update().first()
        if change is None:
            return False
        if not compare_digest(change.code_hash, _hash(read_digits(typed_code))):
            change.wrong_tries += 1
            change.save(update_fields=["wrong_tries"])
            if change.wrong_tries >= policy.code_tries:
                _end_open(participant, now)
            record(
                verb="phone.code-refused",
                actor=actor,
                now=now,
                subject=change,
                participant_id=participant.pk,
                policy=policy.version,
            )
            return False
        _change(change, actor, now)
    return True


def set_phone(*, participant_id: int, typed: str, reason: str, officer: Staff, now: datetime) -> None:
    """An officer puts down the number that a person has now, and says how they know. Raises PhoneRefused."""
    number, why = read_phone(typed), clean_text(reason, longest=2_000)
    if number is None:
        raise PhoneRefused("number")
    if not why:
        raise PhoneRefused("reason")
    with transaction.atomic():
        visible = participants(seen_by=officer.as_actor()).filter(pk=participant_id)
        person = visible.select_for_update(of=("self",), no_key=True).first()
        if person is None:
            raise PhoneRefused("nobody")
        _end_open(person, now)
        change = PhoneChange.objects.create(
            participant=person, number=number, asked_at=now, expires_at=now, changed_by=officer, reason=why
        )
        _change(change, officer.as_actor(), now)


def _change(change: PhoneChange, actor: Actor, now: datetime) -> None:
    """The new number takes the place of the old ones, for the children too for whom this person acts; all are told."""
    person = change.participant
    phones = Contact.objects.filter(participant=person, kind=ContactKind.PHONE)
    before = [one.value or one.as_given for one in phones.order_by("since", "pk")]
    reached = set(phones.filter(broken_at__isnull=True).exclude(value="").values_list("value", flat=True))
    copies = Contact.objects.filter(kind=ContactKind.PHONE, value__in=reached)
    wards = copies.filter(participant__in=wards_of(participant_id=person.pk, seen_by=RULES))
    people = {person.pk, *wards.values_list("participant_id", flat=True)}
    wards.delete()
    phones.delete()
    Contact.objects.bulk_create(
        Contact(participant_id=one, kind=ContactKind.PHONE, as_given=change.number, value=change.number, since=now)
        for one in sorted(people)
    )
    PhoneChange.objects.filter(pk=change.pk).update(ended_at=now, changed_at=now, code_hash="", before=before)
    record(
        verb="phone.changed",
        actor=actor,
        now=now,
        subject=change,
        participant_id=person.pk,
        policy=in_force(PhonePolicy, now=now).version,
    )
    emit_events(events=[Event("contact.changed", one) for one in sorted(people)], now=now)
    if before != [change.number]:
        queue_notice(kind=NoticeKind.PHONE_CHANGED, participant=person, now=now, number=change.number)
        _tell_old_phones(change, reached - {change.number}, now)


def _tell_old_phones(change: PhoneChange, numbers: Collection[str], now: datetime) -> None:
    """One text to each number that worked until now, unless somebody said stop there, or nothing is sent any more."""
    if change.participant.silent_since is None:
        stopped = set(StoppedNumber.objects.filter(number__in=numbers).values_list("number", flat=True))
        until = now + timedelta(days=in_force(NoticesPolicy, now=now).news_days)
        _text(change, MessageKind.OLD_PHONE, sorted(set(numbers) - stopped), until, now)


def _text(change: PhoneChange, kind: MessageKind, numbers: Collection[str], until: datetime, now: datetime) -> None:
    """Texts to numbers that are no contacts. They go before all that waits: somebody sits there, or must know."""
    Message.objects.bulk_create(
        Message(
            participant_id=change.participant_id,
            kind=kind,
            about=f"phone-change:{change.pk}",
            step=step,
            channel=Channel.SMS,
            address=number,
            queued_at=now,
            send_at=now - _DAY,
            expires_at=until,
            policy=in_force(NoticesPolicy, now=now).version,
        )
        for step, number in enumerate(numbers, start=1 if kind == MessageKind.OLD_PHONE else 0)
    )


def _end_open(participant: Participant, now: datetime) -> None:
    waiting = PhoneChange.objects.filter(participant=participant, ended_at__isnull=True)
    waiting.update(ended_at=now, code_hash="")


def _hash(code: str) -> str:
    return keyed_hash(settings.SECRET_KEY, "phone-code", code)


def forget_phone_changes(*, before: datetime, now: datetime) -> None:
    """Erase numbers that were asked for or put down before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = PhoneChange.objects.filter(asked_at__lt=before).delete()
        policy = in_force(PhonePolicy, now=now).version
        record(verb="phone-changes.forgotten", actor=RULES, now=now, policy=policy, count=count)
