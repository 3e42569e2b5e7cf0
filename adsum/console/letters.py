"""Letters that wait for somebody to print and post them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from adsum.checkins.message_queries import write_messages
from adsum.console.access import staff_only
from adsum.core.typesetting import tongue_of, typeset
from adsum.flags.policy import FlagsPolicy
from adsum.notices.actions import drop_messages, mark_posted
from adsum.notices.queries import letters_to_post
from adsum.notices.rules import Handover, Posted
from adsum.offices.rules import Role
from adsum.people.actions import record_look
from adsum.places.queries import post_addresses
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adsum.ledger.rules import Actor
    from adsum.notices.models import Message
    from adsum.offices.models import Staff

NO_LONGER_NEEDED = "This letter is no longer needed: the check-in has come, or the date has changed."
NO_ADDRESS = "No address is known: call, or give it to them at the office."
GIVEN = {Handover.DESK: "given to them at the office", Handover.PHONE: "read out to them on the phone"}


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def letters(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The office's letters that wait to be printed and posted."""
    waiting = Paginator(letters_to_post(seen_by=staff.as_actor()), in_force(FlagsPolicy, now=timezone.now()).page_size)
    page = waiting.get_page(request.GET.get("page"))
    known = post_addresses(of=[one.participant_id for one in page], seen_by=staff.as_actor())
    return render(request, "console/letters.html", {"staff": staff, "page": page, "known": known})


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def letter(request: HttpRequest, staff: Staff, letter_id: int) -> HttpResponse:
    """One letter, ready to print. The look at the person's address is recorded."""
    written = _written_or_404(staff, letter_id)
    if written["outgoing"] is not None:
        record_look(participant=written["letter"].participant, actor=staff.as_actor(), now=timezone.now())
    return render(request, "console/letter.html", {"staff": staff, "no_address": NO_ADDRESS, **written})


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def letters_paper(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A page of the list as one PDF, a letter a sheet, ready to print. The looks at the addresses are recorded."""
    me, now = staff.as_actor(), timezone.now()
    waiting = Paginator(letters_to_post(seen_by=me), in_force(FlagsPolicy, now=now).page_size).get_page(
        request.GET.get("page")
    )
    written = [one for one in _write(waiting.object_list, me) if one["outgoing"] is not None]
    if not written:
        messages.info(request, "No letter waits to be printed.")
        return redirect("letters")
    for one in written:
        record_look(participant=one["letter"].participant, actor=me, now=now)
    sheets = {"title": "Letters to post", "letters": [_sheet(one) for one in written]}
    response = HttpResponse(typeset("letters", sheets, language="en", made_at=now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="adsum-letters-{timezone.localdate()}.pdf"'
    return response


def _sheet(written: dict[str, Any]) -> dict[str, Any]:
    """One letter as the paper needs it."""
    person, outgoing = written["letter"].participant, written["outgoing"]
    return {
        "from": "\n".join(filter(None, [person.office.name, person.office.phone])),
        "to": f"{person.full_name}\n{written['address'] or NO_ADDRESS}",
        "title": outgoing.title,
        "paragraphs": [" ".join(part.split()) for part in outgoing.text.split("\n\n") if part.strip()],
        **tongue_of(outgoing.language),
    }


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def letter_posting(request: HttpRequest, staff: Staff, letter_id: int) -> HttpResponse:
    """The letter is in the post, or was given to its reader (`by`); or it is no longer needed, and thrown away."""
    written, now = _written_or_404(staff, letter_id), timezone.now()
    if written["outgoing"] is None:
        drop_messages(ids=[letter_id], why="it is no longer needed", now=now)
        messages.success(request, NO_LONGER_NEEDED)
    elif mark_posted(letters=[_posted(written, _handover(request))], officer=staff.as_actor(), now=now):
        messages.success(request, "Marked as posted." if written["address"] else "Noted.")
    elif not written["address"]:
        messages.error(request, f"Nothing was noted. {NO_ADDRESS}")
    return redirect("letters")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def letters_posting(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The chosen letters of the list are in the post, or all that stood on the page; what is not needed is dropped."""
    me, now = staff.as_actor(), timezone.now()
    given = request.POST.get("shown", "").split() if "all" in request.POST else request.POST.getlist("letter")
    chosen = [int(one) for one in given if one.isdecimal() and len(one) < 18]
    found = letters_to_post(seen_by=me).filter(pk__in=chosen)
    written = _write(found[: in_force(FlagsPolicy, now=now).page_size], me)
    needless = [one["letter"].pk for one in written if one["outgoing"] is None]
    if needless:
        drop_messages(ids=needless, why="it is no longer needed", now=now)
    posted = mark_posted(letters=[_posted(one) for one in written if one["outgoing"]], officer=me, now=now)
    messages.success(
        request, _told(posted, len(needless), sum(not one["address"] for one in written if one["outgoing"]))
    )
    return redirect("letters")


def _told(posted: int, needless: int, nowhere: int) -> str:
    if not posted and not needless and not nowhere:
        return "No letter was chosen, or somebody has marked them before."
    dropped = f" {needless} no longer needed: throw away if printed." if needless else ""
    kept = f" {nowhere} without an address still wait: call, or give them out at the office." if nowhere else ""
    return f"{posted} letter{'' if posted == 1 else 's'} marked as posted.{dropped}{kept}"


def _handover(request: HttpRequest) -> Handover:
    by = request.POST.get("by", "")
    return Handover(by) if by in set(Handover) else Handover.POST


def _posted(written: dict[str, Any], by: Handover = Handover.POST) -> Posted:
    outgoing = written["outgoing"]
    return Posted(written["letter"].pk, outgoing.title, outgoing.text, GIVEN.get(by, written["address"]), by)


def _written_or_404(staff: Staff, letter_id: int) -> dict[str, Any]:
    """The letter with its words and address; without words where it is no longer needed."""
    me = staff.as_actor()
    found = letters_to_post(seen_by=me).filter(pk=letter_id)
    if not found:
        raise Http404
    return _write(found, me)[0]


def _write(letters: Iterable[Message], me: Actor) -> list[dict[str, Any]]:
    found = list(letters)
    known = post_addresses(of=[one.participant_id for one in found], seen_by=me)
    written = write_messages(messages=found, at=timezone.now(), seen_by=me)
    return [
        {
            "letter": one,
            "address": known.get(one.participant_id, ""),
            "outgoing": written.get(one.pk),
        }
        for one in found
    ]
