"""The receipt as it leaves the house: signed, so that nobody else's “200 OK” can be taken for ours."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from adsum.core.signing import is_signed, load_key, public_text, sign_text
from adsum.core.squares import draw_square
from adsum.ledger.queries import prove_line
from adsum.portal.cookies import PLACE_COOKIE
from adsum.portal.reading import is_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from adsum.checkins.models import Attempt, Report
    from adsum.people.models import Participant

KINDS = ("receipt", "attempt")


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


def signed_attempt(attempt: Attempt) -> dict[str, Any]:
    """The receipt of a failed attempt, signed in the same way."""
    return {
        "number": attempt.receipt_number,
        "key": str(attempt.key),
        "received_at": attempt.received_at.isoformat(),
        "statement": attempt.statement,
        "signature": sign_text(_key(), attempt.statement),
        "page": reverse("receipt", args=[attempt.receipt_number]),
    }


def signed_lines(signed: Report | Attempt) -> list[str]:
    """Statement and signature: all that it takes to check a receipt offline."""
    return [*signed.statement.splitlines(), sign_text(_key(), signed.statement)]


def qr_of(signed: Report | Attempt) -> str:
    """The same as a QR code, to stand in a page (SVG)."""
    return draw_square("\n".join(signed_lines(signed)), error="l", boost_error=False, scale=4)


def qr_file_of(signed: Report | Attempt) -> str:
    """The same QR code as an SVG file."""
    drawing = segno.make("\n".join(signed_lines(signed)), error="l", boost_error=False, micro=False)
    written, write = BytesIO(), drawing.save
    write(written, kind="svg", border=2, omitsize=True)
    return written.getvalue().decode()


@dataclass(frozen=True)
class Said:
    """What a receipt's text says, and whether we signed it."""

    genuine: bool
    failed: bool
    received_at: datetime | None


def check_text(text: str) -> Said | None:
    """Hold the text of a receipt's QR code against our key; None where it is no such text at all."""
    lines = text.split()
    if len(lines) < 7 or lines[0] != "adsum" or lines[1] not in KINDS:
        return None
    kind, number, key, moment, *content, signature = lines[1:]
    statement = f"adsum {kind}\n{number}\n{key}\n{moment}\n{' '.join(content)}\n"
    genuine = is_signed(_key().public_key(), statement.encode(), _as_bytes(signature))
    return Said(genuine, kind == "attempt", _moment(moment) if genuine else None)


def _as_bytes(signature: str) -> bytes:
    try:
        return base64.b64decode(f"{signature}==", altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


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
