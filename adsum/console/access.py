"""Who may enter which page of the console."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation

from adsum.offices.rules import Role

if TYPE_CHECKING:
    from adsum.offices.models import Staff

    StaffView = Callable[Concatenate[HttpRequest, Staff, ...], HttpResponseBase]

View = Callable[..., HttpResponseBase]


WATCHES = (Role.PROGRAMME, Role.AUDITOR, Role.OPERATOR)  # who sees how other systems stand


def staff_only(*roles: Role) -> Callable[[StaffView], View]:
    """This page is for staff in these roles. Its times are the office's, its words English."""

    def decorate(view: StaffView) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated or not request.user.is_active:
                return redirect(f"{resolve_url('sign-in')}?next={request.path}")
            staff = request.user
            if staff.role not in roles:
                raise PermissionDenied
            zone = staff.office.zone if staff.office else None
            with translation.override("en"), timezone.override(zone):
                response = view(request, staff, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        guarded.who_may_enter = " ".join(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def anyone(view: View) -> View:
    """This page is for everybody: it is the way in."""
    view.who_may_enter = "anyone"  # type: ignore[attr-defined]
    return view
