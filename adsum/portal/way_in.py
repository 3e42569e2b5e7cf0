"""What the pages note of a person's way in: coarse families of the device, no address, no version."""

from contextlib import suppress

from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils import timezone, translation

from adsum.enrolment.queries import invited_by_code
from adsum.funnel.actions import take_steps
from adsum.funnel.rules import Device, Step, StepTaken, is_robot, read_device
from adsum.ledger.rules import RULES, STRANGER


def device_seen(request: HttpRequest, *, network: str = "") -> Device:
    """The families of the browser that sends this request, and the language in which it reads."""
    language = translation.get_language() or ""
    return read_device(request.headers.get("User-Agent", ""), language=language, network=network)


def note_opened(request: HttpRequest, code: str) -> None:
    """Somebody opened the link with this code. A code that was given to nobody counts nowhere, and takes as long."""
    device = device_seen(request)
    if request.method != "GET" or is_robot(device):
        return
    with suppress(OperationalError, InterfaceError):  # the page is shown while the database is away, too
        person = invited_by_code(typed_code=code, seen_by=RULES)
        take_steps(steps=[StepTaken(person, Step.OPENED, device)], actor=STRANGER, now=timezone.now())
