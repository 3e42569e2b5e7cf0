"""What makes the portal an app on the phone, and takes in what was filled in without internet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_POST, require_safe

from adsum.checkins.actions import submit_report
from adsum.checkins.policy import CheckinPolicy
from adsum.core.sealing import Sealed, SealKey, load_seal_keys, open_envelope
from adsum.ledger.rules import RULES
from adsum.people.queries import devices_by_hash, find_participant
from adsum.policies.queries import in_force
from adsum.portal.access import anyone, device_of
from adsum.portal.content import content_of
from adsum.portal.new_number import ask_about_number
from adsum.portal.passes import Pass, is_fresh, read_pass, read_sending
from adsum.portal.photo_step import take_photo_with
from adsum.portal.reading import read_key, read_object
from adsum.portal.receipts import give_receipt

if TYPE_CHECKING:
    from adsum.people.models import Participant

LARGEST_ENVELOPE = 200_000
FILES = (
    "portal.css",
    "portal.js",
    "outbox.js",
    "waiting.js",
    "places.js",
    "attempts.js",
    "uploads.js",
    "camera.js",
    "icon.svg",
    "pictograms.svg",
)


@csrf_exempt  # who holds the pass inside is the sender, whatever cookies come along
@anyone
@require_POST
def sealed_check_in(request: HttpRequest) -> HttpResponse:
    """A check-in that was made offline, sealed for us on the device. Its pass says whose it is; no cookie is needed."""
    if len(request.body) > LARGEST_ENVELOPE:
        return _refuse("too large", status=413)
    try:
        fields = read_object(open_envelope(read_object(request.body), keys=_keys()))
    except Sealed as error:
        return _refuse(str(error), status=422)
    given, key, now = read_pass(fields.get("pass", "")), read_key(fields), timezone.now()
    if given is None or key is None:
        return _refuse("without a pass and a key of its own", status=422)
    signed_in = given.device in devices_by_hash(token_hashes=[given.device], now=now, seen_by=RULES)
    participant = _sender(request, given, now, signed_in=signed_in)
    if participant is None:
        return _refuse("sign in first", status=403)
    report = submit_report(
        participant=participant,
        key=key,
        content=content_of(request, fields, participant, key),
        now=now,
        sending=read_sending(fields, given, signed_out=not signed_in),
    )
    ask_about_number(participant, report, now)
    take_photo_with(request, fields, participant, report)
    return give_receipt(request, report)


def _sender(request: HttpRequest, given: Pass, now: datetime, *, signed_in: bool) -> Participant | None:
    """Whose pass it is; an old one is good only while that person is signed in, with that device or this one."""
    if not signed_in and not is_fresh(given, days=in_force(CheckinPolicy, now=now).pass_days, now=now):
        device = device_of(request)
        if device is None or device.participant_id != given.participant_id:
            return None
    return find_participant(participant_id=given.participant_id, seen_by=RULES)


def _refuse(why: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": why}, status=status)


def seal_key() -> SealKey:
    """The key for which devices seal now."""
    return _keys()[0]


def _keys() -> tuple[SealKey, ...]:
    return load_seal_keys(Path(settings.HOME) / "seals")


@anyone
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """What a phone without internet shows instead of any other page. It holds nothing about anybody."""
    return HttpResponse(render_to_string("portal/offline.html", {"keeps_itself": True}))


@anyone
@require_safe
@conditional_page
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the app's files on the phone; each change of a file makes it another script."""
    files = [static(f"adsum/{name}") for name in FILES]
    words = get_template("portal/offline.html").template.source  # type: ignore[attr-defined]
    version = hashlib.sha256(json.dumps([files, words]).encode()).hexdigest()[:12]
    scripts = [static("adsum/outbox.js"), static("adsum/worker.js")]
    head = f"const VERSION = {json.dumps(version)}, FILES = {json.dumps(files)};\n"
    script = head + f"importScripts({', '.join(map(json.dumps, scripts))});\n"
    return _kept_fresh(HttpResponse(script, content_type="text/javascript; charset=utf-8"))


@anyone
@require_safe
@conditional_page
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put Adsum among its apps."""
    sizes = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
    icons = [*sizes, ("icon-maskable.png", "512x512", "maskable")]
    app: Mapping[str, object] = {
        "id": "/",
        "name": f"Adsum: {gettext('Check in')}",
        "short_name": "Adsum",
        "description": gettext("Say “I am here” from any phone"),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/home/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf5ea",
        "theme_color": "#0d3c3b",
        "icons": [
            {"src": static(f"adsum/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in icons
        ],
    }
    return _kept_fresh(HttpResponse(json.dumps(app), content_type="application/manifest+json"))


def _kept_fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response
