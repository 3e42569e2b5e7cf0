"""What is owed is sent in order, once marked never again; a refused fact holds back only its own person's."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connections, transaction

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES, STRANGER
from adsum.outbox.actions import emit_events, mark_delivered, mark_refused, mark_unheard, try_parked_again
from adsum.outbox.models import OutboxEvent
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.queries import events_to_send, parked_events, standing_of_outbox
from adsum.outbox.rules import Event
from tests.factories import NOW

POLICY = OutboxPolicy()

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def sequences(committed: str) -> list[int]:
    """Facts about persons 1, 2, 1, 2, 3."""
    return emit(1, 2, 1, 2, 3)


def emit(*people: int) -> list[int]:
    emit_events(events=[Event("test", person, {"n": n}) for n, person in enumerate(people)], now=NOW)
    return list(OutboxEvent.objects.order_by("pk").values_list("pk", flat=True))


def to_send(expected: int, at: object = NOW) -> list[int]:
    """The next batch; writers in other databases of the server may hold it back for a moment."""
    deadline = time.monotonic() + 180
    while True:
        found = [event.sequence for event in events_to_send(at=at, seen_by=RULES)]  # type: ignore[arg-type]
        if len(found) == expected or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def refuse(sequence: int, times: int = 1) -> None:
    for _ in range(times):
        mark_refused(sequence=sequence, error="answered 400", chance=0.5, now=NOW)


def test_in_order_and_once_marked_never_again(sequences: list[int]) -> None:
    assert to_send(5) == sequences
    mark_delivered(sequences=sequences[:3], now=NOW)
    assert to_send(2) == sequences[3:]
    assert OutboxEvent.objects.get(pk=sequences[0]).delivered_at == NOW


def test_a_refused_fact_holds_back_its_own_person_only(sequences: list[int]) -> None:
    refuse(sequences[0])
    assert to_send(3) == [sequences[1], sequences[3], sequences[4]]
    assert to_send(5, LATER) == sequences


def test_after_the_last_try_it_is_parked_and_the_next_ones_go(sequences: list[int]) -> None:
    refuse(sequences[0], POLICY.tries - 1)
    assert to_send(3) == [sequences[1], sequences[3], sequences[4]]
    refuse(sequences[0])
    assert to_send(4) == sequences[1:]
    parked = parked_events(seen_by=OPERATOR).get()
    assert (parked.pk, parked.attempts, parked.last_error) == (sequences[0], POLICY.tries, "answered 400")
    line = LedgerLine.objects.get(verb="event.parked")
    assert (line.participant_id, line.facts["event"]) == (1, sequences[0])
    refuse(sequences[0])
    assert OutboxEvent.objects.get(pk=sequences[0]).attempts == POLICY.tries


def test_what_was_parked_is_sent_again_when_somebody_says_so(sequences: list[int]) -> None:
    refuse(sequences[0], POLICY.tries)
    assert try_parked_again(actor=OPERATOR, now=NOW) == 1
    assert to_send(5) == sequences
    assert LedgerLine.objects.filter(verb="events.retried").count() == 1
    assert try_parked_again(actor=OPERATOR, now=NOW) == 0
    assert LedgerLine.objects.filter(verb="events.retried").count() == 1


def test_silence_is_no_ones_fault(sequences: list[int]) -> None:
    mark_unheard(sequence=sequences[0], error="no connection", now=NOW)
    assert to_send(5) == sequences
    standing = standing_of_outbox(seen_by=OPERATOR)
    assert (standing.count, standing.parked, standing.last_error) == (5, 0, "no connection")
    assert OutboxEvent.objects.get(pk=sequences[0]).attempts == 0


def test_it_rolls_back_with_its_transaction(committed: str) -> None:
    class Regret(Exception):
        pass

    with pytest.raises(Regret), transaction.atomic():
        emit(1)
        raise Regret
    assert emit(2) == list(OutboxEvent.objects.values_list("pk", flat=True))
    assert OutboxEvent.objects.get().participant_id == 2


@pytest.fixture
def slow_writer(committed: str) -> Iterator[psycopg.Connection[tuple[int]]]:
    with psycopg.connect(committed) as connection:
        yield connection


def test_a_later_fact_waits_for_an_earlier_one_that_is_not_committed_yet(
    committed: str, slow_writer: psycopg.Connection[tuple[int]]
) -> None:
    row = slow_writer.execute(
        "INSERT INTO adsum_outboxevent (kind, participant_id, body, created_at) VALUES ('slow', 1, '{}', %s)"
        " RETURNING id",
        [NOW],
    ).fetchone()
    assert row is not None
    with ThreadPoolExecutor(1) as pool:
        pool.submit(emit, 1).result()
        pool.submit(connections.close_all).result()
    assert events_to_send(at=NOW, seen_by=RULES) == []
    slow_writer.commit()
    assert to_send(2)[0] == row[0]


def test_strangers_see_nothing(sequences: list[int]) -> None:
    assert events_to_send(at=LATER, seen_by=STRANGER) == []
    assert not parked_events(seen_by=STRANGER).exists()
    assert standing_of_outbox(seen_by=STRANGER).count == 0
