"""Dated checks: asked with each report, filled as sources answer, and nightly over everybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.policies.queries import in_force
from adsum.records.models import RecordCheck, Screening, Watched
from adsum.records.policy import RecordsPolicy
from adsum.records.rules import CheckedFor, Heard

_COLUMNS = ("participant_id", "why", "about", "asked_at", "next_at", "answers")


def ask_checks(*, people: Sequence[tuple[int, str]], why: CheckedFor, now: datetime) -> None:
    """Have these people looked up: each a participant and what it belongs to (report:7, or "")."""
    with transaction.atomic(savepoint=False):
        rows: list[tuple[Any, ...]] = [(person, why.value, about, now, now, {}) for person, about in people]
        RecordCheck.objects.put_tuples(_COLUMNS, rows)


def note_checks(*, heard: Mapping[int, Mapping[str, Mapping[str, Any]]], now: datetime) -> int:
    """Note for each check what each source said, by code: `heard`, and how many leads stand; returns how many are done.

    A source that did not answer is asked again, until the policy's hours are over; then the check says so for good.
    """
    policy, done = in_force(RecordsPolicy, now=now), 0
    with transaction.atomic():
        checks = list(RecordCheck.objects.select_for_update().filter(pk__in=heard, done_at__isnull=True).order_by("pk"))
        for check in checks:
            said = heard[check.pk]
            for source, answer in said.items():
                tries = check.answers.get(source, {}).get("tries", 0) + 1
                check.answers[source] = {**answer, "at": now.isoformat(), "tries": tries}
            complete = all(answer["heard"] == Heard.ANSWERED for answer in check.answers.values())
            over = now - check.asked_at >= timedelta(hours=policy.retry_hours)
            check.looked_at = check.looked_at or now
            check.done_at = now if complete or over else None
            check.next_at = None if check.done_at else now + timedelta(minutes=policy.retry_minutes)
            done += check.done_at is not None
        RecordCheck.objects.bulk_update(checks, ["answers", "looked_at", "done_at", "next_at"])
        lines = [
            Line(
                "person.looked-up",
                RULES,
                "recordcheck",
                check.pk,
                check.participant_id,
                policy.version,
                {"why": check.why},
            )
            for check in checks
            if check.done_at
        ]
        record_lines(lines=lines, now=now)
    return done


def begin_screening(*, now: datetime) -> Screening:
    """The nightly run over everybody begins, where none is under way."""
    with transaction.atomic():
        under_way = Screening.objects.select_for_update().filter(ended_at__isnull=True).first()
        begun = under_way or Screening.objects.create(started_at=now)
        record(verb="screening.begun", actor=RULES, now=now, subject=begun)
    return begun


def end_screening(
    *,
    screening: Screening,
    people: int,
    records: int,
    leads: int,
    sources: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> None:
    """It is over: how many people were held against how many records, and which sources were there."""
    with transaction.atomic():
        screening.ended_at, screening.people, screening.records, screening.leads = now, people, records, leads
        screening.sources = dict(sources)
        screening.save(update_fields=["ended_at", "people", "records", "leads", "sources"])
        record(verb="screening.ended", actor=RULES, now=now, subject=screening, people=people, leads=leads)


def mark_watched(*, described: Mapping[int, str], now: datetime) -> None:
    """These participants, as described by these digests, were matched against all records."""
    with transaction.atomic():
        rows = [
            Watched(participant_id=person, described=digest, matched_at=now) for person, digest in described.items()
        ]
        Watched.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["participant"],
            update_fields=["described", "matched_at"],
        )
        record(verb="people.matched", actor=RULES, now=now, people=len(rows))
