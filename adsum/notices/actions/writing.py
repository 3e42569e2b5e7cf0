"""Writing to participants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.core.languages import written_in
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.notices.models import Message, Notice, Reply
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Draft, NoticeKind, split_title
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.policies.queries import in_force

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
        for notice in notices:
            log.info("notice.queued", notice=notice.pk, kind=notice.kind)


def _write(draft: Draft, now: datetime, policy: str) -> Notice:
    person: Participant = draft.participant
    words = _word(draft.kind, person, person.office, person.language, draft.facts)
    return Notice(
        participant=person,
        kind=draft.kind,
        about=draft.about,
        language=words.language,
        title=words.title,
        body=words.body,
        queued_at=now,
        policy=policy,
        to_pass_on=True,
    )


class Words(NamedTuple):
    """What a notice says, and the language it says it in."""

    language: str
    title: str
    body: str


def _word(kind: NoticeKind, person: Any, office: FieldOffice, language: str, facts: dict[str, Any]) -> Words:
    written = written_in(language)
    with translation.override(written), timezone.override(office.zone):
        title, body = split_title(render_to_string(f"notices/{kind}.txt", {"participant": person, **facts}))
    return Words(written, title[:200], body)


class Wording:
    """The words of notices that say the same to many: written once for an office, a language and these facts."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Words] = {}

    def of(self, kind: NoticeKind, *, office: FieldOffice, language: str, **facts: Any) -> Words:
        """The words for everybody of this office who reads this language."""
        key = (kind, office.pk, language, *sorted(facts.items()))
        if key not in self._known:
            self._known[key] = _word(kind, {"office": office}, office, language, facts)
        return self._known[key]


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
            policy=in_force(NoticesPolicy, now=now).version,
            count=count + messages + replies,
        )
