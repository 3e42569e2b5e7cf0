"""The assembled file of one person, for a decision: facts with links, what is missing, the criteria beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import staff_only
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.people.queries import find_participant
from adsum.reviews.past_queries import assemble

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.reviews.rules import Link

register = template.Library()


@register.filter
def address(link: Link) -> str:
    """The address of the page from which a fact comes."""
    page = resolve_url(link.name, *link.args)
    return f"{page}#{link.anchor}" if link.anchor else page


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def case_file(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """What is on file of one person now. The look is recorded."""
    me, now = staff.as_actor(), timezone.now()
    participant = find_participant(participant_id=participant_id, seen_by=me)
    if participant is None:
        raise Http404
    record_look(participant=participant, actor=me, now=now)
    file = assemble(participant=participant, seen_by=me, now=now)
    return render(request, "console/case_file_page.html", {"staff": staff, "participant": participant, "file": file})
