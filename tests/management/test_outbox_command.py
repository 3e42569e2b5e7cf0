"""An operator sees what other systems have not taken, has it sent again, and says who is told."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.management.commands.exchange import Command as Exchange
from adsum.management.commands.outbox import Command
from adsum.management.findings import find_all
from adsum.outbox.actions import mark_refused, mark_silent
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.outbox.policy import OutboxPolicy
from tests.outbox.told import emit, make_subscriber

POLICY = OutboxPolicy()

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WEBHOOK = {"code": "county", "title": "County", "way": "webhook", "address": "https://other.example.org/facts"}


@pytest.fixture
def told(db: None) -> Subscriber:
    """One of two facts was refused too often."""
    now = timezone.now()
    subscriber = make_subscriber(now=now, address=WEBHOOK["address"])
    emit(1, 2, now=now)
    for number, event in enumerate(OutboxEvent.objects.order_by("pk"), start=1):
        OutboxDelivery.objects.create(subscriber=subscriber, number=number, event=event, participant_id=number)
    for _ in range(POLICY.tries):
        mark_refused(subscriber_id=subscriber.pk, number=1, error="answered 400", chance=0.5, now=now)
    return subscriber


def outbox(what: str) -> dict[str, Any]:
    return Command().answer(what=what)


def subscriber(*words: str) -> dict[str, Any]:
    command = Exchange()
    options = vars(command.create_parser("adsum", "exchange").parse_args(["subscriber", *words]))
    return command.answer(**options)


def finding() -> tuple[str, str]:
    found = next(finding for finding in find_all() if finding.name == "outbox")
    return found.says, found.mend


@pytest.fixture
def described(tmp_path: Path, settings: Any) -> Any:
    """Write a description down; returns its path."""
    settings.SUBSCRIBER_SECRETS = str(tmp_path / "secrets")

    def write(**said: Any) -> str:
        path = tmp_path / "described.json"
        path.write_text(json.dumps({**WEBHOOK, **said}))
        return str(path)

    return write


def test_what_is_parked_is_shown_and_sent_again(told: Subscriber) -> None:
    shown = outbox("show")
    assert (shown["waiting"], shown["parked"]) == (1, 1)
    [parked] = shown["parked_events"]
    assert (parked["subscriber"], parked["number"], parked["last_error"]) == ("county", 1, "answered 400")
    assert outbox("retry") == {"retried": 1}
    assert outbox("show")["parked"] == 0
    assert LedgerLine.objects.filter(verb="events.retried", actor_kind="operator").count() == 1


def test_check_says_what_to_do(told: Subscriber) -> None:
    says, mend = finding()
    assert says == "1 other systems are told facts; 1 facts wait for them, 1 are parked"
    assert mend == "See why they are refused (adsum outbox show), then: adsum outbox retry"


def test_check_says_since_when_nobody_takes_them(told: Subscriber) -> None:
    outbox("retry")
    assert finding()[1] == ""
    OutboxEvent.objects.update(created_at=timezone.now() - timedelta(hours=1))
    mark_silent(subscriber_id=told.pk, error="no connection", chance=0, now=timezone.now())
    assert f"See why {WEBHOOK['address']} takes none since" in finding()[1]
    assert "no connection" in finding()[1]


def test_without_anybody_who_is_told_nothing_is_wrong(db: None) -> None:
    emit(1)
    assert finding() == ("0 other systems are told facts; 0 facts wait for them, 0 are parked", "")


def test_from_the_description_to_the_end(described: Any, db: None) -> None:
    added = subscriber("add", described(kinds=["checkin.missed"], fields=["case_number"], why="8 CFR 236.1"))
    assert added["secret"].startswith("whsec_")
    assert subscriber("add", described(title="County of Kings"))["secret"] == added["secret"]
    [listed] = subscriber("list")["subscribers"]
    assert (listed["waiting"], listed["offices"]) == (0, [])
    assert (listed["title"], listed["kinds"], listed["fields"]) == ("County of Kings", [], [])
    assert subscriber("rotate", "county")["secret"] != added["secret"]
    with pytest.raises(CommandError, match="say why"):
        subscriber("pause", "county")
    assert subscriber("pause", "county", "--reason", "They move") == {"paused": "county"}
    assert Subscriber.objects.get().paused_at is not None
    assert subscriber("resume", "county") == {"resumed": "county"}
    with pytest.raises(CommandError, match="--from N"):
        subscriber("replay", "county")
    assert subscriber("replay", "county", "--from", "1") == {"replayed": 0}
    with pytest.raises(CommandError, match="gets no files"):
        subscriber("write", "county")
    assert subscriber("end", "county") == {"ended": "county"}
    verbs = LedgerLine.objects.filter(subject_kind="subscriber").order_by("pk").values_list("verb", flat=True)
    assert [verb.removeprefix("subscriber.") for verb in verbs] == [
        "added", "changed", "rotated", "paused", "resumed", "replayed", "ended",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "mend"),
    [
        ({"code": "County!"}, "code: small letters"),
        ({"code": "webhook"}, "code: webhook is the one that"),
        ({"title": ""}, "say title too"),
        ({"colour": "red"}, "colour is not known"),
        ({"way": "pigeon"}, "way: one of"),
        ({"address": "ftp://x"}, "address: the http"),
        ({"kinds": ["checkin.forgotten"]}, "kinds: a list of address.changed"),
        ({"kinds": "checkin.missed"}, "kinds: a list of"),
        ({"offices": ["NOWHERE"]}, "offices: a list of"),
        ({"fields": ["names"]}, "why: say what law"),
        ({"way": "files", "address": "/no/such/folder"}, "address: a folder"),
        ({"way": "files", "address": "/tmp", "layout": "pdf"}, "layout: one of csv, jsonld"),
        ({"way": "files", "address": "/tmp", "hour": 24}, "hour: the hour"),
    ],
)
def test_what_is_odd_in_a_description_is_said(described: Any, db: None, change: dict[str, Any], mend: str) -> None:
    with pytest.raises(CommandError, match=mend):
        subscriber("add", described(**change))
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("verb", ["pause", "resume", "end", "rotate", "replay", "write"])
def test_who_is_not_there_is_said(verb: str, db: None) -> None:
    with pytest.raises(CommandError, match="there is no subscriber nobody"):
        subscriber(verb, "nobody", "--reason", "x", "--from", "1")
