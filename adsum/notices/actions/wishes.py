"""How a participant wants to hear from Adsum; and stop and start, which hold for a phone number at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.models import Message, StoppedNumber, Wish
from adsum.notices.rules import Channel, Hours, MessageKind, MessageState
from adsum.people.models import Participant


def choose_messages(
    *, participant: Participant, channels: Sequence[Channel], hours: Hours, discreet: bool, now: datetime
) -> None:
    """From now on messages come over these channels, at these hours; those that wait on others are dropped."""
    with transaction.atomic():
        Wish.objects.update_or_create(
            participant=participant,
            defaults={"channels": list(channels), "hours": hours, "discreet": discreet, "chosen_at": now},
        )
        unwanted = Message.objects.filter(participant=participant, state=MessageState.WAITING)
        unwanted = unwanted.exclude(kind__in=(MessageKind.PHONE_CODE, MessageKind.OLD_PHONE))  # who took a phone over
        unwanted.exclude(channel__in=[*channels, Channel.PUSH]).update(
            state=MessageState.NEEDLESS, error="not wished any more"
        )
        record(
            verb="messages.chosen",
            actor=participant.as_actor(),
            now=now,
            participant_id=participant.pk,
            channels=list(channels),
            hours=hours,
        )


def stop_texts(*, number: str, actor: Actor = RULES, participant_id: int | None = None, now: datetime) -> bool:
    """Text nothing more to this number (E.164); what waits for it is dropped. False where it had stopped already."""
    with transaction.atomic():
        _, is_new = StoppedNumber.objects.get_or_create(number=number, defaults={"stopped_at": now})
        waiting = Message.objects.filter(state=MessageState.WAITING, channel=Channel.SMS, contact__value=number)
        waiting.update(state=MessageState.NEEDLESS, error="stopped by reply")
        if is_new:
            record(verb="texts.stopped", actor=actor, now=now, participant_id=participant_id)
    return is_new


def start_texts(*, number: str, actor: Actor = RULES, participant_id: int | None = None, now: datetime) -> bool:
    """Text to this number again. False where it had not stopped."""
    with transaction.atomic():
        count, _ = StoppedNumber.objects.filter(number=number).delete()
        if count:
            record(verb="texts.started", actor=actor, now=now, participant_id=participant_id)
    return bool(count)
