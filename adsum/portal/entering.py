"""What both ways in with a code share: the page at home and the tablet in the office."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from adsum.core.network import origin_of
from adsum.enrolment.actions import activate_device
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.rules import Activation, ActivationAnswer, read_from_file
from adsum.policies.queries import in_force
from adsum.portal.cookies import TRIER_COOKIE
from adsum.portal.reading import read_birthday_fields

if TYPE_CHECKING:
    from datetime import date

TRIER_SALT = "adsum.trier"
TRIER_DAYS = 1  # a browser that tried is known again for as long as any limit can last
STATUS = {"no-date": 400, "no-file": 400, ActivationAnswer.NO_MATCH: 403}
TOO_MANY = 429
_SLOWED = BoundedSemaphore(1)  # of each process's threads; the others go on answering


@dataclass(frozen=True)
class Refused:
    """Why somebody did not get in, as the page says it; `retry_seconds` where trying sooner is of no use."""

    answer: str
    status: int
    retry_seconds: int = 0


ASKED = Refused("", 200)  # nothing was tried yet


def try_code(request: HttpRequest, *, device: str, browser: str) -> Activation | Refused:
    """Try what the form says. A day or a number that cannot be one uses no try up."""
    now = timezone.now()
    policy = in_force(EnrolmentPolicy, now=now)
    born: date | None = read_birthday_fields(request.POST)
    from_file = request.POST.get("from_file", "")
    if born is None:
        return Refused("no-date", STATUS["no-date"])
    if not read_from_file(from_file, check=policy.file_check):
        return Refused("no-file", STATUS["no-file"])
    activation = activate_device(
        typed_code=request.POST.get("code", ""),
        born=born,
        from_file=from_file,
        network=origin_of(request.META, behind_proxy=settings.BEHIND_PROXY),
        browser=browser,
        now=now,
        device=device,
    )
    if activation.answer is ActivationAnswer.IN:
        return activation
    retry = int((activation.wait_until - now).total_seconds()) if activation.wait_until else 0
    if activation.answer is not ActivationAnswer.NO_MATCH:
        slow_down(policy.slow_answer_ms)
    return Refused(activation.answer, STATUS.get(activation.answer, TOO_MANY), retry)


def slow_down(milliseconds: int) -> None:
    """Hold this answer for a moment; while another one of this process is held, this one is not."""
    if _SLOWED.acquire(blocking=False):
        try:
            time.sleep(milliseconds / 1000)
        finally:
            _SLOWED.release()


def device_name(request: HttpRequest) -> str:
    """The name under which this browser's tries are counted: its cookie's, or its network's and make's without one."""
    try:
        return str(
            signing.loads(request.COOKIES.get(TRIER_COOKIE, ""), salt=TRIER_SALT, max_age=timedelta(days=TRIER_DAYS))
        )
    except signing.BadSignature:
        network = origin_of(request.META, behind_proxy=settings.BEHIND_PROXY)
        return f"{network} {request.headers.get('User-Agent', '')}"


def keep_device_name(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser that shows the form a name, so that its neighbours' mistakes are not counted as its own."""
    if TRIER_COOKIE not in request.COOKIES:
        response.set_cookie(
            TRIER_COOKIE,
            signing.dumps(secrets.token_urlsafe(12), salt=TRIER_SALT),
            max_age=timedelta(days=TRIER_DAYS),
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )


def file_check() -> str:
    """What is asked from the file now."""
    return in_force(EnrolmentPolicy, now=timezone.now()).file_check
