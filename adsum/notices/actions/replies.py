"""Keeping what people answer to a text message."""

from datetime import datetime

from django.db import IntegrityError, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.notices.models import Reply
from adsum.notices.rules import Asked


def keep_reply(
    *, gateway_id: str, number: str, text: str, asked: Asked, participant_id: int | None, answer: str, now: datetime
) -> Reply | None:
    """Keep a text message that came in, with its answer; None for one that the gateway brings again."""
    try:
        with transaction.atomic():
            reply = Reply.objects.create(
                gateway_id=gateway_id,
                participant_id=participant_id,
                number=number,
                text=text,
                asked=asked,
                answer=answer,
                heard_at=now,
            )
            record(verb="reply.heard", actor=RULES, now=now, participant_id=participant_id, asked=asked)
    except IntegrityError:
        return None
    return reply
