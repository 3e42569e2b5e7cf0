"""The receipt as it leaves the house: signed, so that nobody else's “200 OK” can be taken for ours."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from adsum.core.signing import load_key, public_text, sign_text
from adsum.ledger.queries import prove_line
from adsum.portal.cookies import PLACE_COOKIE
from adsum.portal.reading import is_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from adsum.checkins.models import Report
    from adsum.people.models import Participant


def give_receipt(request: HttpRequest, report: Report) -> HttpResponse:
    """The answer to a check-in that is committed: the signed receipt for a script, the receipt's page for a person."""
    if is_json(request):
        response = HttpResponse(orjson.dumps(signed_receipt(report)), content_type="application/json")
        response["Content-Encoding"] = "identity"  # half a kilobyte of random letters: zipping it only takes time
    else:
        response = HttpResponseRedirect(page_of(report))
    if PLACE_COOKIE in request.COOKIES:
        response.delete_cookie(PLACE_COOKIE)
    return response


def signed_receipt(report: Report) -> dict[str, Any]:
    """The receipt and its signature (Ed25519 over the UTF-8 of `statement`); the same report has the same for ever."""
    return {
        "number": report.receipt_number,
        "key": str(report.key),
        "received_at": report.received_at.isoformat(),
        "content": report.fingerprint,
        "statement": report.statement,
        "signature": sign_text(_key(), report.statement),
        "page": page_of(report),
    }


def give_proof(participant: Participant, report: Report) -> HttpResponse:
    """The receipt with its line and that line's place in the sealed ledger, as a file; docs/receipts.md explains it."""
    me, mine = participant.as_actor(), participant.pk
    proof = prove_line(participant_id=mine, verb="checkin.reported", subject_id=report.pk, seen_by=me)
    told: dict[str, Any] = {"receipt": signed_receipt(report), "public_key": public_key(), "sealed": proof is not None}
    if proof is not None:
        told |= {
            "line": proof.says.decode(),
            "place": proof.sequence,
            "path": [node.hex() for node in proof.path],
            "checkpoint": asdict(proof.checkpoint),
        }
    response = JsonResponse(told, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="adsum-proof-{report.receipt_number}.json"'
    return response


def page_of(report: Report) -> str:
    """Where a person sees the receipt."""
    before, after = _around_number()
    return f"{before}{report.receipt_number}{after}"


def public_key() -> str:
    """With it anybody can check a receipt's signature."""
    return public_text(_key())


@cache
def _around_number() -> tuple[str, str]:
    before, _, after = reverse("receipt", args=["NUMBER"]).partition("NUMBER")
    return before, after


@cache
def _key() -> Ed25519PrivateKey:
    return load_key(Path(settings.HOME) / "ledger")
