"""A lawyer or another representative reads a participant's file, by consent, until a day, each look recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from adsum.checkins.queries import dates_of, duties_of, reports_of
from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.queries import lines_about
from adsum.ledger.rules import RULES
from adsum.notices.queries import notices_of
from adsum.orders.queries import order_in_force
from adsum.people.actions import add_representative, end_representative, record_representatives_look
from adsum.people.policy import PeoplePolicy
from adsum.people.queries import find_representative, representatives_of
from adsum.people.rules import hash_token
from adsum.policies.queries import in_force
from adsum.portal.access import anyone, participants_only
from adsum.portal.reviews import typed_in
from adsum.reviews.queries import decisions_of, open_review
from adsum.reviews.rules import Because, Wish

if TYPE_CHECKING:
    from adsum.people.models import Participant, Representative


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_representatives(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Who may read my file besides me: give it, see each look, end it."""
    now, ends, link, refused = timezone.now(), request.POST.get("end", ""), "", False
    if request.method == "POST" and ends:
        number = int(ends) if ends.isascii() and ends.isdecimal() and len(ends) < 18 else 0
        end_representative(participant=participant, representative_id=number, now=now)
        return redirect("my-representatives")
    if request.method == "POST":
        token = add_representative(participant=participant, name=request.POST.get("name", ""), now=now)
        link, refused = (f"{settings.PUBLIC_URL}/represented/{token}/", False) if token else ("", True)
    page = {"participant": participant, "now": now, "link": link, "refused": refused, **_shown(participant)}
    return render(request, "portal/representatives.html", page, status=400 if refused else 200)


def _shown(participant: Participant) -> dict[str, Any]:
    me, mine = participant.as_actor(), participant.pk
    looks = lines_about(participant_id=mine, seen_by=me).filter(verb="file.viewed", subject_kind="representative")
    return {
        "people": representatives_of(participant_id=mine, seen_by=me)[:20],
        "looks": looks[:100],
        "days": in_force(PeoplePolicy, now=timezone.now()).representative_days,
    }


def representative_or_404(token: str) -> Representative:
    """Whose link this is, while it holds."""
    found = find_representative(token_hash=hash_token(token), now=timezone.now(), seen_by=RULES)
    if found is None:
        raise Http404
    return found


@anyone
@require_safe
def represented(request: HttpRequest, token: str) -> HttpResponse:
    """A participant's file for their representative, who can ask in their name. Each look is recorded."""
    representative = representative_or_404(token)
    record_representatives_look(representative=representative, now=timezone.now())
    return file_page(request, representative, token)


def file_page(
    request: HttpRequest,
    representative: Representative,
    token: str,
    *,
    status: int = 200,
    **refused: Any,
) -> HttpResponse:
    """The file as a representative reads it; with what they typed, where it was not taken."""
    person = representative.participant
    me, theirs = person.as_actor(), person.pk
    page = {
        "person": person,
        "order": order_in_force(participant_id=theirs, seen_by=me),
        "dates": dates_of(participant_id=theirs, since=timezone.localdate(), seen_by=me)[:6],
        "duties": duties_of(participant_id=theirs, seen_by=me).exclude(outcome=None)[:24],
        "reports": reports_of(participant_id=theirs, seen_by=me)[:24],
        "notices": notices_of(participant_id=theirs, seen_by=me)[:24],
        **_reviewed(person),
        "wishes": list(Wish),
        "reasons": list(Because),
        **typed_in(request, **refused),
    }
    return as_represented(request, representative, token, "portal/represented.html", page, status=status)


def as_represented(
    request: HttpRequest,
    representative: Representative,
    token: str,
    template: str,
    page: dict[str, Any],
    *,
    status: int,
) -> HttpResponse:
    """A page for a representative, in the time of the person's office; no device keeps it."""
    whose = {"representative": representative, "token": token}
    with timezone.override(representative.participant.office.zone):
        response = render(request, template, page | whose, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _reviewed(person: Participant) -> dict[str, Any]:
    """The review that runs, until when it is answered, and what was decided before."""
    me = person.as_actor()
    review = open_review(participant_id=person.pk, seen_by=me)
    return {
        "review": review,
        "clock": open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=me) if review else None,
        "decisions": decisions_of(participant_id=person.pk, seen_by=me)[:24],
    }
