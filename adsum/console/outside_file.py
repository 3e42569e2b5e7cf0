"""The complete file of an appeal for the body outside this agency: one indexed PDF, the data, and our signature."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.appointments import queries as appointments
from adsum.checkins import queries as checkins
from adsum.console.access import staff_only
from adsum.console.outside_pages import pages_of
from adsum.core.signing import load_key, public_text, sign_text
from adsum.core.typesetting import typeset
from adsum.court import queries as court
from adsum.law import queries as law
from adsum.misses import queries as misses
from adsum.monitors import queries as monitors
from adsum.offices.rules import Role
from adsum.orders import queries as orders
from adsum.people.actions import record_look
from adsum.records import queries as records
from adsum.reviews import queries as reviews
from adsum.reviews.actions import AppealRefused, send_out_appeal
from adsum.reviews.queries import find_appeal
from adsum.reviews.rules import AppealStage

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.offices.models import Staff
    from adsum.reviews.models import Appeal

PARTS = (orders, monitors, checkins, misses, reviews, law, appointments, records, court)
HOW_TO_CHECK = (
    "The statement is signed with Ed25519 (RFC 8032) over its UTF-8; signature and key are base64url.\n"
    "sha256 of file.pdf and data.json must be those in the statement.\n"
)


@staff_only(Role.SUPERVISOR)
@require_POST
def outside_file(request: HttpRequest, staff: Staff, appeal_id: int) -> HttpResponse:
    """Take the file out; the ledger keeps by whom, when, and the hash of its paper."""
    now = timezone.now()
    found = find_appeal(appeal_id=appeal_id, seen_by=staff.as_actor())
    if found is None or found.stage != AppealStage.OUTSIDE:
        raise Http404
    made = make_file(found, staff, now)
    try:
        send_out_appeal(appeal_id=found.pk, staff=staff, sha256=made.sha256, now=now)
    except AppealRefused as refused:
        raise Http404 from refused
    record_look(participant=found.decision.participant, actor=staff.as_actor(), now=now)
    answer = HttpResponse(made.zipped(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="appeal-{found.pk}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True)
class OutsideFile:
    """The paper, the data that it was made from, and what was signed of both."""

    paper: bytes
    data: bytes
    statement: str

    @property
    def sha256(self) -> str:
        """The hash of the paper."""
        return _hash(self.paper)

    def zipped(self) -> bytes:
        """All of it as one ZIP, with how to check it."""
        key, packed = load_key(Path(settings.HOME) / "ledger"), BytesIO()
        signed = {
            "statement": self.statement,
            "signature": sign_text(key, self.statement),
            "public_key": public_text(key),
        }
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
            folder.writestr("file.pdf", self.paper)
            folder.writestr("data.json", self.data)
            folder.writestr("signature.json", orjson.dumps(signed, option=orjson.OPT_INDENT_2))
            folder.writestr("how-to-check.txt", HOW_TO_CHECK)
        return packed.getvalue()


def make_file(found: Appeal, staff: Staff, now: datetime) -> OutsideFile:
    """The whole of it as it stands now; what this person may not see is not in it."""
    held: dict[str, Any] = {}
    for part in PARTS:
        held |= part.everything_about(participant_id=found.decision.participant_id, seen_by=staff.as_actor())
    data = orjson.dumps(held, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    paper = typeset("outside", pages_of(found, held, data_hash=_hash(data), now=now), language="en", made_at=now)
    lines = ["adsum-appeal-file", str(found.pk), now.isoformat(), _hash(paper), _hash(data)]
    return OutsideFile(paper, data, "\n".join(lines))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
