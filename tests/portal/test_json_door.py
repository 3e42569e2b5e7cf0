"""The page's script sends JSON, and takes only a signed receipt for an answer."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from adsum.checkins.models import Report
from adsum.core.signing import load_key
from adsum.ledger.models import LedgerLine, LedgerSeal
from adsum.ledger.rules import Proof, Sealed
from adsum.management.ledger_proof import seal_ledger
from adsum.people.models import Participant

SignIn = Callable[[Participant], Client]
FIELDS = {
    "lives_there": "yes", "place_status": "granted", "latitude": "40.7", "longitude": "-73.9", "accuracy_m": "12",
}  # fmt: skip


def send(client: Client, **fields: object) -> dict[str, str]:
    answer = client.post("/check-in/", json.dumps(fields), content_type="application/json")
    assert answer.status_code == 200, answer.content
    told: dict[str, str] = answer.json()
    return told


def seal_all() -> None:
    """Seal what waits; transactions of other tests on the same server may hold the horizon back for a moment."""
    deadline = time.monotonic() + 20
    while LedgerLine.objects.count() > LedgerSeal.objects.count() and time.monotonic() < deadline:
        seal_ledger(Path(settings.HOME), timezone.now())


def is_signed(receipt: dict[str, str]) -> bool:
    public = load_key(Path(settings.HOME) / "ledger").public_key()
    signature = base64.urlsafe_b64decode(receipt["signature"] + "==")
    public.verify(signature, receipt["statement"].encode())
    return True


def test_the_receipt_is_signed_and_says_what_is_kept(person: Participant, sign_in: SignIn) -> None:
    key = str(uuid4())
    receipt = send(sign_in(person), key=key, **FIELDS)
    report = Report.objects.get()
    assert (receipt["key"], receipt["number"]) == (key, report.receipt_number)
    moment = report.received_at.isoformat(timespec="microseconds")
    said = ["adsum receipt", report.receipt_number, key, moment, report.fingerprint]
    assert receipt["statement"].splitlines() == said
    assert is_signed(receipt)
    assert report.place_class == "satellite"


def test_the_same_key_gives_the_same_receipt_for_ever(person: Participant, sign_in: SignIn) -> None:
    key, client = str(uuid4()), sign_in(person)
    first = send(client, key=key, **FIELDS)
    assert send(client, key=key, **FIELDS) == first
    assert send(client, key=key, **FIELDS, message="other") == first
    assert Report.objects.count() == 1


@pytest.mark.parametrize("body", [" ", "no json", "[]", "{}", '{"key": 7}', '{"key": "broken"}', "[" * 100_000])
def test_what_is_no_report_is_refused_in_words(person: Participant, sign_in: SignIn, body: str) -> None:
    answer = sign_in(person).post("/check-in/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "key" in answer.json()["error"]
    assert not Report.objects.exists()


def test_odd_values_are_left_out_and_the_report_is_still_a_report(person: Participant, sign_in: SignIn) -> None:
    send(sign_in(person), key=str(uuid4()), lives_there=["yes"], message="a\x00b", latitude=None, street={"a": 1})
    report = Report.objects.get()
    assert (report.lives_there, report.message, report.place_class) == (None, "ab", "not-asked")


def test_a_forged_post_from_elsewhere_is_refused(person: Participant, sign_in: SignIn) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = sign_in(person).cookies
    answer = client.post("/check-in/", json.dumps({"key": str(uuid4())}), content_type="application/json")
    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_who_is_not_signed_in_is_shown_the_way_in(db: None) -> None:
    answer = Client().post("/check-in/", json.dumps({"key": str(uuid4())}), content_type="application/json")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/start/")


@pytest.mark.django_db(transaction=True)
def test_a_sealed_receipt_can_be_proved_without_us(committed: str, person: Participant, sign_in: SignIn) -> None:
    client = sign_in(person)
    receipts = []
    for _ in range(3):
        receipts.append(send(client, key=str(uuid4()), **FIELDS))
        seal_all()
    for receipt in receipts:
        told = client.get(f"{receipt['page']}proof/").json()
        checkpoint = Sealed(**told["checkpoint"])
        path = [bytes.fromhex(node) for node in told["path"]]
        assert told["receipt"] == receipt
        assert Proof(told["line"].encode(), told["place"], path, checkpoint).holds
        assert not Proof(told["line"].encode() + b" ", told["place"], path, checkpoint).holds
        load_key(Path(settings.HOME) / "ledger").public_key().verify(
            bytes.fromhex(checkpoint.signature), checkpoint.signed_text
        )


def test_before_it_is_sealed_the_proof_says_so(person: Participant, sign_in: SignIn) -> None:
    client = sign_in(person)
    receipt = send(client, key=str(uuid4()), **FIELDS)
    assert client.get(f"{receipt['page']}proof/").json()["sealed"] is False
