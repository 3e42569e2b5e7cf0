"""The operator sees on one page who takes what; pauses, sends again, gives up. Others see it, or nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.outbox.actions import mark_delivered, mark_refused, mark_silent
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Way
from tests.factories import make_office, make_staff
from tests.outbox.told import emit, make_subscriber

pytestmark = pytest.mark.django_db
SignIn = Callable[[Staff], Client]


@pytest.fixture
def told(db: None) -> Subscriber:
    """Three facts: the first was refused too often, the others wait."""
    now = timezone.now()
    subscriber = make_subscriber(now=now, fields=("case_number",), why="8 CFR 265.1", kinds=("checkin.missed",))
    emit(1, 2, 3, kind="checkin.missed", now=now)
    for number, event in enumerate(OutboxEvent.objects.order_by("pk"), start=1):
        OutboxDelivery.objects.create(subscriber=subscriber, number=number, event=event, participant_id=number)
    Subscriber.objects.update(numbered=3)
    for _ in range(OutboxPolicy().tries):
        mark_refused(subscriber_id=subscriber.pk, number=1, error="answered 400", chance=0.5, now=now)
    return subscriber


@pytest.fixture
def operator(db: None, sign_in: SignIn) -> Client:
    return sign_in(make_staff(None, Role.OPERATOR))


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def act(client: Client, **sent: str) -> str:
    return text(client.post("/console/exchange/county/acts/", sent, follow=True))


def parked(client: Client, **sent: str) -> str:
    fact = OutboxDelivery.objects.get(number=1)
    return text(client.post(f"/console/exchange/facts/{fact.pk}/", sent, follow=True))


def test_the_page_says_what_waits_since_when_and_what_it_means(told: Subscriber, operator: Client) -> None:
    since = timezone.now() - timedelta(hours=2)
    mark_silent(subscriber_id=told.pk, error="no connection", chance=0, now=since)
    page = text(operator.get("/console/exchange/"))
    assert "<strong>Does not answer</strong> since" in page
    assert "no connection" in page
    assert "2 facts wait, the oldest from" in page
    assert "1 was refused too often" in page
    assert "Until it takes them it does not know: a check-in was missed" in page
    assert "Officers’ work here goes on as always" in page


def test_the_list_says_in_words_how_old_the_oldest_is_and_that_nobody_looks(told: Subscriber, operator: Client) -> None:
    now = timezone.now()
    OutboxEvent.objects.update(created_at=now - timedelta(hours=3))
    page = text(operator.get("/console/exchange/"))
    assert "2, the oldest for 3 hours" in page
    assert "Nobody tells it" not in page
    Subscriber.objects.update(looked_at=now - timedelta(seconds=90))
    assert "Nobody tells it" not in text(operator.get("/console/exchange/")), "a silent one is asked once a minute"
    Subscriber.objects.update(looked_at=now - timedelta(minutes=12))
    for address in ("/console/exchange/", "/console/exchange/county/"):
        page = text(operator.get(address))
        assert "<strong>Nobody tells it</strong>" in page and "12 minutes ago" in page
    Subscriber.objects.update(way=Way.FILES, hour=6)
    assert "Nobody tells it" not in text(operator.get("/console/exchange/")), "files are looked for once a day"


def test_all_well_raises_no_alarm(told: Subscriber, operator: Client) -> None:
    OutboxDelivery.objects.filter(number=1).update(parked_at=None)
    mark_delivered(subscriber_id=told.pk, numbers=[1, 2, 3], now=timezone.now())
    page = text(operator.get("/console/exchange/"))
    assert "Takes what comes" in page
    assert 'class="alert"' not in page


def test_nobody_is_told_anything(operator: Client) -> None:
    assert "No other system is told anything" in text(operator.get("/console/exchange/"))


def test_one_of_them_with_what_was_put_aside(told: Subscriber, operator: Client) -> None:
    page = text(operator.get("/console/exchange/county/"))
    assert "the case number, because: 8 CFR 265.1" in page
    assert "answered 400, 12 times" in page
    assert "Try number 1 again" in page


def test_pause_and_go_on(told: Subscriber, operator: Client) -> None:
    assert "Write why it is paused" in act(operator, do="pause", reason=" ")
    assert Subscriber.objects.get().paused_at is None
    assert "is told nothing for now" in act(operator, do="pause", reason="They move")
    assert LedgerLine.objects.get(verb="subscriber.paused").facts["reason"] == "They move"
    assert "is told again" in act(operator, do="resume")
    assert Subscriber.objects.get().paused_at is None


@pytest.mark.parametrize("number", ["", "0", "4", "-1", "two", "9" * 40])
def test_an_odd_number_sends_nothing_again(told: Subscriber, operator: Client, number: str) -> None:
    assert "Give the first number to send again, from 1 to 3" in act(operator, do="replay", number=number)
    assert not LedgerLine.objects.filter(verb="subscriber.replayed").exists()


def test_from_a_number_on_again(told: Subscriber, operator: Client) -> None:
    mark_delivered(subscriber_id=told.pk, numbers=[2, 3], now=timezone.now())
    assert "2 facts go out once more" in act(operator, do="replay", number="2")
    assert OutboxDelivery.objects.filter(delivered_at__isnull=True).count() == 3


def test_what_was_put_aside_is_tried_again_one_or_all(told: Subscriber, operator: Client) -> None:
    assert "Number 1 is tried once more" in parked(operator, do="retry")
    assert OutboxDelivery.objects.get(number=1).parked_at is None
    OutboxDelivery.objects.update(parked_at=timezone.now())
    assert "3 facts are tried once more" in act(operator, do="retry")


def test_one_is_given_up_with_a_reason_only(told: Subscriber, operator: Client) -> None:
    assert "Write why this fact is never sent" in parked(operator, do="give-up", reason="")
    assert OutboxDelivery.objects.get(number=1).parked_at is not None
    assert "Number 1 is not sent any more" in parked(operator, do="give-up", reason="Told by phone")
    assert OutboxDelivery.objects.get(number=1).given_up_at is not None
    fact = OutboxDelivery.objects.get(number=1)
    assert operator.post(f"/console/exchange/facts/{fact.pk}/", {"do": "retry"}).status_code == 404


def test_a_file_is_asked_for_where_there_are_files(told: Subscriber, operator: Client) -> None:
    assert "Choose what to do" in act(operator, do="file")
    Subscriber.objects.update(way=Way.FILES, hour=6)
    assert "A file is written to" in act(operator, do="file")
    assert "Gets its files" in text(operator.get("/console/exchange/"))
    assert "Choose what to do" in act(operator, do="dance")


@pytest.mark.parametrize(("role", "sees"), [(Role.PROGRAMME, 200), (Role.AUDITOR, 200), (Role.SUPERVISOR, 403)])
def test_others_see_it_or_nothing_and_never_act(told: Subscriber, sign_in: SignIn, role: Role, sees: int) -> None:
    one = sign_in(make_staff(make_office() if role == Role.SUPERVISOR else None, role))
    assert one.get("/console/exchange/").status_code == sees
    page = one.get("/console/exchange/county/")
    assert page.status_code == sees
    assert "Try number 1 again" not in text(page)
    assert one.post("/console/exchange/county/acts/", {"do": "resume"}).status_code == 403
    fact = OutboxDelivery.objects.get(number=1)
    assert one.post(f"/console/exchange/facts/{fact.pk}/", {"do": "retry"}).status_code == 403


def test_who_is_not_there(operator: Client) -> None:
    assert operator.get("/console/exchange/nobody/").status_code == 404
    assert operator.post("/console/exchange/nobody/acts/", {"do": "resume"}).status_code == 404
