"""What partners report: once for each key, before an officer, changed only while it is open and as it was read."""

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from adsum.flags.actions import clear_flag
from adsum.flags.models import Flag
from adsum.flags.rules import Decision
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.partners.actions import claim_key, forget_spent
from adsum.partners.models import PartnerAnswer, PartnerReport
from adsum.people.models import Participant
from adsum.places.models import Address
from tests.partners.known import ADDRESS, Program, make_program, problem_of

pytestmark = pytest.mark.django_db
OTHER = {"kind": "other", "words": "He is in our shelter since Monday."}


@pytest.fixture
def program(office: FieldOffice) -> Program:
    return make_program(office)


@pytest.fixture
def handle(program: Program, person: Participant) -> str:
    return program.handle(person.case_number)


def test_a_report_is_a_flag_and_changes_nothing(program: Program, handle: str, person: Participant) -> None:
    before = list(Address.objects.values())
    told = program.report(handle)
    assert told.status_code == 201
    assert told.json()["address"] == ADDRESS
    assert told["Location"] == f"/api/v1/reports/{told.json()['id']}"
    flag = Flag.objects.get(participant=person, reason="partner-report")
    assert flag.details == {"partner": "The county's case system", "reported": "Another address"}
    assert list(Address.objects.values()) == before
    verbs = set(LedgerLine.objects.filter(actor_kind="partner").values_list("verb", flat=True))
    assert {"partner-report.made", "flag.raised", "file.viewed", "partner.let-in"} <= verbs


def test_the_officer_decides_and_the_partner_learns_that(
    program: Program, handle: str, officer: Staff, person: Participant
) -> None:
    number = program.report(handle).json()["id"]
    flag = Flag.objects.get(participant=person, reason="partner-report")
    clear_flag(flag_id=flag.pk, officer=officer, decision=Decision.SEEN, reason="Asked her", now=timezone.now())
    told = program.get(f"/reports/{number}")
    assert told.json()["state"] == "decided"
    assert "Asked her" not in told.content.decode()
    changed = program.send("PUT", f"/reports/{number}", {"kind": "address", "address": ADDRESS}, if_match=told["ETag"])
    assert problem_of(changed)["type"] == "urn:adsum:problem:settled"
    gone = program.send("DELETE", f"/reports/{number}", if_match=told["ETag"])
    assert gone.status_code == 409


def test_the_same_key_is_one_report_with_one_answer(program: Program, handle: str) -> None:
    key = str(uuid4())
    first, second = program.report(handle, key=key), program.report(handle, key=key)
    assert (first.status_code, first.content, first["ETag"]) == (201, second.content, second["ETag"])
    assert second["Idempotency-Replayed"] == "true"
    assert PartnerReport.objects.count() == Flag.objects.filter(reason="partner-report").count() == 1
    tag = first["ETag"]
    program.send("PUT", f"/reports/{first.json()['id']}", {"kind": "address", "address": ADDRESS}, if_match=tag)
    assert program.report(handle, key=key).content == first.content


def test_the_same_key_for_something_else_is_refused(program: Program, handle: str) -> None:
    key = str(uuid4())
    program.report(handle, key=key)
    assert problem_of(program.report(handle, OTHER, key))["type"] == "urn:adsum:problem:key-reused"


def test_a_key_in_flight_waits(program: Program, handle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key = str(uuid4())
    program.report(handle, key=key)
    PartnerAnswer.objects.update(status=None, began_at=timezone.now())
    told = program.report(handle, key=key)
    assert (problem_of(told)["status"], told["Retry-After"]) == (409, "1")


def test_killed_before_the_answer_was_kept_it_is_one_report_all_the_same(program: Program, handle: str) -> None:
    key = str(uuid4())
    first = program.report(handle, key=key)
    PartnerAnswer.objects.update(status=None, body="", began_at=timezone.now() - timedelta(minutes=5))
    again = program.report(handle, key=key)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert PartnerReport.objects.count() == 1


def test_what_was_not_done_leaves_the_key_free(program: Program, handle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key = str(uuid4())

    def broken(**_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("adsum.api.partners.reports.make_partner_report", broken)
        program.client.raise_request_exception = False
        assert problem_of(program.report(handle, key=key))["status"] == 500
    assert program.report(handle, key=key).status_code == 201


def test_a_report_is_changed_only_as_it_was_read(program: Program, handle: str) -> None:
    first = program.report(handle, OTHER)
    path, said = f"/reports/{first.json()['id']}", {"kind": "other", "words": "Since Tuesday."}
    assert problem_of(program.send("PUT", path, said))["status"] == 428
    changed = program.send("PUT", path, said, if_match=first["ETag"])
    assert (changed.status_code, changed.json()["words"]) == (200, "Since Tuesday.")
    late = program.send("PUT", path, OTHER, if_match=first["ETag"])
    assert (problem_of(late)["status"], late["ETag"]) == (412, changed["ETag"])
    assert program.send("DELETE", path, if_match=first["ETag"]).status_code == 412
    weak = program.send("PUT", path, OTHER, if_match=f"W/{changed['ETag']}")
    assert weak.status_code == 200
    other_kind = program.send("PUT", path, {"kind": "contact", "email": "a@b.example"}, if_match="*")
    assert problem_of(other_kind)["type"] == "urn:adsum:problem:other-kind"


def test_a_report_taken_back_leaves_the_worklist(program: Program, handle: str, person: Participant) -> None:
    first = program.report(handle)
    path = f"/reports/{first.json()['id']}"
    assert problem_of(program.send("DELETE", path))["status"] == 428
    assert program.send("DELETE", path, if_match=first["ETag"]).status_code == 204
    flag = Flag.objects.get(participant=person, reason="partner-report")
    assert (flag.decision, flag.cleared_by) == (Decision.LAPSED, None)
    assert program.get(path).json()["state"] == "withdrawn"
    assert [one["state"] for one in program.get("/reports?state=withdrawn").json()["items"]] == ["withdrawn"]
    assert program.get("/reports?state=open").json()["items"] == []


def test_another_partners_report_is_as_if_it_were_not(program: Program, handle: str, office: FieldOffice) -> None:
    number, other = program.report(handle).json()["id"], make_program(office, code="other")
    told = other.get(f"/reports/{number}")
    assert told.content == other.get("/reports/999999999999").content
    assert other.get("/reports").json()["items"] == []
    assert other.send("DELETE", f"/reports/{number}", if_match="*").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "address"},
        {"kind": "address", "address": {**ADDRESS, "state": "New York"}},
        {"kind": "address", "address": {**ADDRESS, "street": "a\0b"}},
        {"kind": "address", "address": {**ADDRESS, "street": "   "}},
        {"kind": "address", "address": {**ADDRESS, "more": 1}},
        {"kind": "contact"},
        {"kind": "contact", "phone": "212 555 0123"},
        {"kind": "contact", "email": "nobody"},
        {"kind": "other", "words": ""},
        {"kind": "other", "words": "\ud800"},
        {"kind": "other", "words": "x" * 4001},
        {"kind": "arrest", "words": "x"},
        [],
        "x",
        None,
    ],
)
def test_what_is_not_as_described_is_refused_whole(program: Program, handle: str, body: object) -> None:
    told = program.send("POST", f"/participants/{handle}/reports", body, idempotency_key="k")
    assert problem_of(told)["status"] == 422
    assert not PartnerReport.objects.exists()


