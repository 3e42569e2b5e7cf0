"""My address and its proof, the forms of other agencies, my photo."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.checkins.actions import answer_with_photo
from adsum.checkins.queries import Standing, standing_of
from adsum.checkins.rules import DutyKind
from adsum.core.text import clean_line
from adsum.documents.actions import mark_form, say_unable
from adsum.documents.queries import FormToSend, documents_of, forms_to_send, inabilities_of, photo_answered_at
from adsum.documents.rules import DocumentRefused, FormCode, Kind, Says
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level, asks_for_photo
from adsum.pilots.policy import PilotPolicy
from adsum.pilots.rules import Feature, is_on
from adsum.places.actions import confirm_address, move
from adsum.places.queries import addresses, current_address
from adsum.places.rules import GivenAddress
from adsum.policies.queries import in_force
from adsum.portal.access import participants_only
from adsum.portal.reading import ADDRESS_FIELDS, read_key
from adsum.portal.receipts import page_of
from adsum.portal.resting import is_off
from adsum.portal.uploads import keep_sent, status_of, words_of

if TYPE_CHECKING:
    from adsum.documents.models import Document
    from adsum.people.models import Participant

NO_FIXED_ADDRESS = "No fixed address"
PROOF_SAYS = (Says.NO_PAPERS, Says.STAYS_WITH_SOMEBODY, Says.SHELTER, Says.NO_FIXED_ADDRESS)


def evidence_of(participant: Participant, now: datetime) -> dict[str, Any]:
    """What the start page tells about forms to send and about a photo."""
    return {
        "forms_open": [
            form
            for form in forms_to_send(participant=participant, now=timezone.now(), seen_by=participant.as_actor())
            if form.sent_at is None
        ],
        "photo_asked": is_photo_asked(participant, now),
        "photo_standing": photo_standing(participant, now),
    }


def photo_standing(participant: Participant, now: datetime) -> Standing:
    """Which photo is owed or was missed, where a plan asks for them; and when the next one is due."""
    if participant.left_at or is_off(participant, now):
        return Standing()
    return standing_of(participant_id=participant.pk, at=now, kind=DutyKind.PHOTO, seen_by=participant.as_actor())


def is_photo_asked(participant: Participant, now: datetime) -> bool:
    """Whether the order in force asks for a photo now."""
    me, mine = participant.as_actor(), participant.pk
    order = order_in_force(participant_id=mine, seen_by=me)
    answered_at = photo_answered_at(participant_id=mine, seen_by=me)
    if order is None:
        return False
    pilot = in_force(PilotPolicy, now=now, office_id=participant.office_id, level=order.level)
    if not is_on(Feature.PHOTO, mine, policy=pilot):
        return False
    return asks_for_photo(
        Level(order.level),
        own_days=order.photo_every_days,
        answered_at=answered_at,
        now=now,
        policy=order.policy_at(now),
    )


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_address(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Where I live: confirm it or change it; which papers have arrived, which forms are to send."""
    missing = ""
    if request.method == "POST":
        missing = _take_address(request, participant)
        if not missing:
            return redirect("address-proof")
    me, mine = participant.as_actor(), participant.pk
    page = {
        "participant": participant,
        "address": current_address(participant_id=mine, seen_by=me),
        "documents": documents_of(participant_id=mine, seen_by=me, kinds=[Kind.ADDRESS_PROOF])[:10],
        "said": inabilities_of(participant_id=mine, seen_by=me).exclude(kind=Kind.PHOTO).first(),
        "forms": forms_to_send(participant=participant, now=timezone.now(), seen_by=me),
        "missing": missing,
        "typed": request.POST,
    }
    return render(request, "portal/my_address.html", page, status=400 if missing else 200)


