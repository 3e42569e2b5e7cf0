"""Asking for a review: at any time, in any way; more requests join, and never start the clock anew."""

from datetime import date, timedelta
from typing import Any

import pytest

from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.records.models import RecordCheck
from adsum.reviews.actions import AskRefused, ask_for_more, ask_for_review, heed_text, snooze, withdraw_review
from adsum.reviews.models import Review, ReviewAsk
from adsum.reviews.rules import Because, Way, Wish
from tests.factories import NOW
from tests.reviews.conftest import make_ordered


def test_a_request_has_a_receipt_a_clock_and_a_look_at_records(review: Review, wearer: Participant) -> None:
    clock = open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=RULES)
    assert clock is not None
    assert clock.last_day == (NOW + timedelta(days=30)).date()
    receipt = Notice.objects.get(participant=wearer)
    assert receipt.kind == "review-asked" and receipt.language == "es" and str(review) in receipt.body
    assert RecordCheck.objects.get(about=review.about).participant == wearer


def test_more_requests_join_and_the_clock_runs_on(review: Review, wearer: Participant, officer: Staff) -> None:
    before = open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=RULES)
    later = NOW + timedelta(days=10)
    asked: dict[str, Any] = {"participant": wearer, "wish": Wish.END, "now": later}
    assert ask_for_review(**asked, way=Way.PAGE, because=[Because.HEALTH, Because.CARE], words="It hurts.") == review
    assert ask_for_review(**asked, way=Way.PHONE, noted_by=officer) == review
    assert review.asks.count() == 3
    assert open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=RULES) == before
    assert Notice.objects.filter(kind="review-asked").count() == 1


def test_without_an_order_there_is_nothing_to_review(office: FieldOffice) -> None:
    free = make_ordered(office, Level.NONE)
    with pytest.raises(AskRefused, match="no-order"):
        ask_for_review(participant=free, wish=Wish.END, way=Way.PAGE, now=NOW)
    assert not Review.objects.exists()


def test_a_script_is_stopped_and_staff_are_not(review: Review, wearer: Participant, officer: Staff) -> None:
    for _ in range(9):
        ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    with pytest.raises(AskRefused, match="too-many"):
        ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAPER, noted_by=officer, now=NOW)
    assert ReviewAsk.objects.count() == 11


def test_what_the_office_asks_for_holds_its_clock_until_it_comes(
    review: Review, wearer: Participant, officer: Staff
) -> None:
    asked_at = NOW + timedelta(days=5)
    ask_for_more(review_id=review.pk, officer=officer, words="A letter of the clinic", now=asked_at)
    with pytest.raises(AskRefused):
        ask_for_more(review_id=review.pk, officer=officer, words="And another", now=asked_at)
    theirs = open_clock(about=review.about, kind=ClockKind.EVIDENCE, seen_by=RULES)
    assert theirs is not None and theirs.last_day == (asked_at + timedelta(days=14)).date()
    ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, words="Here", now=asked_at + timedelta(days=4))
    assert open_clock(about=review.about, kind=ClockKind.EVIDENCE, seen_by=RULES) is None
    ours = open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=RULES)
    assert ours is not None and ours.last_day == date(2026, 12, 28)  # the 25th is a holiday, and a weekend follows
    review.refresh_from_db()
    assert review.more_asked == ""


def test_it_can_be_taken_back_and_asked_again(review: Review, wearer: Participant) -> None:
    withdraw_review(participant=wearer, now=NOW)
    assert open_clock(about=review.about, kind=ClockKind.ANSWER, seen_by=RULES) is None
    with pytest.raises(AskRefused):
        withdraw_review(participant=wearer, now=NOW)
    again = ask_for_review(participant=wearer, wish=Wish.END, way=Way.PAGE, now=NOW)
    assert again != review and again.is_open


@pytest.mark.parametrize("text", ["REVIEW", "Revisión por favor", "مراجعة", "复审", "пересмотр"])
def test_a_text_is_a_request(wearer: Participant, text: str) -> None:
    number = wearer.contacts.create(kind="phone", value="+12125550177", as_given="212 555 0177", since=NOW).value
    assert "solicitud" in heed_text(gateway_id="g-1", number=number, text=text, now=NOW)
    assert heed_text(gateway_id="g-1", number=number, text=text, now=NOW) == ""
    asked = ReviewAsk.objects.get()
    assert (asked.way, asked.review.participant, asked.words) == ("sms", wearer, text)


def test_a_text_from_a_shared_phone_is_for_a_person_to_read(wearer: Participant, office: FieldOffice) -> None:
    other = make_ordered(office)
    for one in (wearer, other):
        one.contacts.create(kind="phone", value="+12125550177", as_given="212 555 0177", since=NOW)
    heed_text(gateway_id="g-1", number="+12125550177", text="REVIEW", now=NOW)
    assert not Review.objects.exists()


def test_putting_off_is_limited_and_has_a_reason(wearer: Participant, officer: Staff) -> None:
    today = NOW.date()
    for until, reason, why in [
        (today + timedelta(days=30), " ", "reason"),
        (today, "Soon", "within"),
        (today + timedelta(days=61), "Later", "within"),
    ]:
        with pytest.raises(AskRefused, match=why):
            snooze(participant=wearer, until=until, reason=reason, officer=officer, now=NOW)
    for _ in range(2):
        until = today + timedelta(days=30)
        snooze(participant=wearer, until=until, reason="Hearing next week", officer=officer, now=NOW)
    with pytest.raises(AskRefused, match="often enough"):
        snooze(participant=wearer, until=today + timedelta(days=5), reason="Again", officer=officer, now=NOW)
    assert ask_for_review(participant=wearer, wish=Wish.LOWER, way=Way.PAGE, now=NOW).is_open
