"""Whatever comes to a machine's door: 2xx or 4xx, nothing kept of what is refused, counted, and not in the log."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adsum.monitors.models import MonitorIssue
from tests.fuzz.knocking import MARK, Knock, as_body, doors, kept, refused, said_at

pytestmark = pytest.mark.django_db
DOORS = ["sms", "monitors", "records"]
RIGHT: dict[str, Any] = {
    "sms": {"events": [{"kind": "reply", "id": "r1", "from": "+12125550123", "text": MARK}]},
    "monitors": {"device": {"uniqueId": "T-1"}, "event": {"type": MARK, "eventTime": "2026-11-22T10:00:00Z"}},
    "records": {"records": [{"record_id": "W-1", "kind": "warrant", "surnames": MARK}]},
}
fuzzed = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
every_door = pytest.mark.parametrize("door", DOORS)


def hold(knock: Knock, door: str, caplog: pytest.LogCaptureFixture) -> int:
    """What must hold of each message; returns the status."""
    before, counted = kept(), refused()
    caplog.clear()
    with transaction.atomic():
        status = int(knock.post().status_code)
        assert 200 <= status < 300 or 400 <= status < 500
        after, now = kept(), refused()
        transaction.set_rollback(True)
    assert MARK not in caplog.text
    if status >= 400:
        assert after == before
        assert sum(now.values()) == sum(counted.values()) + 1
        assert sum(count for (where, _), count in now.items() if where == door) == 1
    else:
        assert now == counted
    return status


def exactly(knock: Knock, door: str, why: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """This message is refused for this reason, as `hold` says, and the log names door and reason."""
    assert hold(knock, door, caplog) == status
    assert f"'door': '{door}'" in caplog.text and f"'why': '{why}'" in caplog.text
    knock.post()
    assert refused() == {(door, why): 1}


@every_door
@fuzzed
@given(data=st.data())
def test_any_bytes(worn: MonitorIssue, door: str, caplog: pytest.LogCaptureFixture, data: st.DataObject) -> None:
    names = st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "authorization"])
    value = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
    value |= st.sampled_from(["v1,", "v1,AAAA v1", "nan", "inf", "-1", "1e400", "Bearer ", "v1a,b,c"])
    headers = data.draw(st.dictionaries(names, value, max_size=2))
    path, secret = doors()[door]
    body = data.draw(st.binary(max_size=200)) + MARK.encode()
    hold(Knock(path, secret, body, headers=tuple(headers.items())), door, caplog)


@every_door
@fuzzed
@given(data=st.data())
def test_any_message_that_is_signed_well(
    worn: MonitorIssue, door: str, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    path, secret = doors()[door]
    said = data.draw(said_at(door, worn.monitor.serial))
    hold(Knock(path, secret, as_body(said)), door, caplog)


@every_door
def test_forged(worn: MonitorIssue, door: str, caplog: pytest.LogCaptureFixture) -> None:
    path, _ = doors()[door]
    forged = Knock(path, "whsec_" + "A" * 32, as_body(RIGHT[door]))
    exactly(forged, door, "signature", 401, caplog)


@every_door
def test_wrongly_signed_is_what_another_body_was_signed_for(
    worn: MonitorIssue, door: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, secret = doors()[door]
    signature = Knock(path, secret, b"{}").signed()["webhook-signature"]
    swapped = Knock(path, secret, as_body(RIGHT[door]), headers=(("webhook-signature", signature),))
    exactly(swapped, door, "signature", 401, caplog)


@every_door
@pytest.mark.parametrize("minutes", [6, -6])
def test_expired(worn: MonitorIssue, door: str, minutes: int, caplog: pytest.LogCaptureFixture) -> None:
    path, secret = doors()[door]
    old = Knock(path, secret, as_body(RIGHT[door]), late=timedelta(minutes=minutes))
    exactly(old, door, "expired", 401, caplog)


@every_door
@pytest.mark.parametrize("size", [999_990, 5_000_000])
def test_oversized(worn: MonitorIssue, door: str, size: int, caplog: pytest.LogCaptureFixture) -> None:
    path, secret = doors()[door]
    body = json.dumps({"events": [], "mark": MARK, "more": "x" * size}).encode()
    exactly(Knock(path, secret, body), door, "too-large", 413, caplog)


@every_door
@pytest.mark.parametrize("opening", ["[", '{"events":', '{"records":[', '{"device":'])
def test_deeply_nested(worn: MonitorIssue, door: str, opening: str, caplog: pytest.LogCaptureFixture) -> None:
    path, secret = doors()[door]
    body = (opening * 10_000 + f'"{MARK}"')[:99_000].encode()
    exactly(Knock(path, secret, body), door, "layout", 422, caplog)


@every_door
def test_nested_as_deep_as_can_be_read(worn: MonitorIssue, door: str, caplog: pytest.LogCaptureFixture) -> None:
    path, secret = doors()[door]
    for depth in (300, 900, 10_000):
        nest = "[" * depth + f'"{MARK}"' + "]" * depth
        event = f'{{"kind":"receipt","id":1,"state":"failed","error":{nest}}}'
        body = f'{{"events":[{event}],"records":[{{"record_id":{nest}}}],"device":{nest}}}'
        hold(Knock(path, secret, body.encode()), door, caplog)


@every_door
def test_replayed_changes_nothing(worn: MonitorIssue, door: str) -> None:
    path, secret = doors()[door]
    event = {"type": "geofenceExit", "eventTime": worn.issued_at.isoformat()}
    said = {**RIGHT[door], "device": {"uniqueId": worn.monitor.serial}, "event": event}
    knock = Knock(path, secret, as_body(said))
    assert knock.post().status_code == 200
    once = kept()[1:]
    again = knock.post()
    assert again.status_code == 200 and kept()[1:] == once and refused() == {}
    assert MARK not in again.content.decode()


def test_a_source_that_there_is_not(worn: MonitorIssue, caplog: pytest.LogCaptureFixture) -> None:
    stranger = Knock(f"/hooks/records/{MARK.lower()}/", doors()["records"][1], as_body(RIGHT["records"]))
    exactly(stranger, "records", "unknown", 404, caplog)
