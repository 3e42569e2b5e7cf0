"""The participant's pages. A view reads the request, makes one call, and answers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from psycopg_pool import PoolTimeout

from adsum.checkins.actions import submit_report
from adsum.checkins.queries import Standing, attempts_of, find_receipt, reports_of, standing_of
from adsum.checkins.rules import DutyKind
from adsum.core.ids import in_groups, read_code
from adsum.core.languages import nearest_language
from adsum.documents.queries import documents_of
from adsum.enrolment.queries import open_phone_change
from adsum.ledger.queries import lines_about
from adsum.ledger.rules import ActorKind
from adsum.misses.queries import steps_in_force, steps_of
from adsum.notices.queries import notices_of
from adsum.orders.queries import order_in_force, sharing_of
from adsum.people.actions import sign_out_device
from adsum.places.policy import PlacesPolicy
from adsum.places.queries import current_address
from adsum.policies.queries import in_force
from adsum.portal.access import (
    anyone,
    device_of,
    keep_device,
    participants_only,
)
from adsum.portal.appointments import appointments_for, coming_for
from adsum.portal.attempts import note_expired_form, note_our_mistake
from adsum.portal.choosing import keep_language
from adsum.portal.closing import closed_then
from adsum.portal.content import content_of
from adsum.portal.cookies import DEVICE_COOKIE
from adsum.portal.court import court_for
from adsum.portal.entering import ASKED, Refused, device_name, file_check, keep_device_name, try_code
from adsum.portal.everything import everything_held
from adsum.portal.evidence import evidence_of, photo_standing
from adsum.portal.excuses import excuses_of
from adsum.portal.families import is_shared, keep_seats
from adsum.portal.getting_ready import getting_ready_of
from adsum.portal.in_line import FULL, first_try_of
from adsum.portal.lowering import kept_under
from adsum.portal.monitors import monitor_of_mine
from adsum.portal.new_number import ask_about_number
from adsum.portal.offline import seal_key
from adsum.portal.partners import partners_that_looked
from adsum.portal.passes import give_pass, sending_of
from adsum.portal.photo_step import photo_step, take_photo_with
from adsum.portal.questions import asked_of
from adsum.portal.reading import is_json, read_key, read_sent
from adsum.portal.receipts import give_proof, give_receipt, public_key, qr_of
from adsum.portal.records import records_of_mine
from adsum.portal.resting import dates_ahead, is_off
from adsum.portal.reviews import reviews_of_mine
from adsum.portal.way_in import note_opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adsum.checkins.models import Duty
    from adsum.misses.models import MissStep
    from adsum.people.models import Participant

MONTHS = range(1, 13)
LOOKS = Q(verb__in=["file.viewed", "document.viewed"], actor_kind__in=[ActorKind.STAFF, ActorKind.STRANGER])
LOOKS |= Q(verb="participant.bundled")


@anyone
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """What Adsum is, and the way in."""
    if device_of(request) is not None:
        return redirect("home")
    return render(request, "portal/welcome.html")


@anyone
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What to do when something does not work; each path ends in a check-in or a person."""
    device = device_of(request)
    return render(
        request,
        "portal/help.html",
        {"participant": device.participant if device else None},
    )


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Code, date of birth and one thing from the file; then the person is in, and stays in on this device."""
    if request.method != "POST":
        return _start_page(request, "")
    activation = try_code(request, device=device_name(request), browser=request.headers.get("User-Agent", ""))
    if isinstance(activation, Refused):
        return _start_page(request, request.POST.get("code", ""), activation)
    response = redirect("home")
    keep_device(response, activation.token)
    keep_seats(request, response, activation.token)
    language = nearest_language(activation.language)
    if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        keep_language(response, language)
    return response


@anyone
@require_safe
def start_with_code(request: HttpRequest, code: str) -> HttpResponse:
    """The link of an invitation: the same page with the code filled in. Looking at it uses nothing up."""
    note_opened(request, code)
    return _start_page(request, code)


def _start_page(request: HttpRequest, code: str, refused: Refused = ASKED) -> HttpResponse:
    page = {
        "code": in_groups(read_code(code), 5),
        "answer": refused.answer,
        "typed": request.POST,
        "months": MONTHS,
        "file_check": file_check(),
    }
    response = render(request, "portal/start.html", page, status=refused.status)
    response["Cache-Control"] = "no-store"
    keep_device_name(request, response)
    if refused.retry_seconds:
        response["Retry-After"] = str(refused.retry_seconds)
    return response


@participants_only
@require_safe
def home(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What is due, what comes next, what was said."""
    me, now = participant.as_actor(), timezone.now()
    off = is_off(participant, now)
    nothing = off or participant.left_at
    standing = Standing() if nothing else standing_of(participant_id=participant.pk, at=now, seen_by=me)
    page = {
        "participant": participant,
        "switched_off": off,
        "standing": standing,
        "now": now,
        "decisions": _in_force_about(standing.missed, participant),
        "last_report": reports_of(participant_id=participant.pk, seen_by=me).exclude(kind=DutyKind.PHOTO).first(),
        "notices": notices_of(participant_id=participant.pk, seen_by=me)[:3],
        "sharing": sharing_of(participant_id=participant.pk, at=now, seen_by=me),
        **closed_then(participant, standing, now),
        **coming_for(participant, now),
        **evidence_of(participant, now),
        **excuses_of(participant),
        **getting_ready_of(participant),
        "is_shared": is_shared(request, participant),
    }
    return render(request, "portal/home.html", page)


