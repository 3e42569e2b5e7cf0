"""What is refused at a machine's door: answered, counted by door and reason, logged without a word of it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import structlog
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from adsum.api.access import machines
from adsum.outbox.actions import count_refused
from adsum.outbox.rules import STATUSES, Door, RefusedFor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

log = structlog.get_logger(__name__)
MOST_BYTES = 1_000_000
DOORS = {"/hooks/sms/": Door.SMS, "/hooks/monitors/": Door.MONITORS, "/hooks/records/": Door.RECORDS}


class MessageRefused(Exception):
    """The message changes nothing. `says` names what is wrong, never what stood in it."""

    def __init__(self, why: RefusedFor, says: str) -> None:
        super().__init__(says)
        self.why = why


def takes_messages(door: Door) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A door at which machines post messages; what its view refuses is counted."""

    def dressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @machines
        @csrf_exempt
        @require_POST
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except MessageRefused as refusal:
                return _refuse(door, refusal.why, str(refusal))

        return guarded

    return dressed


def large_messages_are_counted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: of a message that is larger than any may be, nothing is read. It stands before what reads bodies."""

    def answer(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        doors = [door for path, door in DOORS.items() if request.path_info.startswith(path)]
        if doors and announced.isdecimal() and int(announced[:20]) > MOST_BYTES:
            return _refuse(doors[0], RefusedFor.TOO_LARGE, f"it is larger than {MOST_BYTES:,} bytes")
        return get_response(request)

    return answer


def _refuse(door: Door, why: RefusedFor, says: str) -> JsonResponse:
    count_refused(door=door, why=why, now=timezone.now())
    log.warning("message.refused", door=door.value, why=why.value)
    return JsonResponse({"error": says}, status=STATUSES[why])
