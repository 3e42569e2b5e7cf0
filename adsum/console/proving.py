"""Who signs what binds shows again who they are, by password or passkey, where the last proof is too old.

`@proved` stands below `@staff_only` on the view of a decision. What was sent is kept in the page that asks, and goes on
to the view once the proof is right: nothing is written twice, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from adsum.console.keys import LONGEST_ANSWER, challenge_of, site_of, with_challenge
from adsum.console.letting_in import PROVED_AT, note_proof
from adsum.core.network import origin_of
from adsum.core.passkeys import ask_to_show, new_challenge
from adsum.offices.actions import check_passkey, check_password, record_proof
from adsum.offices.policy import OfficesPolicy
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.offices.models import Staff

WITH_PASSWORD, WITH_PASSKEY = "proof_password", "proof_passkey"  # the names of two fields
NOT_KEPT = ("csrfmiddlewaretoken", WITH_PASSWORD, WITH_PASSKEY)
View = Callable[..., HttpResponseBase]


def proved(view: View) -> View:
    """What is sent here counts only shortly after a proof of who sends it; else the proof is asked for first."""

    @wraps(view)
    def guarded(request: HttpRequest, staff: Staff, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = timezone.now()
        if request.method in ("GET", "HEAD") or is_proved(request, now=now):
            return view(request, staff, *args, **kwargs)
        way = _way_shown(request, staff, now)
        if not way:
            return _ask(request, staff, now)
        note_proof(request, now)
        page = request.resolver_match.url_name if request.resolver_match else None
        record_proof(staff=staff, way=way, page=page or "", now=now)
        return view(request, staff, *args, **kwargs)

    return guarded


def is_proved(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the last proof in this session is young enough by the policy."""
    age = now.timestamp() - request.session.get(PROVED_AT, 0)
    return bool(0 <= age <= in_force(OfficesPolicy, now=now).proof_minutes * 60)


def _way_shown(request: HttpRequest, staff: Staff, now: datetime) -> str:
    """How they have shown that it is they; empty where they have not, or somebody else has."""
    password, answer = request.POST.get(WITH_PASSWORD, ""), request.POST.get(WITH_PASSKEY, "")[:LONGEST_ANSWER]
    who = None
    if answer and (challenge := challenge_of(request, "show")):
        who = check_passkey(answer=answer, site=site_of(request), challenge=challenge, now=now)
    elif password:
        network = origin_of(request.META, behind_proxy=settings.BEHIND_PROXY)
        who = check_password(email=staff.email, password=password, network=network, now=now)
    if who is None or who.pk != staff.pk:
        return ""
    return "passkey" if answer else "password"


def _ask(request: HttpRequest, staff: Staff, now: datetime) -> HttpResponse:
    site, challenge = site_of(request), new_challenge(now)
    failed = WITH_PASSWORD in request.POST or WITH_PASSKEY in request.POST
    page = {
        "staff": staff,
        "failed": failed,
        "kept": [(name, one) for name, some in request.POST.lists() if name not in NOT_KEPT for one in some],
        "passkey": ask_to_show(site, challenge) if site.can_have_passkeys else "",
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }
    response = render(request, "console/prove.html", page, status=403 if failed else 200)
    return with_challenge(response, challenge, "show")
