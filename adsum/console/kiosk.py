"""Turning a field office's tablet into a kiosk, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.console.access import staff_only
from adsum.console.letting_in import CHALLENGE_COOKIE
from adsum.offices.actions import turn_kiosk
from adsum.offices.policy import OfficesPolicy
from adsum.offices.rules import KIOSK_COOKIE, KIOSK_SALT, Role
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_device(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Make this device a kiosk for check-ins, or a usual one again."""
    if request.method != "POST":
        page = {
            "staff": staff,
            "is_kiosk": KIOSK_COOKIE in request.COOKIES,
            "days": in_force(OfficesPolicy, now=timezone.now()).kiosk_days,
        }
        return render(request, "console/kiosk.html", page)
    turned_on = request.POST.get("kiosk") == "on"
    turn_kiosk(staff=staff, on=turned_on, now=timezone.now())
    if not turned_on:
        response = redirect("kiosk-device")
        response.delete_cookie(KIOSK_COOKIE)
        return response
    signed = signing.dumps({"office": staff.office_id}, salt=KIOSK_SALT)
    logout(request)
    response = redirect("/kiosk/")
    response.delete_cookie(CHALLENGE_COOKIE)
    age = timedelta(days=in_force(OfficesPolicy, now=timezone.now()).kiosk_days)
    response.set_cookie(KIOSK_COOKIE, signed, max_age=age, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
