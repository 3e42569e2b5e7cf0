"""Sources that are asked about each person: down is named and asked again; a subscription lives as long as the case."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from adsum.ledger.rules import OPERATOR
from adsum.management.record_asking import ask_about
from adsum.management.record_checks import make_checks
from adsum.management.subscribing import keep_subscriptions
from adsum.offices.models import FieldOffice
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.records.actions import ask_checks, end_source, mark_watched, validate_subscriptions
from adsum.records.models import (
    Delivery,
    OutsideRecord,
    RecordCheck,
    RecordSource,
    RecordVersion,
    SetAside,
    Subscription,
)
from adsum.records.policy import RecordsPolicy
from adsum.records.queries import subscriptions_to_validate
from adsum.records.rules import CheckedFor, Transport
from adsum.records.sources.secrets import secret_of
from tests.factories import make_office, make_participant, make_staff
from tests.leads import make_source
from tests.records.fake_agency import FakeAgency

KNOWN = {"record_id": "W-9", "kind": "warrant", "surnames": "LOPEZ"}


@pytest.fixture
def agency(settings: Settings, tmp_path: Path) -> Iterator[FakeAgency]:
    settings.RECORDS_SECRETS = str(tmp_path)
    fake = FakeAgency(secret_of("county", tmp_path))
    yield fake
    fake.close()


def source_over_http(agency: FakeAgency, adapter: str, transport: Transport) -> RecordSource:
    source = make_source("county")
    own = {"url": agency.url, "answer_seconds": 1}
    RecordSource.objects.filter(pk=source.pk).update(adapter=adapter, transport=transport, settings=own, is_daily=False)
    source.refresh_from_db()
    return source


@pytest.fixture
def asked(agency: FakeAgency, db: None) -> RecordSource:
    return source_over_http(agency, "query", Transport.QUERY)


def check(person: Participant, now: datetime) -> RecordCheck:
    mark_watched(described={person.pk: "x"}, now=now)
    ask_checks(people=[(person.pk, "")], why=CheckedFor.REVIEW, now=now)
    return RecordCheck.objects.latest("pk")


def said(one: RecordCheck) -> Any:
    one.refresh_from_db()
    return one.answers.get("county", {}).get("heard")


def test_a_person_is_asked_about_once_and_the_check_waits_for_the_matching(
    agency: FakeAgency, asked: RecordSource, maria: Participant
) -> None:
    agency.records[maria.case_number] = [KNOWN]
    now = timezone.now()
    one = check(maria, now)
    make_checks(now)
    assert OutsideRecord.objects.get().record_id == "W-9" and said(one) is None
    OutsideRecord.objects.update(screened_at=now)
    assert make_checks(now) == 1
    assert said(one) == "answered" and one.done_at and agency.calls == 1
    again = check(maria, now)
    make_checks(now)
    assert said(again) == "answered" and agency.calls == 2 and OutsideRecord.objects.count() == 1


def test_an_answer_that_returns_to_an_earlier_one_is_news_and_one_that_stays_is_none(
    agency: FakeAgency, asked: RecordSource, maria: Participant
) -> None:
    stands: list[bool] = []
    for second, withdrawn in enumerate((False, False, True, False, False, True, True, False)):
        agency.records[maria.case_number] = [KNOWN | {"withdrawn": "yes" if withdrawn else ""}]
        assert ask_about(maria, source=asked, name=second, now=timezone.now() + timedelta(seconds=second))
        stands.append(OutsideRecord.objects.get().withdrawn_at is None)
    assert stands == [True, True, False, True, True, False, False, True]
    assert RecordVersion.objects.count() == Delivery.objects.count() == 5
    assert not Delivery.objects.filter(done_at=None).exists()
    RecordVersion.objects.all().delete()
    OutsideRecord.objects.all().delete()
    ask_about(maria, source=asked, name=9, now=timezone.now())
    assert OutsideRecord.objects.count() == 1, "what was erased is told again"


def test_a_row_that_cannot_be_read_and_an_older_version_are_taken_once(
    agency: FakeAgency, asked: RecordSource, maria: Participant
) -> None:
    agency.records[maria.case_number] = [KNOWN | {"version": "2"}]
    assert ask_about(maria, source=asked, name=1, now=timezone.now())
    agency.records[maria.case_number] = [KNOWN | {"version": "1", "surnames": "LOPES"}, {"kind": "warrant"}]
    for _ in range(3):
        assert ask_about(maria, source=asked, name=1, now=timezone.now())
    assert (OutsideRecord.objects.get().surnames, SetAside.objects.count()) == ("LOPEZ", 1)
    assert RecordVersion.objects.count() == 2


@pytest.mark.parametrize("mode", ["away", "cut", "no-json"])
def test_a_source_that_is_down_is_named_and_asked_again(
    agency: FakeAgency, asked: RecordSource, maria: Participant, office: FieldOffice, mode: str
) -> None:
    agency.mode, now = mode, timezone.now()
    one, other = check(maria, now), check(make_participant(office), now)
    make_checks(now)
    assert said(one) == said(other) == "down" and one.done_at is None
    assert agency.calls <= 2, "the second person's question waits while the source is down"
    asked.refresh_from_db()
    assert asked.failing_since and asked.last_error
    agency.mode = "answer"
    later = now + timedelta(minutes=RecordsPolicy().retry_minutes + 1)
    with time_machine.travel(later, tick=False):
        make_checks(later)
    assert said(one) == said(other) == "answered" and one.done_at == later
    asked.refresh_from_db()
    assert asked.failing_since is None


def coverage_of(person: Participant) -> str:
    part = Template("{% load adsum_records %}{% record_coverage person staff %}")
    return part.render(Context({"person": person, "staff": make_staff(person.office)}))


def at(moment: datetime) -> None:
    """What the worker does then; the agency's clock goes with ours."""
    with time_machine.travel(moment, tick=False):
        keep_subscriptions(moment)


