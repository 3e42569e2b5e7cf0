"""What is owed is told each subscriber in order, under numbers without gaps; a refused fact holds back its person's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connections, transaction

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES, STRANGER
from adsum.offices.rules import Role
from adsum.outbox.actions import (
    give_up_delivery,
    mark_delivered,
    mark_refused,
    mark_silent,
    number_events,
    replay_from,
    try_parked_again,
)
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.queries import facts_to_send, find_parked, parked_deliveries, standings, subscribers
from tests.factories import NOW, make_office, make_participant, make_staff
from tests.outbox.told import emit, make_subscriber, numbered, to_send

POLICY = OutboxPolicy()

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def told(committed: str) -> Subscriber:
    """Facts about persons 1, 2, 1, 2, 3, numbered 1 to 5."""
    subscriber = make_subscriber()
    emit(1, 2, 1, 2, 3)
    assert numbered(subscriber, 5) == [1, 2, 3, 4, 5]
    return subscriber


def refuse(told: Subscriber, number: int, times: int = 1) -> None:
    for _ in range(times):
        mark_refused(subscriber_id=told.pk, number=number, error="answered 400", chance=0.5, now=NOW)


def test_in_order_and_once_marked_never_again(told: Subscriber) -> None:
    assert to_send(told) == [1, 2, 3, 4, 5]
    mark_delivered(subscriber_id=told.pk, numbers=[1, 2, 3], now=NOW)
    assert to_send(told) == [4, 5]
    assert Subscriber.objects.get().heard_at == NOW
    assert standings(seen_by=OPERATOR)[told.pk].delivered == 3


def test_each_has_numbers_of_its_own_and_what_one_refuses_the_other_gets(told: Subscriber) -> None:
    other = make_subscriber(code="state", kinds=("second",))
    emit(1, 1, kind="second")
    assert numbered(other, 2) == [1, 2]
    assert numbered(told, 7) == [1, 2, 3, 4, 5, 6, 7]
    refuse(told, 6)
    assert to_send(other) == [1, 2]
    assert to_send(told) == [2, 4, 5]


def test_who_comes_later_is_told_from_then_on_or_from_the_start(told: Subscriber) -> None:
    new = make_subscriber(code="new", from_start=False, now=LATER)
    whole = make_subscriber(code="whole", from_start=True, now=LATER)
    emit(1, now=LATER)
    assert numbered(whole, 6) == [1, 2, 3, 4, 5, 6]
    assert numbered(new, 1) == [1]


def test_only_the_offices_that_are_named(told: Subscriber) -> None:
    here, there = make_participant(make_office()), make_participant(make_office("LAX"))
    one = make_subscriber(code="one", offices=("LAX",), from_start=False, now=LATER)
    emit(here.pk, there.pk, here.pk, now=LATER)
    numbered(told, 8)
    assert numbered(one, 1) == [1]
    assert OutboxDelivery.objects.get(subscriber=one).participant_id == there.pk


def test_a_refused_fact_holds_back_its_own_person_only(told: Subscriber) -> None:
    refuse(told, 1)
    assert to_send(told) == [2, 4, 5]
    assert to_send(told, LATER) == [1, 2, 3, 4, 5]


def test_after_the_last_try_it_is_parked_and_the_next_ones_go(told: Subscriber) -> None:
    refuse(told, 1, POLICY.tries - 1)
    assert to_send(told) == [2, 4, 5]
    refuse(told, 1)
    assert to_send(told) == [2, 3, 4, 5]
    parked = parked_deliveries(seen_by=OPERATOR).get()
    assert (parked.number, parked.attempts, parked.last_error) == (1, POLICY.tries, "answered 400")
    line = LedgerLine.objects.get(verb="event.parked")
    assert (line.participant_id, line.facts["number"]) == (1, 1)
    refuse(told, 1)
    assert OutboxDelivery.objects.get(number=1).attempts == POLICY.tries


def test_what_was_parked_is_sent_again_when_somebody_says_so(told: Subscriber) -> None:
    refuse(told, 1, POLICY.tries)
    refuse(told, 5, POLICY.tries)
    assert try_parked_again(actor=OPERATOR, subscriber_id=told.pk, number=5, now=NOW) == 1
    assert to_send(told) == [2, 3, 4, 5]
    assert try_parked_again(actor=OPERATOR, now=NOW) == 1
    assert to_send(told) == [1, 2, 3, 4, 5]
    assert LedgerLine.objects.filter(verb="events.retried").count() == 2
    assert try_parked_again(actor=OPERATOR, now=NOW) == 0
    assert LedgerLine.objects.filter(verb="events.retried").count() == 2


def test_a_person_may_give_one_up_and_says_why(told: Subscriber) -> None:
    refuse(told, 1, POLICY.tries)
    parked = parked_deliveries(seen_by=OPERATOR).get()
    assert give_up_delivery(delivery=parked, reason="They know it from us by mail", actor=OPERATOR, now=NOW)
    assert not give_up_delivery(delivery=parked, reason="Twice", actor=OPERATOR, now=NOW)
    assert find_parked(delivery_id=parked.pk, seen_by=OPERATOR) is None
    assert to_send(told, LATER) == [2, 3, 4, 5]
    assert LedgerLine.objects.get(verb="event.given-up").facts["reason"] == "They know it from us by mail"
    assert replay_from(subscriber=told, number=1, actor=OPERATOR, now=NOW) == 4


def test_from_a_number_on_once_more_under_the_same_numbers(told: Subscriber) -> None:
    mark_delivered(subscriber_id=told.pk, numbers=[1, 2, 3, 4, 5], now=NOW)
    assert replay_from(subscriber=told, number=4, actor=OPERATOR, now=NOW) == 2
    assert to_send(told) == [4, 5]
    assert LedgerLine.objects.get(verb="subscriber.replayed").facts == {"number": 4, "count": 2}


def test_silence_is_no_facts_fault(told: Subscriber) -> None:
    pause = mark_silent(subscriber_id=told.pk, error="no connection", chance=1, now=NOW)
    assert pause == timedelta(seconds=POLICY.first_silence_seconds)
    longer = mark_silent(subscriber_id=told.pk, error="no connection", chance=1, now=NOW + timedelta(seconds=20))
    assert longer == timedelta(seconds=20)
    longest = mark_silent(subscriber_id=told.pk, error="no connection", chance=1, now=LATER)
    assert longest == timedelta(seconds=POLICY.longest_silence_seconds)
    known = subscribers(seen_by=OPERATOR).get()
    assert (known.silent_since, known.last_error, known.next_try_at) == (NOW, "no connection", LATER + longest)
    assert to_send(told) == [1, 2, 3, 4, 5]
    mark_delivered(subscriber_id=told.pk, numbers=[1], now=LATER)
    assert Subscriber.objects.get().silent_since is None


def test_it_rolls_back_with_its_transaction(committed: str) -> None:
    class Regret(Exception):
        pass

    told = make_subscriber()
    with pytest.raises(Regret), transaction.atomic():
        emit(1)
        raise Regret
    emit(2)
    assert numbered(told, 1) == [1]  # the id that was lost with the first one leaves no gap
    assert OutboxEvent.objects.get().participant_id == 2


@pytest.fixture
def slow_writer(committed: str) -> Iterator[psycopg.Connection[tuple[int]]]:
    with psycopg.connect(committed) as connection:
        yield connection


def test_a_later_fact_waits_for_an_earlier_one_that_is_not_committed_yet(
    committed: str, slow_writer: psycopg.Connection[tuple[int]]
) -> None:
    told = make_subscriber()
    row = slow_writer.execute(
        "INSERT INTO adsum_outboxevent (kind, participant_id, body, created_at) VALUES ('slow', 1, '{}', %s)"
        " RETURNING id",
        [NOW],
    ).fetchone()
    assert row is not None
    with ThreadPoolExecutor(1) as pool:
        pool.submit(emit, 1).result()
        pool.submit(connections.close_all).result()
    assert number_events(subscriber_id=told.pk, now=NOW) == 0
    slow_writer.commit()
    assert numbered(told, 2) == [1, 2]
    assert OutboxDelivery.objects.get(number=1).event_id == row[0]


def test_two_who_number_at_once_give_no_number_twice(committed: str) -> None:
    told = make_subscriber()

    def number() -> None:
        for _ in range(20):
            number_events(subscriber_id=told.pk, now=NOW)
        connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        at_work = [pool.submit(number) for _ in range(3)]
        for n in range(30):
            emit(n % 4, n % 3)
        for one in at_work:
            one.result()
    assert numbered(told, 60) == list(range(1, 61))
    in_order = OutboxDelivery.objects.order_by("number").values_list("event_id", flat=True)
    assert list(in_order) == sorted(in_order)


def test_after_a_restore_the_old_facts_are_told_once_and_the_new_ones_too(told: Subscriber) -> None:
    mark_delivered(subscriber_id=told.pk, numbers=[1, 2, 3, 4, 5], now=NOW)
    with connections["default"].cursor() as cursor:  # a restored database counts its transactions anew
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        far = cursor.fetchone()[0] + 1_000_000
    OutboxEvent.objects.update(transaction_number=far)
    Subscriber.objects.update(looked_below=far + 1)
    emit(7, 8)
    assert numbered(told, 7) == [1, 2, 3, 4, 5, 6, 7]
    assert to_send(told) == [6, 7]


def test_strangers_and_officers_see_nothing_and_operators_all(told: Subscriber) -> None:
    refuse(told, 1, POLICY.tries)
    for nobody in (STRANGER, make_staff(make_office()).as_actor()):
        assert facts_to_send(subscriber_id=told.pk, at=LATER, seen_by=nobody) == []
        assert not parked_deliveries(seen_by=nobody).exists()
        assert not subscribers(seen_by=nobody).exists()
        assert standings(seen_by=nobody) == {}
    for somebody in (OPERATOR, RULES, make_staff(None, Role.OPERATOR).as_actor()):
        assert parked_deliveries(seen_by=somebody).count() == 1
        assert subscribers(seen_by=somebody).count() == 1
