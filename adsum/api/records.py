"""Pushes of outside records, signed as Standard Webhooks says. What is refused is counted, never kept or logged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from adsum.api.refusing import MessageRefused, takes_messages
from adsum.core.text import clean_line
from adsum.ledger.rules import RULES
from adsum.outbox.rules import Door, RefusedFor
from adsum.records.actions import Aside, close_delivery, count_refusal, open_delivery, take_records
from adsum.records.queries import find_source
from adsum.records.rules import Transport
from adsum.records.sources.http_push.reading import Pushed, PushRefused, read_push
from adsum.records.sources.secrets import secret_of

if TYPE_CHECKING:
    from adsum.records.models import RecordSource

COUNTED = ("rows", "fresh", "changed", "known", "withdrawn", "aside")


@takes_messages(Door.RECORDS)
def record_push(request: HttpRequest, code: str) -> JsonResponse:
    """A source tells of records. The same message again is answered, and changes nothing."""
    source = find_source(code=code, seen_by=RULES)
    if source is None or source.transport not in (Transport.PUSH, Transport.RAP_BACK):
        raise MessageRefused(RefusedFor.UNKNOWN, "there is no such source")
    secret = secret_of(source.code, Path(settings.RECORDS_SECRETS))
    try:
        pushed = read_push(request.body, dict(request.headers.items()), secret=secret, settings=source.settings)
    except PushRefused as refusal:
        count_refusal(source=source, why=refusal.why, now=timezone.now())
        raise MessageRefused(RefusedFor(refusal.why), str(refusal)) from refusal
    return JsonResponse(_take(source, pushed))


def _take(source: RecordSource, pushed: Pushed) -> dict[str, object]:
    now = timezone.now()
    label = f"message {clean_line(pushed.name, longest=160)}"
    delivery = open_delivery(source=source, label=label, digest=pushed.digest, now=now)
    if delivery is None:
        return {"read_before": True, **dict.fromkeys(COUNTED, 0)}
    take_records(
        delivery=delivery,
        records=[row.record for row in pushed.rows if row.record],
        aside=[Aside(row.number, row.reason, row.text) for row in pushed.rows if not row.record],
        next_row=len(pushed.rows),
        now=now,
    )
    close_delivery(delivery=delivery, now=now)
    return {"read_before": False, **{name: getattr(delivery, name) for name in COUNTED}}