def _take_address(request: HttpRequest, participant: Participant) -> str:
    """Confirm or change; returns what is missing."""
    answer, now = request.POST.get("lives_there", ""), timezone.now()
    given = GivenAddress(**{name: clean_line(request.POST.get(name, "")) for name in ADDRESS_FIELDS})
    if answer == "yes":
        confirm_address(participant=participant, now=now)
        return ""
    if answer == "no-fixed":
        given = GivenAddress(NO_FIXED_ADDRESS, "", given.city, given.state, given.postal_code)
    elif answer != "no":
        return "answer"
    elif not given.street:
        return "street"
    move(participant=participant, given=given, actor=participant.as_actor(), now=now)
    return ""


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def address_proof(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Show where I live: a photo of a bill, a lease, a shelter letter; or say that I have no papers."""
    if request.method == "POST":
        return _take_document(request, participant, Kind.ADDRESS_PROOF)
    return _document_page(request, participant, Kind.ADDRESS_PROOF, uuid4())


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def my_photo(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Send a photo of myself, taken now; or say that I cannot take one. A person compares it, never a computer."""
    if request.method == "POST":
        return _take_document(request, participant, Kind.PHOTO)
    return _document_page(request, participant, Kind.PHOTO, uuid4())


DONE = {Kind.ADDRESS_PROOF: "my-address", Kind.PHOTO: "my-photo"}
PAGES = {Kind.ADDRESS_PROOF: "portal/address_proof.html", Kind.PHOTO: "portal/my_photo.html"}


def _take_document(request: HttpRequest, participant: Participant, kind: Kind) -> HttpResponse:
    """Keep what the form brings, or what it says instead; the page's script is answered in JSON."""
    says = request.POST.get("says", "")
    by_script = request.headers.get("Accept", "") == "application/json"
    key = read_key({"key": request.POST.get("key", "")}) or uuid4()
    page = resolve_url(DONE[kind])
    try:
        if says in set(Says) and not request.FILES and not request.POST.get("upload"):
            say_unable(participant=participant, kind=kind, says=Says(says), now=timezone.now())
            page = _answer_duty(participant, kind, key, None) or page
        else:
            page = _answer_duty(participant, kind, key, keep_sent(request, participant, kind, key)) or page
    except DocumentRefused as refused:
        words, status = words_of(refused.refusal), status_of(refused.refusal)
        if by_script:
            return JsonResponse({"error": words, "refusal": refused.refusal}, status=status)
        return _document_page(request, participant, kind, key, error=words, status=status)
    return JsonResponse({"page": page}) if by_script else redirect(page)


def _answer_duty(participant: Participant, kind: Kind, key: UUID, photo: Document | None) -> str:
    """Where a photo is owed, this answers it: its receipt's page. Who cannot take one has answered too."""
    if kind != Kind.PHOTO:
        return ""
    now = timezone.now()
    taken_at, sha256 = (photo.received_at, photo.sha256) if photo else (now, "")
    report = answer_with_photo(participant=participant, key=key, sha256=sha256, taken_at=taken_at, now=now)
    return page_of(report) if report else ""


def _document_page(
    request: HttpRequest, participant: Participant, kind: Kind, key: UUID, *, error: str = "", status: int = 200
) -> HttpResponse:
    me, mine = participant.as_actor(), participant.pk
    page = {
        "participant": participant,
        "address": current_address(participant_id=mine, seen_by=me),
        "documents": documents_of(participant_id=mine, seen_by=me, kinds=[kind])[:10],
        "said": inabilities_of(participant_id=mine, seen_by=me).filter(kind=kind).first(),
        "says": PROOF_SAYS,
        "key": key,
        "error": error,
        "photo_standing": photo_standing(participant, timezone.now()) if kind == Kind.PHOTO else None,
    }
    return render(request, PAGES[kind], page, status=status)


def _form_or_404(participant: Participant, code: str) -> FormToSend:
    forms = forms_to_send(participant=participant, now=timezone.now(), seen_by=participant.as_actor())
    found = next((form for form in forms if form.due.doc.code == code), None)
    if found is None:
        raise Http404
    return found


@participants_only
@require_safe
def my_forms(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Who else needs to know my new address, by when, and what I have sent."""
    forms = forms_to_send(participant=participant, now=timezone.now(), seen_by=participant.as_actor())
    return render(request, "portal/my_forms.html", {"participant": participant, "forms": forms})


@participants_only
@require_safe
def form_sheet(request: HttpRequest, participant: Participant, form_code: str) -> HttpResponse:
    """A sheet with everything that this agency's form asks for, filled in, to copy or to print."""
    form = _form_or_404(participant, form_code)
    former = addresses(participant_id=participant.pk, seen_by=participant.as_actor()).filter(until__isnull=False)
    page = {"participant": participant, "form": form, "former": former.first()}
    return render(request, "portal/form_sheet.html", page)


@participants_only
@require_POST
def form_sent(request: HttpRequest, participant: Participant, form_code: str) -> HttpResponse:
    """“I have sent it”, or not after all."""
    form, sent = _form_or_404(participant, form_code), request.POST.get("sent") == "yes"
    code = FormCode(form.due.doc.code)
    mark_form(participant=participant, address=form.address, form=code, sent=sent, now=timezone.now())
    return redirect("my-forms")
