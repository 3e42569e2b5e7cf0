"""The door for what another system pushes: a signed CloudEvent about one row. What is refused leaves nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import structlog
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from adsum.core.signatures import SignatureFault, fault_of_signature
from adsum.core.text import clean_line
from adsum.counterparts.actions import hear_rows, note_received, note_their_answer
from adsum.counterparts.queries import find_counterpart, was_received
from adsum.exchange.adapters import ADAPTERS
from adsum.exchange.secrets import secrets_of
from adsum.ledger.rules import RULES
from adsum.outbox.actions import count_refused
from adsum.outbox.rules import STATUSES, Door, RefusedFor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adsum.counterparts.models import Counterpart
    from adsum.counterparts.rules import Row

log = structlog.get_logger(__name__)
MOST_BYTES = 65_536


WORDS = {
    RefusedFor.SIGNATURE: "the signature is not this system's",
    RefusedFor.EXPIRED: "it was signed more than five minutes ago, or its clock goes wrong",
    RefusedFor.UNKNOWN: "there is no such system",
    RefusedFor.TOO_LARGE: f"it is larger than {MOST_BYTES:,} bytes",
    RefusedFor.LAYOUT: "a CloudEvent whose data is one row is needed",
}


class PushRefused(Exception):
    """The message changes nothing; says which kind of fault it has."""

    def __init__(self, why: RefusedFor) -> None:
        super().__init__(WORDS[why])
        self.why = why


@csrf_exempt
@require_POST
def row_push(request: HttpRequest, code: str) -> JsonResponse:
    """A counterpart says how one of its rows is now. The same message again is answered, and changes nothing."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        counterpart = find_counterpart(code=code, seen_by=RULES)
        if counterpart is None or counterpart.subscriber.ended_at is not None:
            raise PushRefused(RefusedFor.UNKNOWN)
        row = _read(request.body, headers, counterpart)
    except PushRefused as refusal:
        count_refused(door=Door.COUNTERPARTS, why=refusal.why, now=timezone.now())
        log.warning("message.refused", door=Door.COUNTERPARTS.value, why=refusal.why.value)
        return JsonResponse({"error": str(refusal)}, status=STATUSES[refusal.why])
    return JsonResponse({"read_before": not _take(counterpart, f"message {headers['webhook-id']}", row)})


row_push.who_may_enter = "machine"  # type: ignore[attr-defined]


def _read(body: bytes, headers: Mapping[str, str], counterpart: Counterpart) -> Row:
    """The row of a signed message; nothing of it is read before its signature is known to be theirs."""
    if len(body) > MOST_BYTES:
        raise PushRefused(RefusedFor.TOO_LARGE)
    _verify(body, headers, counterpart)
    try:
        said: Any = json.loads(body)
        return ADAPTERS[counterpart.adapter].read_message(said["data"])
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise PushRefused(RefusedFor.LAYOUT) from error


def _verify(body: bytes, headers: Mapping[str, str], counterpart: Counterpart) -> None:
    subscriber = counterpart.subscriber
    held = secrets_of(subscriber.code, rotated_at=subscriber.rotated_at, now=timezone.now())
    faults = [fault_of_signature(body, headers, secret=secret) for secret in held]
    if None not in faults:
        raise PushRefused(RefusedFor.EXPIRED if SignatureFault.EXPIRED in faults else RefusedFor.SIGNATURE)


def _take(counterpart: Counterpart, name: str, row: Row) -> bool:
    """False where it was taken before. Killed between hearing and noting, it is heard twice, which is once."""
    name, now = clean_line(name), timezone.now()
    if was_received(counterpart=counterpart, name=name, seen_by=RULES):
        return False
    hear_rows(counterpart=counterpart, rows=[row], read=ADAPTERS[counterpart.adapter].read_values, now=now)
    note_received(counterpart=counterpart, name=name, now=now, rows=1)
    note_their_answer(counterpart=counterpart, now=now)
    return True
