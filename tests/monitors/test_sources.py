"""Traccar's pushes and dropped files: taken through the real doors, or refused with nothing kept."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook

from adsum.management.commands.monitors import Command
from adsum.monitors.models import MonitorAlert, MonitorIssue, MonitorPosition
from adsum.monitors.sources.traccar.signing import KEPT_AS
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.records.sources.secrets import secret_of
from tests.monitors.worn import make_worn


@pytest.fixture
def secret(settings: Settings, tmp_path: Path) -> str:
    settings.RECORDS_SECRETS = str(tmp_path)
    return secret_of(KEPT_AS, tmp_path)


@pytest.fixture
def worn(person: Participant, officer: Staff) -> MonitorIssue:
    return make_worn(person, officer, now=timezone.now())


def told_at(minutes_ago: float = 2) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat(timespec="milliseconds")


def position(serial: str, **changes: Any) -> dict[str, Any]:
    """As Traccar's JSON forwarder writes a position."""
    at = told_at()
    where = {"latitude": 40.678, "longitude": -73.944, "accuracy": 12.5, "fixTime": at, "deviceTime": at, "valid": True}
    attributes = {"batteryLevel": 64.0, "charge": False}
    return {"device": {"id": 7, "uniqueId": serial}, "position": {**where, "attributes": attributes, **changes}}


def event(serial: str, kind: str, **attributes: str) -> dict[str, Any]:
    return {
        "device": {"id": 7, "uniqueId": serial},
        "event": {"id": 1, "type": kind, "eventTime": told_at(), "attributes": attributes},
    }


def push(said: Any, **headers: str) -> Any:
    body = said if isinstance(said, str) else json.dumps(said)
    return Client().post("/hooks/monitors/traccar/", body, content_type="application/json", headers=headers)


def test_a_position_and_an_event_are_taken_once(worn: MonitorIssue, secret: str) -> None:
    bearer = {"authorization": f"Bearer {secret}"}
    one, other = position(worn.monitor.serial), event(worn.monitor.serial, "alarm", alarm="tampering,lowBattery")
    assert push(one, **bearer).json() == {"kept": 1, "dropped": 0, "alerts": 0}
    assert push(other, **bearer).json() == {"kept": 0, "dropped": 0, "alerts": 2}
    assert push(other, **bearer).json()["alerts"] == push({**other, "position": {}}, **bearer).json()["alerts"] == 0
    push(one, **bearer)
    kept = MonitorPosition.objects.get()
    worn.monitor.refresh_from_db()
    assert (kept.latitude, kept.accuracy_m, worn.monitor.battery_percent) == (40.678, 12.5, 64)
    assert sorted(MonitorAlert.objects.values_list("kind", flat=True)) == ["battery", "strap"]


def test_a_signed_push_needs_no_header_with_the_secret(worn: MonitorIssue, secret: str) -> None:
    body, at = json.dumps(event(worn.monitor.serial, "geofenceExit")), datetime.now(UTC)
    signed = {"webhook-id": "m", "webhook-timestamp": str(int(at.timestamp()))}
    assert push(body, **signed, **{"webhook-signature": Webhook(secret).sign("m", at, body)}).json()["alerts"] == 1
    forged = {"webhook-signature": "v1,AAAA", "authorization": f"Bearer {secret}"}
    assert push(body, **signed, **forged).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"authorization": "Bearer wrong"}])
def test_a_strangers_push_is_refused(worn: MonitorIssue, secret: str, headers: dict[str, str]) -> None:
    assert push(position(worn.monitor.serial), **headers).status_code == 401
    assert not MonitorPosition.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"latitude": 91}, {"longitude": "here"}, {"accuracy": -1}, {"latitude": float("nan")}, {"fixTime": "yesterday"}],
)
def test_a_broken_position_is_refused(worn: MonitorIssue, secret: str, change: dict[str, Any]) -> None:
    answer = push(position(worn.monitor.serial, **change), authorization=f"Bearer {secret}")
    assert answer.status_code == 422
    assert not MonitorPosition.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"device": {}}', '{"device": {"uniqueId": "x"}}', "[" * 20_000])
def test_what_is_no_message_is_refused(db: None, secret: str, body: str) -> None:
    assert push(body, authorization=f"Bearer {secret}").status_code == 422


def test_a_message_too_large_is_refused_before_anything(db: None, secret: str) -> None:
    assert push("x" * 100_001).status_code == 413


def load(path: Path) -> Any:
    """What the command answers as JSON."""
    out = StringIO()
    command = Command(stdout=out)
    command.needs_schema = False
    command.handle(**vars(command.create_parser("adsum", "monitors").parse_args(["load", str(path), "--json"])))
    return json.loads(out.getvalue())


def test_a_file_is_taken_row_by_row_and_bad_rows_stop_nobody(worn: MonitorIssue, tmp_path: Path) -> None:
    serial, at = worn.monitor.serial, told_at(30)
    table = tmp_path / "told.csv"
    table.write_text(
        "serial,at,latitude,longitude,accuracy_m,alert,battery,charging\n"
        f"{serial},{at},40.678,-73.944,30,,55,yes\n"
        f"{serial},{at},,,,strap,,\n"
        f"{serial},{at},,,,fire,,\n"
        f"{serial},soon,1,1,,,,\n",
        encoding="utf-8",
    )
    assert load(table) == {
        "rows": 4,
        "kept": 1,
        "dropped": 0,
        "alerts": 1,
        "aside": 2,
        "faults": [
            {"row": 4, "fault": "no alert of battery, signal, strap, zone"},
            {"row": 5, "fault": "no moment (ISO 8601)"},
        ],
    }
    lines = tmp_path / "told.jsonl"
    lines.write_text(json.dumps({"serial": serial, "at": at, "alert": "strap"}) + "\n[]\n{\n", encoding="utf-8")
    again = load(lines)
    assert (again["rows"], again["alerts"], again["aside"]) == (3, 0, 2)
    assert MonitorPosition.objects.count() == MonitorAlert.objects.count() == 1


def test_a_file_of_another_layout_is_refused(db: None, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("name,when\na,b\n", encoding="utf-8")
    with pytest.raises(CommandError, match="header lacks at, serial"):
        load(path)
