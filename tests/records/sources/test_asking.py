"""Questions and subscriptions over real HTTP, with an agency that fails in every way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adsum.records.sources.calling import SourceDown
from adsum.records.sources.mapping import BadMapping
from adsum.records.sources.query.asking import Sought, ask, check
from adsum.records.sources.rap_back.asking import Wish, wish
from tests.records.fake_agency import FakeAgency

ANA = Sought("A200000001", "Ana", "Lopez", "1988-03-14", "F")
SECRET = "whsec_c2VjcmV0"


@pytest.fixture
def agency() -> Iterator[FakeAgency]:
    fake = FakeAgency(SECRET, {ANA.case_number: [{"record_id": "W-1", "kind": "warrant"}, {"kind": "warrant"}]})
    yield fake
    fake.close()


def now() -> datetime:
    return datetime.now(UTC)


def settings(agency: FakeAgency) -> dict[str, Any]:
    return {"url": agency.url, "answer_seconds": 1}


def test_an_answer_is_rows_also_when_it_is_nothing(agency: FakeAgency) -> None:
    known, poison = ask(settings(agency), ANA, secret=SECRET, name="q1", now=now())
    assert known.record and known.record.record_id == "W-1" and poison.reason
    assert ask(settings(agency), Sought("A9", "", "", "", ""), secret=SECRET, name="q2", now=now()) == []
    assert agency.asked[0] == {"person": {**vars(ANA)}}


@pytest.mark.parametrize(
    ("mode", "says", "calls"),
    [
        ("away", "answered 503", 1),
        ("slow", "no answer within 1 second", 2),
        ("cut", "no answer", 2),
        ("no-json", "no JSON", 1),
        ("no-object", "no JSON object", 1),
        ("no-list", "without a list", 1),
        ("huge", "more than 5,000,000 bytes", 1),
    ],
)
def test_a_source_that_does_not_answer_is_named_and_never_nothing(
    agency: FakeAgency, mode: str, says: str, calls: int
) -> None:
    agency.mode = mode
    with pytest.raises(SourceDown) as down:
        ask(settings(agency), ANA, secret=SECRET, name="q1", now=now())
    assert says in str(down.value) and "Lopez" not in str(down.value)
    assert agency.calls == calls


def test_nobody_there_and_a_wrong_secret_are_down(agency: FakeAgency) -> None:
    with pytest.raises(SourceDown, match="answered 401"):
        ask(settings(agency), ANA, secret="whsec_b3RoZXI=", name="q1", now=now())
    nowhere = {"url": "http://127.0.0.1:9/"}
    with pytest.raises(SourceDown, match="nothing listens there"):
        ask(nowhere, ANA, secret=SECRET, name="q1", now=now())


def test_formulas_in_an_answer_are_no_answer(agency: FakeAgency) -> None:
    agency.records[ANA.case_number] = [{"record_id": "=1", "kind": "warrant"}]
    with pytest.raises(SourceDown, match="formula"):
        ask(settings(agency), ANA, secret=SECRET, name="q1", now=now())


def test_a_subscription_is_asked_for_renewed_and_cancelled(agency: FakeAgency) -> None:
    given: dict[str, Any] = {"our_number": 7, "expires_on": date(2027, 1, 1), "secret": SECRET, "now": now()}
    number = wish(settings(agency), Wish.SUBSCRIBE, their_number="", sought=ANA, **given)
    assert number == "RB-7" and agency.subscribed["7"]["person"]["case_number"] == ANA.case_number
    later = {**given, "expires_on": date(2028, 1, 1)}
    assert wish(settings(agency), Wish.RENEW, their_number=number, sought=ANA, **later) == number
    assert agency.subscribed["7"]["expires_on"] == "2028-01-01"
    assert wish(settings(agency), Wish.CANCEL, their_number=number, sought=None, **given) == number
    assert agency.subscribed == {}
    agency.mode = "away"
    with pytest.raises(SourceDown):
        wish(settings(agency), Wish.SUBSCRIBE, their_number="", sought=ANA, **given)


@pytest.mark.parametrize(
    "bad",
    [{}, {"url": "ftp://x"}, {"url": "http://"}, {"url": "http://x", "answer_seconds": 0}, {"url": "http://x", "u": 1}],
    ids=range(5),
)
def test_settings_without_a_usable_address_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(BadMapping):
        check(bad)
