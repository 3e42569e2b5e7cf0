"""The complete file for the outside body: on paper with contents, as data, signed, and only at that stage."""

import base64
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from pypdf import PdfReader

from adsum.core.signing import is_signed
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.reviews.actions import AppealRefused, appeal_decision, cast_vote, send_out_appeal
from adsum.reviews.models import Appeal, Review, ReviewDecision
from adsum.reviews.rules import Answer, Way
from tests.factories import NOW, make_staff

SignIn = Callable[[Participant | Staff], Client]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


@pytest.fixture
def appeals(review: Review, decide: Callable[..., ReviewDecision], supervisors: list[Staff]) -> list[Appeal]:
    """One appeal after the other, up to the outside body."""
    decision, found = decide(review), []
    for votes in (1, 2, 0):
        who = decision.participant
        found.append(
            appeal_decision(
                participant=who, decision_id=decision.pk, way=Way.PAGE, words="Es injusto", now=NOW + timedelta(days=4)
            )
        )
        for by in supervisors[1:] if votes == 2 else supervisors[:votes]:
            cast_vote(appeal_id=found[-1].pk, staff=by, answer=Answer.STANDS, reason="No", now=NOW + timedelta(days=5))
    return found


def test_it_is_whole_indexed_and_signed(appeals: list[Appeal], supervisors: list[Staff], sign_in: SignIn) -> None:
    answer = sign_in(supervisors[0]).post(f"/console/appeals/{appeals[-1].pk}/file.zip")
    folder = zipfile.ZipFile(BytesIO(answer.content))
    paper, data = folder.read("file.pdf"), folder.read("data.json")
    reader = PdfReader(BytesIO(paper))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "Contents" in reader.pages[0].extract_text() and "Es injusto" in text and "Two months are short." in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "review_decisions" in json.loads(data)
    signed = json.loads(folder.read("signature.json"))
    key = Ed25519PublicKey.from_public_bytes(_bytes(signed["public_key"]))
    assert is_signed(key, signed["statement"].encode(), _bytes(signed["signature"]))
    line = LedgerLine.objects.get(verb="appeal.sent-out")
    assert line.facts["sha256"] in signed["statement"]
    appeals[-1].refresh_from_db()
    assert appeals[-1].sent_out_at


def test_no_other_stage_no_other_office_and_no_officer(
    appeals: list[Appeal], supervisors: list[Staff], officer: Staff, other_office: FieldOffice, sign_in: SignIn
) -> None:
    there = f"/console/appeals/{appeals[-1].pk}/file.zip"
    assert sign_in(supervisors[0]).post(f"/console/appeals/{appeals[0].pk}/file.zip").status_code == 404
    assert sign_in(officer).post(there).status_code == 403
    assert sign_in(make_staff(other_office, Role.SUPERVISOR)).post(there).status_code == 404
    with pytest.raises(AppealRefused):
        send_out_appeal(appeal_id=appeals[0].pk, staff=supervisors[0], sha256="", now=NOW)
    assert not LedgerLine.objects.filter(verb="appeal.sent-out").exists()
