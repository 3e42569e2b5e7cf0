"""The door for pushes: signed by the source, read once; what is refused is counted and kept nowhere."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from standardwebhooks import Webhook

from adsum.ledger.rules import OPERATOR
from adsum.records.actions import end_source
from adsum.records.models import Delivery, OutsideRecord, RecordSource, RefusedPush
from adsum.records.rules import Transport
from adsum.records.sources.secrets import secret_of
from tests.factories import NOW
from tests.leads import make_source

SAID = {"records": [{"record_id": "W-1", "kind": "warrant", "surnames": "Xochiquetzal"}, {"record_id": "W-2"}]}


@pytest.fixture(autouse=True)
def secrets(settings: Settings, tmp_path: Path) -> Path:
    settings.RECORDS_SECRETS = str(tmp_path)
    return tmp_path


@pytest.fixture
def pushed(db: None) -> RecordSource:
    source = make_source("county")
    RecordSource.objects.filter(pk=source.pk).update(transport=Transport.PUSH, adapter="http_push")
    return source


def push(said: Any = SAID, *, secret: str, name: str = "m1", late: int = 0, code: str = "county") -> Any:
    body, at = said if isinstance(said, str) else json.dumps(said), datetime.now(UTC) - timedelta(seconds=late)
    signed = {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, body),
    }
    return Client().post(f"/hooks/records/{code}/", body, content_type="application/json", headers=signed)


def test_a_push_is_taken_and_the_same_again_changes_nothing(pushed: RecordSource, secrets: Path) -> None:
    secret = secret_of("county", secrets)
    first = push(secret=secret).json()
    assert (first["rows"], first["fresh"], first["aside"], first["read_before"]) == (2, 1, 1, False)
    assert OutsideRecord.objects.get().surnames == "Xochiquetzal"
    replayed = push(secret=secret, late=20).json()
    assert (replayed["read_before"], replayed["rows"]) == (True, 0)
    other = push(secret=secret, name="m2").json()
    assert (other["read_before"], other["known"]) == (False, 1)
    pushed.refresh_from_db()
    assert pushed.heard_at and Delivery.objects.count() == 2


def test_an_empty_push_says_that_the_source_lives_and_withdraws_nobody(pushed: RecordSource, secrets: Path) -> None:
    secret = secret_of("county", secrets)
    push(secret=secret)
    assert push({"records": []}, secret=secret, name="m2").json()["rows"] == 0
    assert OutsideRecord.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    ("said", "change", "status", "why"),
    [
        (SAID, {"secret": "whsec_b3RoZXI="}, 401, "signature"),
        (SAID, {"late": 400}, 401, "expired"),
        (SAID, {"late": -400}, 401, "expired"),
        ({"records": [7] * 1001}, {}, 413, "too-large"),
        ("a" * 900_001, {}, 413, "too-large"),
        ({"record": []}, {}, 422, "layout"),
        ({"records": [{"record_id": "=Xochiquetzal", "kind": "warrant"}]}, {}, 422, "layout"),
    ],
    ids=range(7),
)
def test_what_is_refused_is_counted_and_kept_nowhere(
    pushed: RecordSource,
    secrets: Path,
    caplog: pytest.LogCaptureFixture,
    said: Any,
    change: dict[str, Any],
    status: int,
    why: str,
) -> None:
    given: dict[str, Any] = {"secret": secret_of("county", secrets), **change}
    with caplog.at_level(logging.INFO):
        answers = [push(said, **given) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status] * 3
    counted = RefusedPush.objects.get()
    assert (counted.why, counted.count) == (why, 3)
    assert not OutsideRecord.objects.exists() and not Delivery.objects.exists()
    assert "Xochiquetzal" not in caplog.text + answers[0].content.decode()


def test_only_sources_that_push_have_a_door(pushed: RecordSource, secrets: Path) -> None:
    secret = secret_of("county", secrets)
    make_source("drop")
    assert push(secret=secret, code="drop").status_code == 404
    assert push(secret=secret, code="unknown").status_code == 404
    assert Client().get("/hooks/records/county/").status_code == 405
    assert Client().post("/hooks/records/county/").status_code == 401
    end_source(source=pushed, actor=OPERATOR, now=NOW)
    assert push(secret=secret).status_code == 404
    assert not Path(secrets / "unknown").exists()


def test_a_secret_is_made_once_and_is_for_its_owner_only(secrets: Path) -> None:
    assert secret_of("a", secrets) == secret_of("a", secrets) != secret_of("b", secrets)
    assert (secrets / "a").stat().st_mode & 0o77 == 0
