"""Messages on their way: claimed, tried, heard of, dropped, posted."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.notices.models import Message
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Channel, Fate, Heard, MessageState, Tried
from adsum.people.queries import participants
from adsum.policies.queries import in_force

_TRIED = """
UPDATE adsum_message m SET state = CASE WHEN m.heard_at IS NULL THEN t.state ELSE m.state END,
    error = CASE WHEN m.heard_at IS NULL THEN t.error ELSE m.error END, address = t.address, language = t.language,
    title = t.title, body = t.body, sent_at = CASE WHEN t.state = 'sent' THEN %s::timestamptz END,
    tries = m.tries - t.away
FROM jsonb_to_recordset(%s) AS t(id bigint, state text, error text, address text, language text, title text,
    body text, away int)
WHERE m.id = t.id AND (m.state = 'waiting' OR m.heard_at IS NOT NULL AND m.sent_at IS NULL)
"""
_HEARD = """
UPDATE adsum_message m SET state = h.state, error = h.error, heard_at = %s
FROM jsonb_to_recordset(%s) AS h(id bigint, state text, error text)
WHERE m.id = h.id AND m.heard_at IS NULL AND (m.state = 'sent' OR m.state = 'waiting' AND m.tries > 0)
RETURNING m.contact_id, m.state
"""


def claim_messages(*, channel: Channel, offices: Collection[int], now: datetime) -> list[Message]:
    """Take the next batch whose time has come, for people of these offices; what is too late is dropped.

    Who claims has until `send_at`, which moves on with each try: then another one may take what was left behind.
    """
    with transaction.atomic():
        Message.objects.filter(state=MessageState.WAITING, expires_at__lte=now).update(
            state=MessageState.NEEDLESS, error="its time was over"
        )
        waiting = Message.objects.filter(channel=channel, state=MessageState.WAITING, send_at__lte=now)
        claimed = list(
            waiting.filter(participant__office__in=offices)
            .select_related("participant__office", "contact")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("send_at")[: in_force(NoticesPolicy, now=now).batch_size]
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE adsum_message SET tries = tries + 1,"
                " send_at = %s::timestamptz + make_interval(secs => %s::float8 * 2 ^ tries) WHERE id = ANY(%s)",
                [now, in_force(NoticesPolicy, now=now).first_pause_seconds, [message.pk for message in claimed]],
            )
        if claimed:
            record(
                verb="messages.claimed",
                actor=RULES,
                now=now,
                policy=in_force(NoticesPolicy, now=now).version,
                count=len(claimed),
            )
    return claimed


def drop_messages(*, ids: Collection[int], why: str, now: datetime) -> None:
    """These messages are needless: nobody sends them any more."""
    with transaction.atomic():
        count = Message.objects.filter(pk__in=ids, state=MessageState.WAITING).update(
            state=MessageState.NEEDLESS, error=why
        )
        record(
            verb="messages.dropped", actor=RULES, now=now, policy=in_force(NoticesPolicy, now=now).version, count=count
        )


def mark_tried(*, tried: Sequence[Tried], last: Collection[int], now: datetime) -> None:
    """Keep what became of a batch. Those in `last` had their last try: what failed for now has failed for good."""
    with transaction.atomic():
        rows = [
            {
                "id": one.outgoing.message_id,
                "state": _state_after(one, one.outgoing.message_id in last),
                "error": one.error[:200],
                "address": one.outgoing.to,
                "language": one.outgoing.language,
                "title": one.outgoing.title[:200],
                "body": one.outgoing.text,
                "away": int(one.fate is Fate.AWAY),
            }
            for one in tried
        ]
        with connection.cursor() as cursor:
            cursor.execute(_TRIED, [now, json.dumps(rows)])
        sent = sum(one.fate is Fate.SENT for one in tried)
        record(
            verb="messages.tried",
            actor=RULES,
            now=now,
            policy=in_force(NoticesPolicy, now=now).version,
            count=len(tried),
            sent=sent,
        )


def _state_after(one: Tried, is_last: bool) -> MessageState:
    if one.fate is Fate.REFUSED and is_last:
        return MessageState.GAVE_UP
    return {Fate.SENT: MessageState.SENT, Fate.IMPOSSIBLE: MessageState.FAILED}.get(one.fate, MessageState.WAITING)


def mark_heard(*, heard: Sequence[Heard], now: datetime) -> list[tuple[int | None, MessageState]]:
    """Keep delivery receipts; returns contact and state of what they changed. One that comes twice changes nothing.

    A receipt may be here before the gateway's own answer has been kept.
    """
    with transaction.atomic():
        by_id = {
            one.message_id: {
                "id": one.message_id,
                "state": MessageState.DELIVERED if one.delivered else MessageState.FAILED,
                "error": one.error[:200],
            }
            for one in heard
        }
        with connection.cursor() as cursor:
            cursor.execute(_HEARD, [now, json.dumps(list(by_id.values()))])
            changed = [(contact, MessageState(state)) for contact, state in cursor.fetchall()]
        record(
            verb="messages.heard",
            actor=RULES,
            now=now,
            policy=in_force(NoticesPolicy, now=now).version,
            count=len(changed),
        )
    return changed


def mark_posted(*, message_id: int, officer: Actor, title: str, text: str, to: str, now: datetime) -> bool:
    """An officer has put this letter into the post; False where it is none of theirs, or was posted already."""
    with transaction.atomic():
        letters = Message.objects.filter(
            pk=message_id,
            channel=Channel.LETTER,
            state=MessageState.WAITING,
            participant__in=participants(seen_by=officer),
        )
        person = letters.values_list("participant_id", flat=True).first()
        if person is None or not letters.update(
            state=MessageState.SENT, sent_at=now, title=title[:200], body=text, address=to[:200]
        ):
            return False
        record(
            verb="letter.posted",
            actor=officer,
            now=now,
            participant_id=person,
            policy=in_force(NoticesPolicy, now=now).version,
        )
    return True
