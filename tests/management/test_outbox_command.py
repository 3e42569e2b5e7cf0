"""An operator sees what other systems have not taken, and has it sent again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.management.commands.outbox import Command
from adsum.management.findings import find_all
from adsum.outbox.actions import emit_events, mark_refused
from adsum.outbox.models import OutboxEvent
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Event

POLICY = OutboxPolicy()

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LISTENER = "https://other.example.org/facts"


@pytest.fixture
def parked(db: None) -> OutboxEvent:
    """One of two facts was refused too often."""
    emit_events(events=[Event("test", 1), Event("test", 2)], now=timezone.now())
    event = OutboxEvent.objects.order_by("pk")[0]
    for _ in range(POLICY.tries):
        mark_refused(sequence=event.pk, error="answered 400", chance=0.5, now=timezone.now())
    return event


def outbox(what: str) -> dict[str, Any]:
    return Command().answer(what=what)


def finding() -> tuple[str, str]:
    found = next(finding for finding in find_all() if finding.name == "outbox")
    return found.says, found.mend


def test_what_is_parked_is_shown_and_sent_again(parked: OutboxEvent) -> None:
    shown = outbox("show")
    assert (shown["waiting"], shown["parked"]) == (1, 1)
    assert [(one["id"], one["last_error"]) for one in shown["parked_events"]] == [(parked.pk, "answered 400")]
    assert outbox("retry") == {"retried": 1}
    assert outbox("show")["parked"] == 0
    assert LedgerLine.objects.filter(verb="events.retried", actor_kind="operator").count() == 1


def test_check_says_what_to_do(parked: OutboxEvent, settings: Any) -> None:
    assert finding() == (
        "1 facts wait for other systems, 1 are parked; nobody listens (ADSUM_WEBHOOK_URL is empty)",
        "",
    )
    settings.WEBHOOK_URL = LISTENER
    says, mend = finding()
    assert says == "1 facts wait for other systems, 1 are parked"
    assert mend == f"See why {LISTENER} refuses them (adsum outbox show), then: adsum outbox retry"


def test_check_says_since_when_nobody_takes_them(settings: Any) -> None:
    settings.WEBHOOK_URL = LISTENER
    emit_events(events=[Event("test", 1)], now=timezone.now())
    assert finding()[1] == ""
    OutboxEvent.objects.update(created_at=timezone.now() - timedelta(hours=1), last_error="no connection")
    assert "takes none since" in finding()[1]
    assert "no connection" in finding()[1]
