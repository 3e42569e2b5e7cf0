"""Documents from the phone to the officer: kept whole, in pieces, scanned, answered, erased."""

import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from adsum.documents.actions import erase_unfinished, forget, keep_document, scan_again
from adsum.documents.models import Document, FormSent, Inability, Upload
from adsum.documents.rules import DocumentRefused, Kind, Refusal
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.places.models import Address
from tests.factories import NOW, make_document, make_participant, make_picture

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db
STEP = "application/offset+octet-stream"


def file_of(content: bytes, name: str = "bill.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def announce(browser: Client, upload: str, content: bytes, **change: str) -> int:
    fields = {"key": upload, "length": str(len(content)), "sha256": hashlib.sha256(content).hexdigest(), **change}
    return browser.post("/documents/uploads/", fields, content_type="application/json").status_code


def send(browser: Client, key: str, offset: int | str, piece: bytes) -> tuple[int, str]:
    headers = {"Upload-Offset": str(offset)}
    answer = browser.patch(f"/documents/uploads/{key}/", piece, content_type=STEP, headers=headers)
    return answer.status_code, answer.headers.get("Upload-Offset", "")


def test_a_plain_form_brings_a_picture_and_the_officer_sees_it(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    browser, key = sign_in(person), str(uuid4())
    answer = browser.post("/address/proof/", {"key": key, "file": file_of(make_picture())})
    assert (answer.status_code, answer["Location"]) == (302, "/address/")
    document = Document.objects.get()
    assert document.path.read_bytes()[:3] == b"\xff\xd8\xff"
    assert hashlib.sha256(document.path.read_bytes()).hexdigest() == document.sha256 == document.path.name
    console = sign_in(officer)
    page = console.get(f"/console/people/{person.pk}/").content.decode()
    assert f"/console/documents/{document.pk}/" in page
    shown = console.get(f"/console/documents/{document.pk}/")
    assert shown.content == document.path.read_bytes()
    assert shown["Content-Disposition"].startswith("attachment")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    look = LedgerLine.objects.get(verb="document.viewed")
    assert (look.actor_id, look.participant_id) == (officer.pk, person.pk)


def test_the_same_form_twice_is_one_document(person: Participant, sign_in: SignIn) -> None:
    browser, key = sign_in(person), str(uuid4())
    for _ in range(2):
        browser.post("/address/proof/", {"key": key, "file": file_of(make_picture())})
    assert (Document.objects.count(), Flag.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [(b"", 422, "Todavía no hay foto"), (b"MZ not a picture", 422, "Esto no es una foto")],
)
def test_a_refusal_is_in_the_persons_language(
    person: Participant, sign_in: SignIn, content: bytes, status: int, words: str
) -> None:
    browser = sign_in(person)
    browser.cookies["adsum_language"] = "es"
    answer = browser.post("/address/proof/", {"file": file_of(content)})
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert not Document.objects.exists()


def test_a_huge_form_is_explained_before_it_is_read(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    browser.cookies["adsum_language"] = "es"
    answer = browser.post("/photo/", {"file": file_of(b"x" * 15_200_000)})
    assert (answer.status_code, "demasiado grande" in answer.content.decode()) == (413, True)


def test_a_form_larger_than_others_arrives(person: Participant, sign_in: SignIn) -> None:
    noise = make_picture(1000, 800, form="BMP")[:54] + os.urandom(2_400_000)
    answer = sign_in(person).post("/address/proof/", {"file": file_of(noise)})
    assert (answer.status_code, b'role="alert"' in answer.content) == (422, True)


def test_a_file_in_pieces_goes_on_after_a_cut_and_ends_whole(
    person: Participant, sign_in: SignIn, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    browser, key, content = sign_in(person), str(uuid4()), make_picture(300, 300)
    assert announce(browser, key, content) == 201
    assert send(browser, key, 0, content[:100]) == (204, "100")
    assert announce(browser, key, content) == 201
    assert browser.head(f"/documents/uploads/{key}/")["Upload-Offset"] == "100"
    unready = browser.post("/photo/", {"key": str(uuid4()), "upload": key}, headers={"Accept": "application/json"})
    assert (unready.status_code, unready.json()["refusal"]) == (422, "incomplete")
    assert send(browser, key, 100, content[100:]) == (204, str(len(content)))
    path = Upload.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post("/photo/", {"key": key, "upload": key}, headers={"Accept": "application/json"})
    assert done.json() == {"page": "/photo/"}
    assert Document.objects.get().sent_sha256 == hashlib.sha256(content).hexdigest()
    assert (Upload.objects.exists(), path.exists()) == (False, False)
    again = browser.post("/photo/", {"key": key, "upload": key}, headers={"Accept": "application/json"})
    assert (again.json(), Document.objects.count()) == ({"page": "/photo/"}, 1)


def test_games_with_offsets_change_nothing(person: Participant, sign_in: SignIn) -> None:
    browser, key, content = sign_in(person), str(uuid4()), b"0123456789"
    announce(browser, key, content)
    assert send(browser, key, 0, b"01234") == (204, "5")
    for offset, piece in ((0, b"x"), (6, b"x"), (5, b"567890"), (5, b"x" * 64_001)):
        assert send(browser, key, offset, piece) == (409, "5")
    for nonsense in ("", "-1", "5.0", "+5", "9" * 30):
        assert send(browser, key, nonsense, b"x")[0] == 400
    assert Upload.objects.get().path.read_bytes() == b"01234"


def test_an_upload_belongs_to_its_sender(office: FieldOffice, person: Participant, sign_in: SignIn) -> None:
    key, neighbour = str(uuid4()), sign_in(make_participant(office))
    announce(sign_in(person), key, b"0123456789")
    send(sign_in(person), key, 0, b"01234")
    assert neighbour.head(f"/documents/uploads/{key}/").status_code == 404
    assert send(neighbour, key, 5, b"x")[0] == 404
    stolen = neighbour.post("/photo/", {"upload": key}, headers={"Accept": "application/json"})
    assert (stolen.status_code, stolen.json()["refusal"]) == (404, "not-found")
    assert announce(neighbour, key, b"0123456789") == 201
    assert Upload.objects.get(participant=person).path.read_bytes() == b"01234"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"length": "0"}, 422), ({"length": "15000001"}, 413), ({"length": "-5"}, 400), ({"length": "x"}, 400),
     ({"sha256": "zz"}, 400), ({"key": "1"}, 400)],
)  # fmt: skip
def test_announcements_that_are_none(person: Participant, sign_in: SignIn, change: dict[str, str], status: int) -> None:
    assert announce(sign_in(person), str(uuid4()), b"0123", **change) == status
    assert not Upload.objects.exists()


