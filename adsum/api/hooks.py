"""What gateways tell: which messages arrived, and what people answered. Signed as Standard Webhooks says."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from adsum.api.refusing import MessageRefused, takes_messages
from adsum.checkins.actions import settle_heard
from adsum.core.signatures import fault_of_signature
from adsum.core.text import clean_line, clean_text
from adsum.notices.rules import Heard
from adsum.outbox.rules import Door, RefusedFor
from adsum.reviews.actions import heed_text
from adsum.waves.actions import follow_alone

MOST_EVENTS, HIGHEST_ID = 1_000, 2**63
LONGEST_ID, LONGEST_NUMBER, LONGEST_TEXT, LONGEST_ERROR = 100, 40, 2_000, 200


@takes_messages(Door.SMS)
def sms_events(request: HttpRequest) -> JsonResponse:
    """Delivery receipts and replies of the text gateway; answers with the texts to send back."""
    if fault := fault_of_signature(request.body, request.headers, secret=settings.SMS_SECRET):
        raise MessageRefused(RefusedFor(fault), "the signature is not the gateway's, or it is not of now")
    known = _events(request.body)
    if receipts := [_heard(event) for event in known if _is_receipt(event)]:
        now = timezone.now()
        settle_heard(heard=receipts, now=now)
        follow_alone(messages=[one.message_id for one in receipts], now=now)
    answers = [_answered(event) for event in known if _is_reply(event)]
    return JsonResponse({"answers": [answer for answer in answers if answer["text"]]})


def _events(body: bytes) -> list[Mapping[str, Any]]:
    """What is told of, each an object. Raises MessageRefused."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageRefused(RefusedFor.LAYOUT, "a JSON object is needed") from error
    events = said.get("events") if isinstance(said, dict) else None
    if not isinstance(events, list):
        raise MessageRefused(RefusedFor.LAYOUT, "events: a list is needed")
    if len(events) > MOST_EVENTS:
        raise MessageRefused(RefusedFor.TOO_LARGE, f"events: {MOST_EVENTS:,} at most")
    return [event for event in events if isinstance(event, dict)]


def _is_receipt(event: Mapping[str, Any]) -> bool:
    number = event.get("id")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number < HIGHEST_ID
    return event.get("kind") == "receipt" and is_number and event.get("state") in ("delivered", "failed")


def _heard(event: Mapping[str, Any]) -> Heard:
    error = event.get("error")
    said = clean_line(error, longest=LONGEST_ERROR) if isinstance(error, str) else ""
    return Heard(event["id"], event["state"] == "delivered", said)


def _is_reply(event: Mapping[str, Any]) -> bool:
    given = (event.get(name) for name in ("id", "from", "text"))
    return event.get("kind") == "reply" and all(isinstance(value, str) for value in given)


def _answered(event: Mapping[str, Any]) -> dict[str, str]:
    number = clean_line(event["from"], longest=LONGEST_NUMBER)
    text = heed_text(
        gateway_id=clean_line(event["id"], longest=LONGEST_ID),
        number=number,
        text=clean_text(event["text"], longest=LONGEST_TEXT),
        now=timezone.now(),
    )
    return {"to": number, "text": text}
