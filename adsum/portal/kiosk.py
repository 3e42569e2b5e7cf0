"""A tablet in a field office: code, check-in, and then nothing of the person is left on it.

A member of staff turns it on for a device (`/console/kiosk/`), which a signed cookie remembers. From then on the device
shows nothing but the way in, until somebody signs in; who is done, or sits still for too long, is signed out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.core.ids import in_groups, read_code
from adsum.offices.policy import OfficesPolicy
from adsum.offices.rules import KIOSK_COOKIE, KIOSK_SALT
from adsum.people.actions import sign_out_device
from adsum.policies.queries import in_force
from adsum.portal.access import anyone, device_of
from adsum.portal.cookies import DEVICE_COOKIE, PLACE_COOKIE
from adsum.portal.entering import ASKED, Refused, file_check, try_code

Answer = Callable[[HttpRequest], HttpResponse]
MONTHS = range(1, 13)
WITHOUT_A_PERSON = ("/kiosk/", "/language/", "/static/", "/console/", "/health/")


def is_kiosk(request: HttpRequest) -> bool:
    """True on a device for which staff turned the kiosk on, not too long ago."""
    cookie = request.COOKIES.get(KIOSK_COOKIE, "")
    try:
        signing.loads(
            cookie, salt=KIOSK_SALT, max_age=timedelta(days=in_force(OfficesPolicy, now=timezone.now()).kiosk_days)
        )
    except signing.BadSignature:
        return False
    return True


def kiosk_mode(get_response: Answer) -> Answer:
    """Middleware: on a kiosk, no page is kept, and without somebody signed in there is only the way in."""

    def answer(request: HttpRequest) -> HttpResponse:
        if KIOSK_COOKIE not in request.COOKIES or not is_kiosk(request):
            return get_response(request)
        request.kiosk_seconds = in_force(OfficesPolicy, now=timezone.now()).kiosk_still_seconds  # type: ignore[attr-defined]
        if request.path.startswith(WITHOUT_A_PERSON):
            return get_response(request)
        if device_of(request) is None:
            return redirect("kiosk")
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    return answer


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """The first page of a field office's tablet. Whoever was signed in is signed out, and nothing of them is left."""
    if not is_kiosk(request):
        raise Http404
    if request.method == "POST":
        return _let_in(request)
    if device := device_of(request):
        sign_out_device(device=device, actor=device.participant.as_actor(), now=timezone.now())
        rotate_token(request)
    response = _page(request)
    for cookie in (DEVICE_COOKIE, PLACE_COOKIE):
        response.delete_cookie(cookie)
    if DEVICE_COOKIE in request.COOKIES:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _let_in(request: HttpRequest) -> HttpResponse:
    activation = try_code(request, device="", browser="kiosk")
    if isinstance(activation, Refused):
        return _page(request, activation)
    response = redirect("check-in")
    response.set_cookie(DEVICE_COOKIE, activation.token, secure=settings.HTTPS, httponly=True, samesite="Lax")
    if activation.language in dict(settings.LANGUAGES) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, activation.language, secure=settings.HTTPS, samesite="Lax")
    return response


def _page(request: HttpRequest, refused: Refused = ASKED) -> HttpResponse:
    code = in_groups(read_code(request.POST.get("code", "")), 5)
    page = {"code": code, "answer": refused.answer, "typed": request.POST, "months": MONTHS, "kiosk": True}
    response = render(request, "portal/kiosk.html", page | {"file_check": file_check()}, status=refused.status)
    response["Cache-Control"] = "no-store"
    return response