def test_a_fault_says_where_it_is_and_not_what_was_sent(program: Program, handle: str) -> None:
    told = program.report(handle, {"kind": "address", "address": {**ADDRESS, "state": "Zubizarreta"}})
    assert "Zubizarreta" not in told.content.decode()
    (fault,) = problem_of(told)["errors"]
    assert (fault["in"], fault["pointer"].endswith("address/state")) == ("body", True)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"kind": "other", "words": "x"}', "text/plain", 415),
        (b'{"kind": "other", "words": "x"}', "application/x-www-form-urlencoded", 415),
        (b'{"kind": "other", "words": "x"', "application/json", 400),
        (b'{"kind": "other", "words": "x", "words": "y"}', "application/json", 400),
        (b'{"kind": "other", "words": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"a":' * 20 + b"1" + b"}" * 20, "application/json", 400),
        (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "application/json", 400),
        (b'"' + b"x" * 70_000 + b'"', "application/json", 413),
        (b'"' + b"x" * 2_000_000 + b'"', "application/json", 413),
    ],
)
def test_what_cannot_be_read_is_refused(program: Program, handle: str, body: bytes, kind: str, status: int) -> None:
    path = f"/participants/{handle}/reports"
    assert problem_of(program.send("POST", path, body, content_type=kind, idempotency_key="k"))["status"] == status


def test_without_a_key_nothing_is_done(program: Program, handle: str) -> None:
    told = program.send("POST", f"/participants/{handle}/reports", OTHER)
    assert problem_of(told)["type"] == "urn:adsum:problem:no-idempotency-key"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/reports/0x1", 404),
        ("GET", f"/reports/{10**30}", 404),
        ("POST", "/reports", 405),
        ("PATCH", "/partner", 405),
        ("GET", "/token", 405),
        ("BREW", "/partner", 405),
    ],
)
def test_every_error_is_a_problem(program: Program, method: str, path: str, status: int) -> None:
    told = program.send(method, path)
    assert problem_of(told)["status"] in (status, 422)
    assert ("Allow" in told) == (status == 405)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(program: Program, handle: str) -> None:
    key, answers = str(uuid4()), []
    begin = threading.Barrier(2)

    def send() -> None:
        begin.wait()
        answers.append(program.report(handle, OTHER, key).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) in ([201, 201], [201, 409])
    assert PartnerReport.objects.count() == 1


def test_a_claim_taken_over_is_answered_once(program: Program) -> None:
    now = timezone.now()

    def claim(at: datetime) -> bool:
        return claim_key(partner=program.partner, key="k", request_hash="h", now=at)[1]

    assert [claim(now - timedelta(minutes=5)), claim(now), claim(now)] == [True, True, False]


def test_a_key_whose_answer_is_forgotten_still_names_its_report(program: Program, handle: str) -> None:
    key = str(uuid4())
    first = program.report(handle, OTHER, key)
    forget_spent(before=timezone.now() + timedelta(days=1), now=timezone.now())
    program = Program(program.partner, program.secret)
    assert program.report(handle, OTHER, key).json()["id"] == first.json()["id"]
    forget_spent(before=timezone.now() + timedelta(minutes=1), now=timezone.now())
    told = program.report(handle, {"kind": "other", "words": "Something else."}, key)
    assert problem_of(told)["type"] == "urn:adsum:problem:key-reused"
    assert not PartnerAnswer.objects.exists()
