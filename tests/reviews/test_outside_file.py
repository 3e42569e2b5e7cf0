"""The complete file for the outside body: on paper with contents, as data, signed, and only at that stage."""

import base64
import hashlib
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from pypdf import PdfReader

from adsum.console.outside_papers import Held, put_papers
from adsum.core.signing import is_signed
from adsum.documents.actions import keep_document
from adsum.documents.actions.erasing import forget
from adsum.documents.models import Document
from adsum.documents.rules import Kind, Scan
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.reviews.actions import AppealRefused, appeal_decision, cast_vote, send_out_appeal
from adsum.reviews.models import Appeal, Review, ReviewDecision
from adsum.reviews.rules import Answer, Way
from tests.factories import NOW, make_picture, make_staff
from tests.reviews.conftest import make_ordered

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
    folder = zipfile.ZipFile(BytesIO(answer.getvalue()))
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


def keep(person: Participant, kind: Kind, content: bytes = b"", at: datetime = NOW) -> Document:
    """A paper of this person, kept as the page keeps it."""
    content = content or make_picture()
    return keep_document(participant=person, key=uuid4(), kind=kind, content=content, actor=person.as_actor(), now=at)


def take_out(appeal: Appeal, by: Client) -> zipfile.ZipFile:
    answer = by.post(f"/console/appeals/{appeal.pk}/file.zip")
    sent = answer.getvalue()
    assert len(sent) == int(answer["Content-Length"])
    return zipfile.ZipFile(BytesIO(sent))


def faults_of(folder: zipfile.ZipFile) -> list[str]:
    """What somebody outside finds wrong: the signature, a file that is not as it was signed, or one too many."""
    signed = json.loads(folder.read("signature.json"))
    key = Ed25519PublicKey.from_public_bytes(_bytes(signed["public_key"]))
    if not is_signed(key, signed["statement"].encode(), _bytes(signed["signature"])):
        return ["signature"]
    sums = dict(reversed(line.split("  ")) for line in signed["statement"].splitlines()[3:])
    names = set(folder.namelist()) - {"signature.json", "how-to-check.txt"}
    wrong = [name for name in names & set(sums) if hashlib.sha256(folder.read(name)).hexdigest() != sums[name]]
    return sorted([*wrong, *(names ^ set(sums))])


