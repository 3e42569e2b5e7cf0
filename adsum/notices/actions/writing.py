"""Writing to participants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.core.languages import written_in
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.notices.models import Message, Notice, Reply
from adsum.notices.policy import POLICY
from adsum.notices.rules import Draft, NoticeKind, split_title
from adsum.people.models import Participant

# Each person has a place of their own in the minutes (Knuth's multiplicative hash): no stampede.
_PUSH = """
INSERT INTO adsum_message (participant_id, kind, about, step, channel, queued_at, send_at, expires_at, policy)
SELECT n.participant_id, 'notice', 'notice:' || n.id, 0, 'push', %(now)s::timestamptz,
    %(now)s::timestamptz + make_interval(mins => %(minutes)s::int)
        * (((n.participant_id %% 2147483648) * 2654435761 %% 4294967296) / 4294967296.0)::float8,
    %(now)s::timestamptz + make_interval(days => %(days)s::int), %(policy)s
FROM adsum_notice n
WHERE n.id = ANY(%(notices)s::bigint[]) AND EXISTS (
    SELECT FROM adsum_pushsubscription s JOIN adsum_device v ON v.id = s.device_id
    WHERE s.participant_id = n.participant_id AND s.ended_at IS NULL AND v.signed_out_at IS NULL
        AND v.expires_at > %(now)s::timestamptz)
"""
log = structlog.get_logger(__name__)


def queue_notice(
    *,
    kind: NoticeKind,
    participant: Participant,
    now: datetime,
    about: str = "",
    policy: str = "",
    **facts: Any,
) -> None:
    """Tell one participant; the words are fixed now, in their language."""
    queue_notices(drafts=[Draft(participant, kind, about, facts)], now=now, policy=policy)


def queue_notices(*, drafts: Sequence[Draft], now: datetime, policy: str = "") -> None:
    """Tell many participants at once. The log names the notice, never the person or the words."""
    with transaction.atomic():
        notices = Notice.objects.bulk_create((_write(draft, now, policy) for draft in drafts), batch_size=2_000)
        record_lines(
            lines=(
                Line(
                    "notice.queued",
                    RULES,
                    "notice",
                    n.pk,
                    n.participant_id,
                    policy,
                    {"kind": n.kind},
                )
                for n in notices
            ),
            now=now,
        )
        _push(notices, now)
        for notice in notices:
            log.info("notice.queued", notice=notice.pk, kind=notice.kind)


def _push(notices: Sequence[Notice], now: datetime) -> None:
    """Tell the devices that asked for it that there is something; many at once are spread."""
    values: dict[str, Any] = {
        "now": now,
        "notices": [notice.pk for notice in notices],
        "days": POLICY.notice_push_days,
        "minutes": POLICY.notice_spread_minutes if len(notices) > 1 else 0,
        "policy": POLICY.version,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUSH, values)


def _write(draft: Draft, now: datetime, policy: str) -> Notice:
    person: Participant = draft.participant
    language = written_in(person.language)
    with translation.override(language), timezone.override(person.office.zone):
        text = render_to_string(f"notices/{draft.kind}.txt", {"participant": person, **draft.facts})
    title, body = split_title(text)
    return Notice(
        participant=person,
        kind=draft.kind,
        about=draft.about,
        language=language,
        title=title[:200],
        body=body,
        queued_at=now,
        policy=policy,
    )


def forget(*, before: datetime, now: datetime) -> None:
    """Erase notices, messages and replies from before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = Notice.objects.filter(queued_at__lt=before).delete()
        messages, _ = Message.objects.filter(queued_at__lt=before).delete()
        replies, _ = Reply.objects.filter(heard_at__lt=before).delete()
        record(
            verb="notices.forgotten",
            actor=RULES,
            now=now,
            policy=POLICY.version,
            count=count + messages + replies,
        )
