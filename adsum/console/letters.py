"""Letters that wait for somebody to print and post them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.checkins.queries import due_days_of
from adsum.console.access import staff_only
from adsum.flags.policy import POLICY
from adsum.notices.actions import drop_messages, mark_posted
from adsum.notices.channels.words import write_reminder
from adsum.notices.queries import discreet_people, letters_to_post
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.places.queries import current_address

if TYPE_CHECKING:
    from adsum.offices.models import Staff


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def letters(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The office's letters that wait to be printed and posted."""
    waiting = Paginator(letters_to_post(seen_by=staff.as_actor()), POLICY.page_size)
    return render(request, "console/letters.html", {"staff": staff, "page": waiting.get_page(request.GET.get("page"))})


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def letter(request: HttpRequest, staff: Staff, letter_id: int) -> HttpResponse:
    """One letter, ready to print. The look at the person's address is recorded."""
    written = _written_or_404(staff, letter_id)
    if written["outgoing"] is not None:
        record_look(participant=written["letter"].participant, actor=staff.as_actor(), now=timezone.now())
    return render(request, "console/letter.html", {"staff": staff, **written})


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def letter_posting(request: HttpRequest, staff: Staff, letter_id: int) -> HttpResponse:
    """The letter is in the post; or the check-in has come meanwhile, and it is thrown away."""
    written, now = _written_or_404(staff, letter_id), timezone.now()
    outgoing = written["outgoing"]
    if outgoing is None:
        drop_messages(ids=[letter_id], why="the check-in is done", now=now)
        messages.success(request, "The check-in has come meanwhile: no letter is needed.")
    elif mark_posted(
        message_id=letter_id,
        officer=staff.as_actor(),
        title=outgoing.title,
        text=outgoing.text,
        to=str(written["address"] or ""),
        now=now,
    ):
        messages.success(request, "Marked as posted.")
    return redirect("letters")


def _written_or_404(staff: Staff, letter_id: int) -> dict[str, Any]:
    """The letter with its words and address; without words where the check-in has come meanwhile."""
    me = staff.as_actor()
    found = letters_to_post(seen_by=me).filter(pk=letter_id).first()
    if found is None:
        raise Http404
    person, days = found.participant_id, due_days_of(messages=[found], seen_by=me)
    discreet = bool(discreet_people(among=[person], seen_by=me))
    return {
        "letter": found,
        "address": current_address(participant_id=person, seen_by=me),
        "outgoing": write_reminder(found, due_on=days[found.pk], discreet=discreet) if found.pk in days else None,
    }
