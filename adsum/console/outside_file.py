"""The complete file of an appeal for the body outside: one indexed PDF, the data, the papers, and our signature."""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_POST

from adsum.appointments import queries as appointments
from adsum.checkins import queries as checkins
from adsum.console.access import staff_only
from adsum.console.outside_pages import pages_of
from adsum.console.outside_papers import put_papers
from adsum.console.pieces import InPieces, zip_in_pieces
from adsum.core.signing import load_key, public_text, sign_text
from adsum.core.typesetting import typeset
from adsum.counterparts import queries as counterparts
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
    from collections.abc import Iterable
    from datetime import datetime

    from adsum.offices.models import Staff
    from adsum.reviews.models import Appeal

PARTS = (orders, monitors, checkins, misses, reviews, law, appointments, records, court, counterparts)
HOW_TO_CHECK = (
    "The statement in signature.json is signed with Ed25519 (RFC 8032) over its UTF-8; signature and key are"
    " base64url.\nFrom its fourth line on it names each file of this folder with its SHA-256:\n\n"
    "    jq -r .statement signature.json | tail -n +4 | sha256sum --check\n\n"
    "What the index in file.pdf says is erased, missing or not yet scanned is not in this folder.\n"
)


@staff_only(Role.SUPERVISOR)
@require_POST
def outside_file(request: HttpRequest, staff: Staff, appeal_id: int) -> InPieces:
    """Take the file out; the ledger keeps by whom, when, the hash of its index, and how many papers are in it."""
    now = timezone.now()
    found = find_appeal(appeal_id=appeal_id, seen_by=staff.as_actor())
    if found is None or found.stage != AppealStage.OUTSIDE:
        raise Http404
    made = make_file(found, staff, now)
    try:
        send_out_appeal(appeal_id=found.pk, staff=staff, sha256=made.sha256, papers=made.papers, now=now)
    except AppealRefused as refused:
        raise Http404 from refused
    record_look(participant=found.decision.participant, actor=staff.as_actor(), now=now)
    return zip_in_pieces(made.packed, name=f"appeal-{found.pk}.zip")


@dataclass(frozen=True)
class OutsideFile:
    """One ZIP, on the disk and without a name there: it goes when it is closed. `sha256` is of its index on paper."""

    packed: BinaryIO
    sha256: str
    papers: int


def make_file(found: Appeal, staff: Staff, now: datetime) -> OutsideFile:
    """The whole of it as it stands now; what this person may not see is not in it."""
    held: dict[str, Any] = {}
    who, me = found.decision.participant_id, staff.as_actor()
    for part in PARTS:
        held |= part.everything_about(participant_id=who, seen_by=me)
    with ExitStack() as closing:
        packed = closing.enter_context(TemporaryFile())
        with zipfile.ZipFile(packed, "w") as folder:
            papers = put_papers(folder, participant_id=who, seen_by=me)
            held["papers"] = [one.as_data() for one in papers]
            data = orjson.dumps(held, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
            pages = pages_of(found, held, papers, data_hash=_hash(data), now=now)
            paper = typeset("outside", pages, language="en", made_at=now)
            sums = [(_hash(paper), "file.pdf"), (_hash(data), "data.json")]
            sums += [(one.sha256, one.name) for one in papers if one.name]
            told = [("file.pdf", paper), ("data.json", data), ("signature.json", _signed(found, sums, now))]
            for name, content in (*told, ("how-to-check.txt", HOW_TO_CHECK.encode())):
                folder.writestr(name, content, zipfile.ZIP_DEFLATED)
        closing.pop_all()
    return OutsideFile(packed, _hash(paper), len(sums) - 2)


def _signed(found: Appeal, sums: Iterable[tuple[str, str]], now: datetime) -> bytes:
    """Which files belong to it, as sha256sum writes it, signed by this installation."""
    key = load_key(Path(settings.HOME) / "ledger")
    said = ["adsum-appeal-file", str(found.pk), now.isoformat(), *(f"{sha256}  {name}" for sha256, name in sums)]
    statement = "\n".join(said)
    signed = {"statement": statement, "signature": sign_text(key, statement), "public_key": public_text(key)}
    return orjson.dumps(signed, option=orjson.OPT_INDENT_2)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
