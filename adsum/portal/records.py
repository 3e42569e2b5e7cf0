"""Records of other agencies that stand in my file, and saying that one is not about me."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adsum.portal.access import participants_only
from adsum.records.actions import JudgementRefused, say_not_me
from adsum.records.queries import leads_of
from adsum.records.rules import Answer, Stage

if TYPE_CHECKING:
    from adsum.people.models import Participant
    from adsum.records.models import Lead

SHOWN = 30


def records_of_mine(participant: Participant) -> dict[str, Any]:
    """What was confirmed about somebody, for their file; nothing of what nobody has confirmed."""
    return {"my_records": [_told(lead) for lead in _mine(participant)]}


def _mine(participant: Participant) -> list[Lead]:
    return list(leads_of(participant_id=participant.pk, seen_by=participant.as_actor())[:SHOWN])


def _told(lead: Lead) -> dict[str, Any]:
    """A record with what its agency said, and, where they said that it is not them, the answer once there is one.

    `asked_again`: the record was corrected, or looked at anew, and its agency has not said yet that it still holds.
    """
    confirmed = next(one for one in lead.confirmations.all() if one.answer == Answer.CONFIRMED)
    denied_at = lead.not_me_at
    after = [one for one in lead.judgements.all() if denied_at and one.judged_at > denied_at]
    return {
        "lead": lead,
        "record": lead.record,
        "confirmed": confirmed,
        "asked_again": lead.stage == Stage.SAME and lead.confirmations.all()[0] != confirmed,
        "answer": after[-1] if after and not lead.waits else None,
        "may_deny": lead.stage == Stage.SAME and denied_at is None,
    }


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_record(request: HttpRequest, participant: Participant, lead_id: int) -> HttpResponse:
    """One confirmed record, and “This is not me”: somebody else looks again, and nothing holds till then."""
    found = next((lead for lead in _mine(participant) if lead.pk == lead_id), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            words = request.POST.get("words", "")
            say_not_me(lead_id=lead_id, participant=participant, words=words, now=timezone.now())
        except JudgementRefused:
            pass  # said already, or taken back meanwhile: the page says how it stands
        return redirect("my-record", lead_id=lead_id)
    return render(request, "portal/my_record.html", {"participant": participant, "told": _told(found)})
