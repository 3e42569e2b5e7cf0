"""An officer puts down a person's new phone number, with the reason; the person and the old number are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.console.access import staff_only
from adsum.enrolment.actions import PhoneRefused, set_phone
from adsum.offices.rules import Role
from adsum.people.queries import find_participant
from adsum.people.rules import ContactKind, read_phone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adsum.checkins.models import Report
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

WHY_NOT = {
    "number": "This cannot be a phone number. Write it with the area code, or with + and the country code.",
    "reason": "Say how you know: who told you, and how you saw that it was them.",
}


def unconfirmed_phone(participant: Participant, reports: Iterable[Report]) -> Report | None:
    """The newest of these reports that gives a phone number, unless it is theirs by now."""
    given = next((one for one in reports if one.new_phone), None)
    known = {one.value for one in participant.contacts.all() if one.kind == ContactKind.PHONE}
    return given if given is not None and read_phone(given.new_phone) not in known else None


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def new_phone(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Change the number; then the person's page again."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    typed, reason = request.POST.get("number", "")[:40], request.POST.get("reason", "")
    try:
        set_phone(participant_id=participant_id, typed=typed, reason=reason, officer=staff, now=timezone.now())
        messages.success(request, "Changed. The participant is told, and so is the number that was there before.")
    except PhoneRefused as refusal:
        messages.warning(request, WHY_NOT.get(str(refusal), "That did not work."))
    return redirect("person", participant_id=participant_id)