@pytest.fixture
def watching(agency: FakeAgency, db: None) -> RecordSource:
    return source_over_http(agency, "rap_back", Transport.RAP_BACK)


def test_who_is_here_is_subscribed_once_and_only_then_counts_as_searched(
    agency: FakeAgency, watching: RecordSource, maria: Participant
) -> None:
    now = timezone.now()
    agency.mode = "away"
    keep_subscriptions(now)
    early = check(maria, now)
    make_checks(now)
    assert said(early) == "silent" and agency.subscribed == {}
    agency.mode = "answer"
    RecordSource.objects.update(states=["NY"])
    assert "does not watch for this person yet" in coverage_of(maria)
    assert keep_subscriptions(now) == 1 and keep_subscriptions(now) == 0
    assert "does not watch" not in coverage_of(maria)
    mine = Subscription.objects.get()
    (told,) = agency.subscribed.values()
    assert told["person"]["case_number"] == maria.case_number
    assert told["expires_on"] == mine.expires_on.isoformat() and mine.their_number == f"RB-{mine.pk}"
    late = check(maria, now)
    make_checks(now)
    assert said(late) == "answered"


@pytest.mark.parametrize("why", ["left", "source-ended"])
def test_it_is_cancelled_when_the_person_leaves_or_the_source_ends(
    agency: FakeAgency, watching: RecordSource, maria: Participant, why: str
) -> None:
    now = timezone.now()
    keep_subscriptions(now)
    if why == "left":
        Participant.objects.filter(pk=maria.pk).update(left_at=now)
    else:
        end_source(source=watching, actor=OPERATOR, now=now)
    agency.mode = "away"
    keep_subscriptions(now)
    assert agency.subscribed, "it is asked for again until it is heard"
    agency.mode = "answer"
    keep_subscriptions(now)
    mine = Subscription.objects.get()
    assert agency.subscribed == {} and mine.ended_at and mine.why_ended == why


def test_it_is_renewed_while_somebody_says_that_the_case_is_open_and_lapses_otherwise(
    agency: FakeAgency, watching: RecordSource, maria: Participant, office: FieldOffice
) -> None:
    policy, now = RecordsPolicy(), timezone.now()
    keep_subscriptions(now)
    supervisor = make_staff(office, Role.SUPERVISOR)
    mine = Subscription.objects.get()
    half = now + timedelta(days=policy.validate_days)
    assert [one.pk for one in subscriptions_to_validate(on=half.date(), seen_by=supervisor.as_actor())] == [mine.pk]
    stranger = make_staff(make_office("LAX"), Role.SUPERVISOR)
    assert validate_subscriptions(ids=[mine.pk], staff=stranger, now=half) == 0
    assert validate_subscriptions(ids=[mine.pk], staff=supervisor, now=half) == 1
    near_end = now + timedelta(days=policy.subscription_days - policy.renew_days)
    Subscription.objects.update(validate_on=near_end.date() + timedelta(days=1))
    at(near_end)
    mine.refresh_from_db()
    assert mine.expires_on == near_end.date() + timedelta(days=policy.subscription_days)
    end = now + timedelta(days=2 * policy.subscription_days)
    at(end)
    mine.refresh_from_db()
    assert agency.subscribed == {} and mine.why_ended == "not-validated"
    at(end)
    assert Subscription.objects.count() == 1, "nobody is watched again out of habit"
    validate_subscriptions(ids=[mine.pk], staff=supervisor, now=end)
    at(end)
    assert len(agency.subscribed) == 1 and Subscription.objects.count() == 2


def test_the_page_lets_a_supervisor_say_whose_case_is_open(
    agency: FakeAgency, watching: RecordSource, maria: Participant, office: FieldOffice, sign_in: Callable[..., Client]
) -> None:
    keep_subscriptions(timezone.now())
    page, client = "/console/records/watching/", sign_in(make_staff(office, Role.SUPERVISOR))
    assert "Nobody is to be looked at" in client.get(page).content.decode()
    Subscription.objects.update(validate_on=timezone.now().date())
    assert "1 person is watched" in client.get("/console/records/sources/").content.decode()
    assert maria.full_name in client.get(page).content.decode()
    mine = Subscription.objects.get()
    for chosen in ("x", str(10**30), "0", ""):
        client.post(page, {"subscription": chosen})
    stranger = sign_in(make_staff(make_office("LAX"), Role.SUPERVISOR))
    assert maria.full_name not in stranger.get(page).content.decode()
    stranger.post(page, {"subscription": mine.pk})
    mine.refresh_from_db()
    assert mine.validate_on == timezone.now().date()
    client.post(page, {"subscription": mine.pk})
    mine.refresh_from_db()
    assert mine.validate_on > timezone.now().date()