def _in_force_about(missed: Duty | None, participant: Participant) -> Iterable[MissStep]:
    """What holds against them, where this check-in is missed: “nothing is decided” would not be true."""
    me = participant.as_actor()
    return steps_in_force(participant_id=participant.pk, duty_id=missed.pk, seen_by=me) if missed else ()


@participants_only
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, participant: Participant) -> HttpResponse:
    """“I am here, I live there”: a few questions, the place, send."""
    now = timezone.now()
    if request.method == "POST":
        sent = read_sent(request)
        key = read_key(sent)
        if key is None and is_json(request):
            return JsonResponse({"error": "a JSON object with the report's own key (a UUID) is needed"}, status=400)
        content, tried = content_of(request, sent, participant, key), first_try_of(request)
        sending = sending_of(sent, participant.pk)
        report = submit_report(
            participant=participant, key=key or uuid4(), content=content, now=now, tried_at=tried, sending=sending
        )
        ask_about_number(participant, report, now)
        take_photo_with(request, sent, participant, report)
        return give_receipt(request, report)
    me, form_pass = participant.as_actor(), give_pass(request, participant.pk, now)
    places = in_force(PlacesPolicy, now=now)
    page = {
        "participant": participant,
        "address": current_address(participant_id=participant.pk, seen_by=me),
        "template": asked_of(participant),
        "key": uuid4(),
        "keep_days": places.keep_fix_days,
        "rough_m": places.network_within_m,
        "sharing": sharing_of(participant_id=participant.pk, at=now, seen_by=me),
        "signed_by": public_key(),
        "seal_key": seal_key(),
        "pass": form_pass,
        "switched_off": is_off(participant, now),
        **photo_step(participant, now),
    }
    response = render(request, "portal/check_in.html", page)
    response["Adsum-Pass"] = form_pass.rpartition(".")[2]
    return response


@participants_only
@require_safe
def receipt(request: HttpRequest, participant: Participant, number: str) -> HttpResponse:
    """Proof that a check-in has arrived."""
    me = participant.as_actor()
    report = find_receipt(receipt_number=read_code(number), seen_by=me)
    if report is None:
        raise Http404
    standing = standing_of(participant_id=participant.pk, at=timezone.now(), seen_by=me)
    sharing = sharing_of(participant_id=participant.pk, at=timezone.now(), seen_by=me)
    page = {"participant": participant, "report": report, "standing": standing, "sharing": sharing, "qr": qr_of(report)}
    page["is_shared"] = is_shared(request, participant)
    page["number_waits"] = open_phone_change(participant_id=participant.pk, now=timezone.now(), seen_by=me)
    page["photo_standing"] = photo_standing(participant, timezone.now())
    return render(request, "portal/receipt.html", page)


@participants_only
@require_safe
def receipt_proof(request: HttpRequest, participant: Participant, number: str) -> HttpResponse:
    """What proves a receipt to anybody without our word: signature, ledger line, and its place in the sealed ledger."""
    report = find_receipt(receipt_number=read_code(number), seen_by=participant.as_actor())
    if report is None:
        raise Http404
    return give_proof(participant, report)


@participants_only
@require_safe
def my_file(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What is held about me, why I am at this level, and who looked."""
    me, mine = participant.as_actor(), participant.pk
    order = order_in_force(participant_id=mine, seen_by=me)
    page = {
        "participant": participant,
        "order": order,
        "kept": kept_under(order, participant),
        "address": current_address(participant_id=mine, seen_by=me),
        "reports": reports_of(participant_id=mine, seen_by=me)[:20],
        "notices": notices_of(participant_id=mine, seen_by=me)[:20],
        "dates": dates_ahead(participant, timezone.now())[:6],
        "attempts": attempts_of(participant_id=mine, seen_by=me)[:10],
        "looks": lines_about(participant_id=mine, seen_by=me).filter(LOOKS)[:20],
        "documents": documents_of(participant_id=mine, seen_by=me)[:20],
        **appointments_for(participant, timezone.now()),
        **excuses_of(participant),
        **court_for(participant),
        **records_of_mine(participant),
        **reviews_of_mine(participant),
        **monitor_of_mine(participant, order, timezone.now()),
        **partners_that_looked(participant),
        "decisions": steps_of(participant_id=mine, seen_by=me).filter(told_at__isnull=False)[:20],
    }
    return render(request, "portal/my_file.html", page)


@participants_only
@require_safe
def my_file_whole(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Everything that is held about me, as one JSON file to keep."""
    held = everything_held(participant_id=participant.pk, seen_by=participant.as_actor())
    response = JsonResponse(held, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="adsum-my-file.json"'
    return response


@anyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave this device. Coming back takes its passkey, its PIN, or a new code."""
    if device := device_of(request):
        sign_out_device(device=device, actor=device.participant.as_actor(), now=timezone.now())
    response = redirect("welcome")
    response.delete_cookie(DEVICE_COOKIE)
    return response


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: say that nothing was sent, and how to send it."""
    return render(
        request,
        "portal/form_expired.html",
        {"back": request.get_full_path(), "attempt": note_expired_form(request)},
        status=403,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or none for you: the same answer."""
    for_staff = request.path.startswith("/console/")
    return render(request, "console/not_found.html" if for_staff else "portal/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Our mistake: say that it is ours, and that nobody is late for it. No room at the database: a place in line."""
    request.META[FULL] = isinstance(getattr(sys.exc_info()[1], "__cause__", None), PoolTimeout)
    with translation.override(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "en")):
        return render(None, "portal/broken.html", {"attempt": note_our_mistake(request)}, status=500)