def changed(folder: zipfile.ZipFile, name: str, content: bytes) -> zipfile.ZipFile:
    """The same folder with one file otherwise."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as anew:
        for one in folder.namelist():
            anew.writestr(one, content if one == name else folder.read(one))
    return zipfile.ZipFile(packed)


@pytest.fixture
def boss(supervisors: list[Staff], sign_in: SignIn) -> Client:
    return sign_in(supervisors[0])


def test_the_papers_lie_in_it_and_the_signature_covers_them(
    appeals: list[Appeal], wearer: Participant, boss: Client
) -> None:
    papers = [keep(wearer, kind) for kind in (Kind.REVIEW, Kind.ADDRESS_PROOF)]
    photo = keep(wearer, Kind.PHOTO)
    folder = take_out(appeals[-1], boss)
    names = [f"papers/{one.pk:06d}-{one.kind}.jpg" for one in papers]
    assert sorted(name for name in folder.namelist() if name.startswith("papers/")) == sorted(names)
    assert [hashlib.sha256(folder.read(name)).hexdigest() for name in names] == [one.sha256 for one in papers]
    assert not faults_of(folder)
    told = json.loads(folder.read("data.json"))["papers"]
    assert [(one["name"], one["sha256"]) for one in told] == list(zip(names, (x.sha256 for x in papers), strict=True))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(folder.read("file.pdf"))).pages)
    squeezed = "".join(text.split())
    assert all(name in squeezed for name in names) and all(one.sha256 in squeezed for one in papers)
    assert f"{photo.pk:06d}" not in squeezed
    assert LedgerLine.objects.get(verb="appeal.sent-out").facts["papers"] == 2


def test_what_was_changed_does_not_verify(appeals: list[Appeal], wearer: Participant, boss: Client) -> None:
    name = f"papers/{keep(wearer, Kind.REVIEW).pk:06d}-review.jpg"
    folder = take_out(appeals[-1], boss)
    for one in ("file.pdf", "data.json", name):
        assert faults_of(changed(folder, one, folder.read(one) + b" ")) == [one]
    signed = json.loads(folder.read("signature.json"))
    signed["statement"] = signed["statement"].replace(hashlib.sha256(folder.read(name)).hexdigest(), "0" * 64)
    assert faults_of(changed(folder, "signature.json", json.dumps(signed).encode())) == ["signature"]


def test_what_is_not_there_is_named_with_why(appeals: list[Appeal], wearer: Participant, boss: Client) -> None:
    erased = keep(wearer, Kind.EXCUSE, at=NOW - timedelta(days=9))
    forget(before=NOW - timedelta(days=1), now=NOW)
    missing, damaged = keep(wearer, Kind.REVIEW, make_picture(61)), keep(wearer, Kind.REVIEW, make_picture(62))
    waiting, whole = keep(wearer, Kind.REVIEW, make_picture(63)), keep(wearer, Kind.REVIEW, make_picture(64))
    missing.path.unlink()
    damaged.path.chmod(0o600)
    damaged.path.write_bytes(b"another one")
    Document.objects.filter(pk=waiting.pk).update(scan=Scan.QUARANTINED)
    folder = take_out(appeals[-1], boss)
    assert not faults_of(folder)
    told = {one["number"]: one["held"] for one in json.loads(folder.read("data.json"))["papers"]}
    assert told == {
        erased.pk: "no longer kept: erased",
        missing.pk: "not in this file: missing or damaged where it was kept",
        damaged.pk: "not in this file: missing or damaged where it was kept",
        waiting.pk: "not in this file: the virus scanner has not answered yet",
        whole.pk: "in this file",
    }
    assert [one for one in folder.namelist() if one.startswith("papers/")] == [f"papers/{whole.pk:06d}-review.jpg"]
    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(folder.read("file.pdf"))).pages).split())
    assert "no longer kept: erased" in text and "missing or damaged" in text


def test_another_persons_papers_are_not_in_it(appeals: list[Appeal], office: FieldOffice, boss: Client) -> None:
    keep(make_ordered(office), Kind.REVIEW)
    assert not [one for one in take_out(appeals[-1], boss).namelist() if one.startswith("papers/")]


def test_a_large_paper_is_never_whole_in_memory(wearer: Participant, tmp_path: Path) -> None:
    paper, piece = keep(wearer, Kind.REVIEW), bytes(1_000_000)
    summed = hashlib.sha256()
    paper.path.chmod(0o600)
    with paper.path.open("wb") as file:
        for _ in range(40):
            file.write(piece)
            summed.update(piece)
    Document.objects.filter(pk=paper.pk).update(sha256=summed.hexdigest())
    paper.path.rename(paper.path.with_name(summed.hexdigest()))
    tracemalloc.start()
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as folder:
        (put,) = put_papers(folder, participant_id=wearer.pk, seen_by=RULES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert put.held == Held.HERE and (tmp_path / "out.zip").stat().st_size > 40_000_000
    assert peak < 5_000_000


def test_no_other_stage_no_other_office_and_no_officer(
    appeals: list[Appeal], supervisors: list[Staff], officer: Staff, other_office: FieldOffice, sign_in: SignIn
) -> None:
    there = f"/console/appeals/{appeals[-1].pk}/file.zip"
    assert sign_in(supervisors[0]).post(f"/console/appeals/{appeals[0].pk}/file.zip").status_code == 404
    assert sign_in(officer).post(there).status_code == 403
    assert sign_in(make_staff(other_office, Role.SUPERVISOR)).post(there).status_code == 404
    with pytest.raises(AppealRefused):
        send_out_appeal(appeal_id=appeals[0].pk, staff=supervisors[0], sha256="", papers=0, now=NOW)
    assert not LedgerLine.objects.filter(verb="appeal.sent-out").exists()
