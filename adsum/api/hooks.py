"""What gateways tell: which messages arrived, and what people answered. Signed as Standard Webhooks says."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from standardwebhooks import Webhook, WebhookVerificationError

from adsum.api.access import machines
from adsum.checkins.actions import settle_heard
from adsum.notices.rules import Heard
from adsum.reviews.actions import heed_text
from adsum.waves.actions import follow_alone

MOST_EVENTS, HIGHEST_ID = 1_000, 2**63


@machines
@csrf_exempt
@require_POST
def sms_events(request: HttpRequest) -> JsonResponse:
    """Delivery receipts and replies of the text gateway; answers with the texts to send back."""
    try:
        said = Webhook(settings.SMS_SECRET).verify(request.body, {k.lower(): v for k, v in request.headers.items()})
    except WebhookVerificationError:
        return JsonResponse({"error": "the signature is not the gateway's"}, status=401)
    except (ValueError, RecursionError):
        return JsonResponse({"error": "a JSON object is needed"}, status=400)
    events = said.get("events") if isinstance(said, dict) else None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        return JsonResponse({"error": f"events: a list of {MOST_EVENTS} at most is needed"}, status=400)
    known = [event for event in events if isinstance(event, dict)]
    if receipts := [_heard(event) for event in known if _is_receipt(event)]:
        now = timezone.now()
        settle_heard(heard=receipts, now=now)
        follow_alone(messages=[one.message_id for one in receipts], now=now)
    answers = [_answered(event) for event in known if _is_reply(event)]
    return JsonResponse({"answers": [answer for answer in answers if answer["text"]]})


def _is_receipt(event: Mapping[str, Any]) -> bool:
    number = event.get("id")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number < HIGHEST_ID
    return event.get("kind") == "receipt" and is_number and event.get("state") in ("delivered", "failed")


def _heard(event: Mapping[str, Any]) -> Heard:
    return Heard(event["id"], event["state"] == "delivered", str(event.get("error", "")).replace("\0", ""))


def _is_reply(event: Mapping[str, Any]) -> bool:
    given = (event.get(name) for name in ("id", "from", "text"))
    return event.get("kind") == "reply" and all(isinstance(value, str) for value in given)


def _answered(event: Mapping[str, Any]) -> dict[str, str]:
    text = heed_text(gateway_id=event["id"], number=event["from"], text=event["text"], now=timezone.now())
    return {"to": event["from"], "text": text}
