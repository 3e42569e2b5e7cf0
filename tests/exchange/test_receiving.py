"""The door for pushed rows: signed, in time, of one size and layout; whatever else comes leaves nothing behind."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from adsum.counterparts.models import Counterpart, Received, Twin
from adsum.exchange.secrets import secrets_of
from adsum.ledger.rules import OPERATOR
from adsum.outbox.actions import end_subscriber
from adsum.outbox.queries import messages_refused
from adsum.people.models import Participant
from peers.legacy_tracker.rows import as_json
from tests.exchange.tracker import There, legacy_tracker, make_counterpart
from tests.factories import make_office, make_participant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]


@pytest.fixture
def there(committed: str, settings: Any, tmp_path: Path) -> Iterator[There]:
    settings.SUBSCRIBER_SECRETS = str(tmp_path / "secrets")
    with legacy_tracker(tmp_path) as peer:
        yield peer


@pytest.fixture
def person(there: There) -> Participant:
    person = make_participant(make_office(), surnames="Xochiquetzal")
    there.knows(person, cust="D")
    return person


@pytest.fixture
def counterpart(there: There) -> Counterpart:
    return make_counterpart(there.address, there.folder)


def push(said: Any, *, name: str = "1", late: float = 0, secret: str = "", code: str = "tracker") -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    at = datetime.now(UTC) - timedelta(seconds=late)
    secret = secret or secrets_of("tracker", rotated_at=None, now=timezone.now())[0]
    signed = {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, body.decode("utf-8", "replace")),
    }
    address, kind = f"/hooks/exchange/{code}/", "application/cloudevents+json"
    return Client().post(address, body, content_type=kind, headers=signed)


def event(there: There, person: Participant, **changes: Any) -> dict[str, Any]:
    data = {**as_json(there.says(person)), "seq": 1, "asof": "11/23/2026 10:00:00", **changes}
    return {"specversion": "1.0", "id": "1", "type": "gov.legacy.subject.changed", "data": data}


def test_a_row_is_taken_once(there: There, person: Participant, counterpart: Counterpart) -> None:
    said = event(there, person)
    assert push(said).json() == {"read_before": False}
    twin = Twin.objects.get()
    assert (twin.participant_id, twin.told["custody"]) == (person.pk, "detained")
    assert push(said, late=60).json() == {"read_before": True}
    assert Received.objects.count() == 1
    counterpart.refresh_from_db()
    assert counterpart.heard_at is not None


def test_an_older_row_that_comes_later_changes_nothing(
    there: There, person: Participant, counterpart: Counterpart
) -> None:
    push(event(there, person, rev=5, cust="R"), name="5")
    push(event(there, person, rev=4, cust="D"), name="4")
    assert Twin.objects.get().told["custody"] == "released"


OTHER = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
DEEP = b'{"data":' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    ("sent", "how", "status"),
    [
        ({}, {"secret": OTHER}, 401),
        ({}, {"late": 301}, 401),
        ({}, {"late": -301}, 401),
        ({}, {"code": "nobody"}, 404),
        ({"nm": "X" * 70_000}, {}, 413),
        (DEEP, {}, 422),
        (b"\xff\xfe{", {}, 401),
        (b"null", {}, 422),
        (b'{"data": {}}', {}, 422),
        (b'{"data": []}', {}, 422),
        ({"a_no": "A1"}, {}, 422),
        ({"rev": True}, {}, 422),
        ({"rev": "1"}, {}, 422),
        ({"rev": 2**70}, {}, 422),
        ({"nm": "LO\x00PEZ, X"}, {}, 422),
        ({"subj_no": "LT-1; DROP"}, {}, 422),
    ],
)
def test_what_is_refused_leaves_nothing(
    there: There,
    person: Participant,
    counterpart: Counterpart,
    caplog: pytest.LogCaptureFixture,
    sent: Any,
    how: dict[str, Any],
    status: int,
) -> None:
    said = sent if isinstance(sent, bytes) else event(there, person, **sent)
    with caplog.at_level(logging.DEBUG):
        answer = push(said, **how)
    assert answer.status_code == status
    assert not Twin.objects.exists() and not Received.objects.exists()
    assert list(messages_refused(seen_by=OPERATOR).values()) == [1]
    assert "XOCHIQUETZAL" not in caplog.text.upper() and "XOCHIQUETZAL" not in answer.content.decode().upper()


def test_without_a_signature_nothing_is_read(there: There, person: Participant, counterpart: Counterpart) -> None:
    assert Client().post("/hooks/exchange/tracker/", b"{}", content_type="application/json").status_code == 401


def test_who_was_ended_is_not_heard(there: There, person: Participant, counterpart: Counterpart) -> None:
    end_subscriber(subscriber=counterpart.subscriber, actor=OPERATOR, now=timezone.now())
    assert push(event(there, person)).status_code == 404


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
COLUMNS = [
    "subj_no",
    "a_no",
    "rev",
    "nm",
    "dob",
    "cust",
    "hrg",
    "ord_cd",
    "addr",
    "zip",
    "tel",
    "lst_rpt",
    "dev",
    "asof",
]


def test_whatever_is_signed_is_taken_or_refused(there: There, person: Participant, counterpart: Counterpart) -> None:
    """A fuzzer with a small budget: rows with any values under any names; none is answered with an error of ours."""
    names = iter(range(10**9))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changes=st.dictionaries(st.sampled_from(COLUMNS), JSON, max_size=5) | JSON)
    def sent(changes: Any) -> None:
        said = (
            event(there, person, **changes) if isinstance(changes, dict) and changes.keys() <= set(COLUMNS) else changes
        )
        assert push(said, name=f"fuzz-{next(names)}").status_code in (200, 422)

    sent()
