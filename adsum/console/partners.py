"""Other agencies' systems that ask and report through the API: who they are, and what they report of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.console.access import WATCHES, staff_only
from adsum.core.text import clean_text
from adsum.offices.rules import Role
from adsum.partners.actions import pause_partner, resume_partner
from adsum.partners.policy import PartnersPolicy
from adsum.partners.queries import (
    asking_of,
    count_strangers,
    find_partner,
    partner_reports,
    partners,
    secrets_held,
)
from adsum.partners.rules import SCOPES, Scope
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.ledger.rules import Actor
    from adsum.offices.models import Staff

LONGEST_REASON = 500
A_DAY = timedelta(days=1)

PARTNER_VERBS = {
    "partner.added": "let another agency's system ask through the API",
    "partner.changed": "changed what another agency's system may see",
    "partner.paused": "paused another agency's system",
    "partner.resumed": "let another agency's system in again",
    "partner.ended": "ended another agency's system",
    "partner.rotated": "gave another agency's system a new secret",
    "partner.let-in": "was given a token",
    "partner-report.made": "reported something to look at",
    "partner-report.changed": "changed what it had reported",
    "partner-report.withdrawn": "took back what it had reported",
    "partner-reports.forgotten": "erased old reports of other agencies",
    "partner-tokens.forgotten": "erased spent tokens of other agencies",
}


def reported_of(*, participant_id: int, seen_by: Actor) -> dict[str, Any]:
    """The last reports about a person, by id, for the flags that are about them."""
    found = partner_reports(seen_by=seen_by).filter(participant=participant_id)[:60]
    return {"partner_reports_by_id": {report.pk: report for report in found}}


@staff_only(*WATCHES)
@require_safe
def partner_list(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Whose programs may ask, whose people they see and what of them, by which law, and how much they ask."""
    me, now = staff.as_actor(), timezone.now()
    listed = [
        {
            "one": one,
            "scopes": [SCOPES[Scope(scope)] for scope in one.scopes],
            "asking": asking_of(partner=one, since=now - A_DAY, seen_by=me),
            "secrets": secrets_held(partner_id=one.pk, at=now, seen_by=me),
        }
        for one in partners(seen_by=me)
    ]
    page = {
        "staff": staff,
        "listed": listed,
        "strangers": count_strangers(since=now - A_DAY, seen_by=me),
        "a_minute": in_force(PartnersPolicy, now=now).requests_per_minute,
        "may_act": staff.role == Role.OPERATOR,
    }
    return render(request, "console/partners.html", page)


@staff_only(Role.OPERATOR)
@require_POST
def partner_act(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """Not let in for now, with a reason; or let in again."""
    me, now = staff.as_actor(), timezone.now()
    found = find_partner(code=code, seen_by=me)
    if found is None or found.ended_at is not None:
        raise Http404
    reason = clean_text(request.POST.get("reason", ""), longest=LONGEST_REASON)
    if request.POST.get("do") == "resume":
        resume_partner(partner=found, actor=me, now=now)
        messages.success(request, f"{found.title} is let in again, with the secret it has.")
    elif not reason:
        messages.error(request, "Write why it is not let in: the next person wants to know.")
    else:
        pause_partner(partner=found, reason=reason, actor=me, now=now)
        messages.success(request, f"{found.title} is not let in for now. The tokens it has help no more.")
    return redirect("partners")
