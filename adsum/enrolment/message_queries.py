"""What the texts about a new phone number say, at the moment when they go."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from adsum.enrolment.models import PhoneChange
from adsum.enrolment.rules import phone_code_of
from adsum.ledger.rules import Actor, ActorKind
from adsum.notices.channels.words import write_old_phone, write_phone_code
from adsum.notices.models import Message
from adsum.notices.queries import discreet_people
from adsum.notices.rules import MessageKind, Outgoing


def write_phone_texts(*, messages: Sequence[Message], at: datetime, seen_by: Actor) -> dict[int, Outgoing]:
    """The codes to new numbers and the word to old ones, by message; a code that has ended is not among them."""
    codes = {one.about_id("phone-change") or 0: one for one in messages if one.kind == MessageKind.PHONE_CODE}
    old = [one for one in messages if one.kind == MessageKind.OLD_PHONE]
    if seen_by.kind != ActorKind.RULES or not (codes or old):
        return {}
    waiting = PhoneChange.objects.filter(pk__in=codes, ended_at__isnull=True, expires_at__gt=at)
    discreet = discreet_people(among=[one.participant_id for one in old], seen_by=seen_by)
    written = {one.pk: write_old_phone(one, discreet=one.participant_id in discreet) for one in old}
    for change in waiting:
        code = phone_code_of(change.pk, asked_at=change.asked_at, secret=settings.SECRET_KEY)
        written[codes[change.pk].pk] = write_phone_code(codes[change.pk], code=code)
    return written
