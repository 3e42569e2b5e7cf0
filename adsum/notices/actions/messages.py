"""Messages on their way: claimed, tried, heard of, dropped, posted."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.notices.models import Message
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Channel, Fate, Handover, Heard, MessageKind, MessageState, Posted, Tried
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
    """Take the next batch whose time has come, for people of these offices; what is too late is dropped. A code for
    which somebody waits goes to any office's people, at any hour. Letters that invite or bring news wait for who prints
    them: who has no phone reads of a decision in no other way.

    Who claims has until `send_at`, which moves on with each try: then another one may take what was left behind.
    """
    with transaction.atomic():
        late = Message.objects.filter(state=MessageState.WAITING, expires_at__lte=now)
        late = late.exclude(channel=Channel.LETTER, kind__in=(MessageKind.INVITATION, MessageKind.NOTICE))
        late.update(state=MessageState.NEEDLESS, error="its time was over")
        waiting = Message.objects.filter(channel=channel, state=MessageState.WAITING, send_at__lte=now)
        claimed = list(
            waiting.filter(Q(participant__office__in=offices) | Q(kind=MessageKind.PHONE_CODE))
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


def retire_reminders(*, about: str, was: str, now: datetime) -> None:
    """What these reminders are about has another day: none of them goes any more, and new ones can be made.

    `was` is what those that were made are about from now on.
    """
    with transaction.atomic():
        mine = Message.objects.filter(about=about, kind=MessageKind.REMINDER)
        waiting = mine.filter(state=MessageState.WAITING)
        count = waiting.update(state=MessageState.NEEDLESS, error="it has another day now")
        mine.update(about=was)
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
                "body": one.outgoing.kept_text,
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


def mark_posted(*, letters: Sequence[Posted], officer: Actor, now: datetime) -> int:
    """An officer has put these letters into the post, or given them to their readers in another way.

    Returns how many, without others', those posted before, and those that were to be posted nowhere.
    """
    words = {one.message_id: one for one in letters if one.to}
    with transaction.atomic():
        waiting = Message.objects.filter(
            pk__in=words,
            channel=Channel.LETTER,
            state=MessageState.WAITING,
            participant__in=participants(seen_by=officer),
        )
        posted = list(waiting.select_for_update(of=("self",)).order_by("pk"))
        for letter in posted:
            one = words[letter.pk]
            letter.state, letter.sent_at = MessageState.SENT, now
            letter.title, letter.body, letter.address = one.title[:200], one.text, one.to[:200]
        Message.objects.bulk_update(posted, ["state", "sent_at", "title", "body", "address"])
        policy = in_force(NoticesPolicy, now=now).version
        record_lines(lines=[_handed_over(one, words[one.pk].by, officer, policy) for one in posted], now=now)
    return len(posted)


def _handed_over(letter: Message, by: Handover, officer: Actor, policy: str) -> Line:
    verb, facts = ("letter.posted", {}) if by == Handover.POST else ("letter.given", {"by": by.value})
    return Line(verb, officer, "message", letter.pk, letter.participant_id, policy, facts)
