"""What the service has in the end, asked of its database and its commands, and held against the checker's record."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from typing import Any

import psycopg

from adsum.management.instruments.comparing import (
    Deliveries,
    Fault,
    Row,
    Told,
    compare_check_ins,
    compare_decisions,
    compare_deliveries,
)
from adsum.management.instruments.consumer import Consumer
from adsum.management.instruments.people import WAVE
from adsum.management.instruments.record import Record
from adsum.management.instruments.service import NotStarted, Service

DRAINED_SECONDS = 90
REPORTS = (
    "SELECT r.id, p.case_number, r.message, f.taken_at, r.receipt_number FROM adsum_report r"
    " JOIN adsum_participant p ON p.id = r.participant_id JOIN adsum_enrolment e ON e.participant_id = p.id"
    " JOIN adsum_wave w ON w.id = e.wave_id LEFT JOIN adsum_locationfix f ON f.id = r.fix_id WHERE w.name = %s"
)
DECIDED = "SELECT id, decision_reason FROM adsum_flag WHERE cleared_at IS NOT NULL"
DECISIONS = "SELECT subject_id FROM adsum_ledgerline WHERE verb = 'flag.cleared' AND subject_kind = 'flag'"
# By the number under which the consumer is told it; what has none yet by minus its id.
OWED = (
    "SELECT coalesce(d.number, -e.id), CASE WHEN e.kind = 'checkin.reported' THEN (e.body->>'report')::bigint END"
    " FROM adsum_outboxevent e LEFT JOIN adsum_outboxdelivery d ON d.event_id = e.id"
)
UNTOLD = (
    "SELECT count(*) FROM adsum_outboxevent e WHERE NOT EXISTS"
    " (SELECT FROM adsum_outboxdelivery d WHERE d.event_id = e.id AND d.delivered_at IS NOT NULL)"
)
DEVICES = "SELECT token_hash FROM adsum_device WHERE signed_out_at IS NULL"


@dataclass(frozen=True)
class Comparison:
    """Everything that was compared."""

    check_ins: Fault
    decisions: Fault
    deliveries: Deliveries
    devices_lost: int
    ledger: Mapping[str, Any] = field(default_factory=dict)


def wait_until_drained(service: Service) -> None:
    """Wait until nothing is owed to the consumer any more, or no longer than is bearable."""
    deadline = time.monotonic() + DRAINED_SECONDS
    while time.monotonic() < deadline:
        try:
            if service.sql(UNTOLD) == [(0,)]:
                return
        except psycopg.Error:
            pass
        time.sleep(0.2)


def compare_all(service: Service, record: Record, consumer: Consumer) -> Comparison:
    """Hold the service against the record, once nothing moves any more."""
    rows = [_row(*found) for found in service.sql(REPORTS, WAVE)]
    return Comparison(
        check_ins=compare_check_ins(sent=record.sent.keys(), receipts=record.receipts, rows=rows),
        decisions=compare_decisions(
            acknowledged={flag: decision.reason for flag, decision in record.decisions.items()},
            there=dict(service.sql(DECIDED)),
            lines=[flag for (flag,) in service.sql(DECISIONS)],
        ),
        deliveries=compare_deliveries(
            reports=[row.report_id for row in rows],
            owed=dict(service.sql(OWED)),
            told=[Told(int(event["sequence"]), event["data"]["participant"]) for event in consumer.in_order],
        ),
        devices_lost=_devices_lost(service, record),
        ledger=_ledger(service),
    )


def _row(report_id: int, case_number: str, message: str, taken_at: Any, number: str) -> Row:
    taken = taken_at.astimezone(UTC).isoformat(timespec="microseconds") if taken_at else ""
    return Row(report_id, message or f"{case_number} {taken}", number)


def _devices_lost(service: Service, record: Record) -> int:
    there = {token_hash for (token_hash,) in service.sql(DEVICES)}
    return sum(sha256(one.token.encode()).hexdigest() not in there for one in record.activations)


def _ledger(service: Service) -> dict[str, Any]:
    try:
        service.command("ledger", "seal")
        return service.command("ledger", "verify")
    except NotStarted as error:
        return {"ok": False, "why": str(error)}