def test_a_mixture_of_two_files_is_not_kept(person: Participant, sign_in: SignIn) -> None:
    browser, key, content = sign_in(person), str(uuid4()), make_picture()
    announce(browser, key, content)
    send(browser, key, 0, content[:50] + bytes(len(content) - 50))
    answer = browser.post("/photo/", {"upload": key}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["refusal"]) == (422, "broken")


def test_who_begins_very_often_fills_no_disk_and_is_not_locked_out(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    assert {announce(browser, str(uuid4()), b"0123") for _ in range(7)} == {201}
    assert Upload.objects.count() == 5


def test_what_was_given_up_is_erased(
    person: Participant, sign_in: SignIn, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    browser, key = sign_in(person), str(uuid4())
    announce(browser, key, b"0123456789")
    send(browser, key, 0, b"01234")
    path, now = Upload.objects.get().path, timezone.now()
    assert erase_unfinished(now=now + timedelta(hours=47)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_unfinished(now=now + timedelta(hours=49)) == 1
    assert not path.exists()


def test_documents_are_erased_on_their_date_with_their_files(
    person: Participant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old, new = make_document(person, now=NOW - timedelta(days=9)), make_document(person)
    with django_capture_on_commit_callbacks(execute=True):
        forget(before=NOW - timedelta(days=5), now=NOW)
    assert (list(Document.objects.all()), old.path == new.path, new.path.exists()) == ([new], True, True)
    with django_capture_on_commit_callbacks(execute=True):
        forget(before=NOW + timedelta(days=5), now=NOW)
    assert not new.path.exists()


def test_a_damaged_file_is_not_given_out(person: Participant, sign_in: SignIn) -> None:
    document = make_document(person)
    document.path.write_bytes(b"something else")
    assert sign_in(person).get(f"/documents/{document.pk}/").status_code == 404
    document.path.unlink()


def test_too_many_a_day(person: Participant) -> None:
    for _ in range(30):
        make_document(person)
    with pytest.raises(DocumentRefused) as refused:
        make_document(person)
    assert refused.value.refusal == Refusal.TOO_MANY


@contextmanager
def scanner(answer: bytes) -> Iterator[str]:
    """A clamd that says always the same."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                heard = b""
                while not heard.endswith(b"\0\0\0\0"):
                    heard += line.recv(65_536)
                line.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_clean_file_is_shown(person: Participant, settings: Settings) -> None:
    with scanner(b"stream: OK\0") as settings.CLAMD:
        assert make_document(person).scan == "clean"


def test_an_infected_file_is_refused(person: Participant, settings: Settings) -> None:
    with scanner(b"stream: Eicar-Signature FOUND\0") as settings.CLAMD, pytest.raises(DocumentRefused) as refused:
        make_document(person)
    assert refused.value.refusal == Refusal.INFECTED
    assert not Document.objects.exists()


def test_a_scanner_that_does_not_answer_means_quarantine_until_it_does(
    person: Participant, officer: Staff, sign_in: SignIn, settings: Settings
) -> None:
    settings.CLAMD = "127.0.0.1:1"
    document = make_document(person)
    assert (document.scan, Flag.objects.exists()) == ("quarantined", False)
    assert sign_in(officer).get(f"/console/documents/{document.pk}/").status_code == 404
    assert sign_in(person).get(f"/documents/{document.pk}/").status_code == 404
    assert scan_again(now=NOW) == 0
    with scanner(b"stream: UNKNOWN COMMAND\0") as settings.CLAMD:
        assert scan_again(now=NOW) == 0
    with scanner(b"stream: OK\0") as settings.CLAMD:
        assert scan_again(now=NOW) == 1
    assert sign_in(officer).get(f"/console/documents/{document.pk}/").status_code == 200
    assert Flag.objects.get().reason == "address-proof"


@pytest.mark.parametrize(
    ("kind", "decision", "told"),
    [
        (Kind.ADDRESS_PROOF, "accepted", "document-accepted"),
        (Kind.ADDRESS_PROOF, "another-wanted", "document-wanted"),
        (Kind.ADDRESS_PROOF, "call", None),
        (Kind.PHOTO, "same-person", "document-accepted"),
        (Kind.PHOTO, "cannot-tell", None),
        (Kind.PHOTO, "another-wanted", "document-wanted"),
    ],
)
def test_one_decision_with_a_reason_answers_a_document(
    person: Participant, officer: Staff, sign_in: SignIn, kind: Kind, decision: str, told: str | None
) -> None:
    document, flag = make_document(person, kind=kind), Flag.objects.get()
    console, path = sign_in(officer), f"/console/flags/{flag.pk}/decision/"
    assert console.post(path, {"decision": decision}).status_code == 400
    assert console.post(path, {"decision": decision, "reason": "The street is cut off"}).status_code == 302
    document.refresh_from_db()
    assert document.decision == decision
    assert [notice.kind for notice in Notice.objects.all()] == ([told] if told else [])
    if told == "document-wanted":
        assert "The street is cut off" in Notice.objects.get().body


def test_changing_the_address_prepares_the_forms_and_a_tick_is_kept(person: Participant, sign_in: SignIn) -> None:
    browser = sign_in(person)
    assert "EOIR-33" not in browser.get("/address/forms/").content.decode()
    fields = {"lives_there": "no", "street": "55 water street", "unit": "apartment 2", "city": "New York",
              "state": "NY", "postal_code": "10004"}  # fmt: skip
    assert browser.post("/address/", fields)["Location"] == "/address/proof/"
    address = Address.objects.get(until__isnull=True)
    assert (address.street, address.standard) == ("55 water street", "55 WATER ST, APT 2, NEW YORK, NY, 10004")
    assert "EOIR-33" in browser.get("/address/forms/").content.decode()
    sheet = browser.get("/address/forms/court/").content.decode()
    assert all(said in sheet for said in ("55 water street", person.case_number, "123 Main St"))
    browser.post("/address/forms/court/sent/", {"sent": "yes"})
    browser.post("/address/forms/court/sent/", {"sent": "yes"})
    assert FormSent.objects.get().form == "court"
    browser.post("/address/forms/court/sent/")
    assert not FormSent.objects.exists()
    assert browser.get("/address/forms/nonsense/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "street"),
    [
        ({"lives_there": "yes"}, 302, "123 Main St"),
        ({"lives_there": "no-fixed", "city": "Brooklyn"}, 302, "No fixed address"),
        ({"lives_there": "no", "street": "Calle 5 #12, edificio azul 💥"}, 302, "Calle 5 #12, edificio azul 💥"),
        ({"lives_there": "no", "street": " "}, 400, "123 Main St"),
        ({}, 400, "123 Main St"),
    ],
)
def test_an_address_is_never_refused_but_an_answer_is_asked_for(
    person: Participant, sign_in: SignIn, fields: dict[str, str], status: int, street: str
) -> None:
    assert sign_in(person).post("/address/", fields).status_code == status
    assert Address.objects.get(until__isnull=True).street == street


def test_an_address_that_many_share_is_graded(office: FieldOffice, sign_in: SignIn) -> None:
    fields = {"lives_there": "no", "street": "9 Harbor Rd", "state": "NY", "postal_code": "10004"}
    for _ in range(5):
        sign_in(make_participant(office)).post("/address/", fields)
    faults = Address.objects.filter(street="9 Harbor Rd").order_by("pk").values_list("faults", flat=True)
    assert (faults[0], faults[4]) == (["unit-missing"], ["address-overused"])


@pytest.mark.parametrize(("page", "says"), [("/address/proof/", "shelter"), ("/photo/", "no-camera")])
def test_having_nothing_to_show_is_told_to_the_officer_and_is_no_fault(
    person: Participant, officer: Staff, sign_in: SignIn, page: str, says: str
) -> None:
    browser = sign_in(person)
    assert browser.post(page, {"says": says}).status_code == 302
    assert Inability.objects.get().says == says
    assert Flag.objects.get().reason == "nothing-to-show"
    assert sign_in(officer).get(f"/console/people/{person.pk}/").status_code == 200
    assert browser.get(page).status_code == 200


def test_an_upload_key_of_a_form_may_be_nonsense(person: Participant) -> None:
    with pytest.raises(DocumentRefused):
        keep_document(
            participant=person, key=uuid4(), kind=Kind.PHOTO, content=b"", actor=person.as_actor(), now=NOW,
            upload=UUID(int=0),
        )  # fmt: skip
