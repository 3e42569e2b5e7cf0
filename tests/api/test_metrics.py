"""Who watches the service scrapes figures: by subscriber, of the sweep, the jobs, the court. Nobody is in them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_plain
from pytest_django import Settings

from adsum.checkins.actions import beat
from adsum.checkins.models import Duty
from adsum.checkins.rules import Source
from adsum.court.models import CourtDrop
from adsum.ledger.rules import OPERATOR
from adsum.outbox.actions import (
    count_refused,
    end_subscriber,
    mark_delivered,
    mark_refused,
    mark_silent,
    pause_subscriber,
)
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.outbox.policy import OutboxPolicy
from adsum.outbox.rules import Door, RefusedFor
from adsum.people.models import Participant
from tests.counterparts.tracker import make_counterpart
from tests.factories import make_duty
from tests.outbox.told import emit, make_subscriber

pytestmark = pytest.mark.django_db
TOKEN = "a long random word"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture(autouse=True)
def watched(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape(token: str = TOKEN, **headers: str) -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}", **headers})


def figures() -> dict[str, float]:
    """Each sample by its name and labels, as the library reads what was answered."""
    answer = scrape()
    assert answer.status_code == 200, answer.content
    samples = [one for family in read_plain(answer.content.decode()) for one in family.samples]
    return {" ".join([one.name.removeprefix("adsum_"), *one.labels.values()]): one.value for one in samples}


def three_facts(code: str = "county") -> Subscriber:
    """The first was parked, the second taken, the third has waited for an hour."""
    now = timezone.now()
    subscriber = make_subscriber(code=code, title=code, now=now)
    emit(1, 2, 3, now=now - timedelta(hours=1))
    for number, event in enumerate(OutboxEvent.objects.order_by("-pk")[:3], start=1):
        OutboxDelivery.objects.create(subscriber=subscriber, number=number, event=event, participant_id=number)
    for _ in range(OutboxPolicy().tries):
        mark_refused(subscriber_id=subscriber.pk, number=1, error="answered 400", chance=0.5, now=now)
    mark_delivered(subscriber_id=subscriber.pk, numbers=[2], now=now)
    return subscriber


@pytest.mark.parametrize("authorization", ["", TOKEN, f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x", "Bearer ö"])
def test_who_does_not_know_the_token_gets_nothing(authorization: str) -> None:
    answer = Client().get("/metrics", headers={"Authorization": authorization})
    assert (answer.status_code, answer.content, answer["WWW-Authenticate"]) == (401, b"", "Bearer")
    assert Client().get("/metrics").status_code == 401


@pytest.mark.parametrize("token", ["", TOKEN])
def test_without_a_token_there_is_nothing_at_this_address(settings: Settings, token: str) -> None:
    settings.METRICS_TOKEN = ""
    assert scrape(token).status_code == 404


def test_only_reading(settings: Settings) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert Client().post("/metrics", headers=headers).status_code == 405
    assert "no-store" in scrape()["Cache-Control"]


def test_each_subscriber_has_its_figures() -> None:
    told = three_facts()
    Subscriber.objects.update(looked_at=timezone.now() - timedelta(minutes=2))
    mark_silent(subscriber_id=told.pk, error="no connection", chance=0, now=timezone.now() - timedelta(minutes=5))
    said = figures()
    of_it = {name.split()[0]: value for name, value in said.items() if name.endswith("county webhook")}
    assert of_it["subscriber_waiting_facts"] == of_it["subscriber_parked_facts"] == 1
    assert of_it["subscriber_delivered_facts"] == 1
    assert of_it["subscriber_oldest_waiting_seconds"] == pytest.approx(3600, abs=30)
    assert of_it["subscriber_silent_seconds"] == pytest.approx(300, abs=30)
    assert of_it["subscriber_looked_seconds"] == pytest.approx(120, abs=30)
    assert of_it["subscriber_paused"] == 0
    pause_subscriber(subscriber=told, reason="their weekend", actor=OPERATOR, now=timezone.now())
    assert figures()["subscriber_paused county webhook"] == 1
    end_subscriber(subscriber=told, actor=OPERATOR, now=timezone.now())
    assert not [name for name in figures() if "county" in name], "who is told no more is not watched"


def test_what_was_refused_at_the_doors_is_counted_by_door_and_reason() -> None:
    make_counterpart(now=timezone.now())
    for _ in range(2):
        assert Client().post("/hooks/exchange/tracker/", "{}", content_type="application/json").status_code == 401
    assert Client().post("/hooks/exchange/nobody/", "{}", content_type="application/json").status_code == 404
    yesterday = timezone.now() - timedelta(days=1)
    count_refused(door=Door.COUNTERPARTS, why=RefusedFor.SIGNATURE, now=yesterday)
    said = figures()
    assert said["refused_messages_total counterparts signature"] == 3
    assert said["refused_messages_total counterparts unknown"] == 1


def test_the_sweep_the_jobs_and_the_court(person: Participant) -> None:
    empty = figures()
    assert empty["overdue_duties"] == empty["oldest_overdue_seconds"] == empty["jobs_waiting"] == 0
    assert "court_drop_age_seconds" not in empty and "swept_seconds" not in empty, "what was never is no figure"
    now = timezone.now()
    duty = make_duty(person, due_on=(now - timedelta(days=9)).date(), now=now - timedelta(days=20))
    Duty.objects.filter(pk=duty.pk).update(missed_after=now - timedelta(hours=2))
    beat(source=Source.WORKER, now=now - timedelta(minutes=1))
    moments = {"began_at": now - timedelta(hours=9), "ended_at": now - timedelta(hours=8)}
    CourtDrop.objects.create(name="whole", number=1, as_of=now.date(), rank=1, digest="a", **moments)
    CourtDrop.objects.create(
        name="refused", number=2, as_of=now.date(), rank=2, digest="b", began_at=now, refusal="cut short"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) VALUES"
            " ('q', 't', '{}', 'todo', %s), ('q', 't', '{}', 'todo', %s), ('q', 't', '{}', 'failed', NULL)",
            [now - timedelta(minutes=10), now + timedelta(hours=1)],
        )
    said = figures()
    assert (said["overdue_duties"], said["jobs_waiting"], said["jobs_failed"]) == (1, 2, 1)
    assert said["oldest_overdue_seconds"] == pytest.approx(7200, abs=30)
    assert said["seen_alive_seconds worker"] == pytest.approx(60, abs=30)
    assert said["court_drop_age_seconds"] == pytest.approx(8 * 3600, abs=30)
    assert said["job_oldest_waiting_seconds"] == pytest.approx(600, abs=30), "a job of tomorrow is not late"


def test_a_scraper_gets_the_format_it_reads() -> None:
    three_facts()
    open_text = scrape(Accept=OPEN_METRICS)
    assert open_text["Content-Type"].startswith("application/openmetrics-text")
    read = read_open(open_text.content.decode())  # type: ignore[no-untyped-call]
    assert {one.name for one in read} >= {"adsum_subscriber_waiting_facts"}
    assert scrape(Accept="*/*")["Content-Type"].startswith("text/plain")


def test_more_subscribers_are_not_more_questions() -> None:
    three_facts()
    with CaptureQueriesContext(connection) as one:
        scrape()
    for number in range(5):
        three_facts(f"county-{number}")
    with CaptureQueriesContext(connection) as six:
        assert len([name for name in figures() if name.startswith("subscriber_paused")]) == 6
    assert len(six) == len(one)


def test_a_database_that_is_away_is_said_in_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("connection refused at 10.1.2.3")

    monkeypatch.setattr("adsum.api.metrics.sweeping_now", away)
    answer = scrape()
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_nobody_is_in_the_labels(person: Participant) -> None:
    told = three_facts()
    mark_silent(subscriber_id=told.pk, error=f"no {person.surnames}", chance=0, now=timezone.now())
    text = scrape().content.decode()
    assert person.surnames not in text and person.case_number not in text and told.address not in text
