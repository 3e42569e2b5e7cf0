"""The operator sees how both files stand and what differs, and accepts the mends; others see it, or nothing."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adsum.counterparts.actions import (
    Found,
    accept_mends,
    hear_rows,
    keep_reconciliation,
    note_away,
    note_received,
    note_their_answer,
)
from adsum.counterparts.models import Counterpart, Difference, Reconciliation, Twin
from adsum.counterparts.rules import Differs
from adsum.exchange.legacy.columns import read_values
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.outbox.actions import mark_silent, pause_subscriber
from adsum.outbox.models import OutboxDelivery, OutboxEvent
from adsum.people.models import Participant
from tests.console.conftest import words_of
from tests.counterparts.tracker import differs, make_counterpart, row_about, says_of
from tests.factories import make_office, make_participant, make_staff
from tests.outbox.told import emit

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
PAGE = "/console/exchange/counterparts/tracker/"


@pytest.fixture
def tracker(db: None) -> Counterpart:
    return make_counterpart(now=timezone.now())


def read(client: Client, address: str = PAGE) -> str:
    return words_of(client, address)


def look_at(tracker: Counterpart, *found: Found, cut_short: bool = False, here: int = 4) -> Reconciliation:
    figures = {"seconds": 1.25, "here": here, "there": 3, "ranges": 2, "rows_read": 7, "cut_short": cut_short}
    return keep_reconciliation(counterpart=tracker, found=found, figures=figures, actor=RULES, now=timezone.now())


def accept(client: Client, look: Reconciliation, *chosen: Difference, do: str = "chosen") -> str:
    sent = {"look": str(look.pk), "do": do, "difference": [str(one.pk) for one in chosen]}
    return unescape(client.post(f"{PAGE}mends/", sent, follow=True).text)


def test_all_well_in_sentences(tracker: Counterpart, operator: Client, person: Participant) -> None:
    assert "Has never been heard yet" in read(operator)
    make_participant(person.office)
    says_of(tracker, person)
    hear_rows(counterpart=tracker, rows=[row_about("A999999999", {})], read=read_values, now=timezone.now())
    note_their_answer(counterpart=tracker, now=timezone.now() - timedelta(seconds=10), cursor=4711)
    page = read(operator)
    assert "Heard 10 seconds ago" in page or "Heard 11 seconds ago" in page
    assert 'read up to number <span class="number">4711</span>' in page
    assert "1 of its files is on people who are with us; 1 who is with us has no file there" in page
    assert "1 of its files is on others, of whom nothing is kept but that they are there" in page
    assert "No value waits for an officer" in page and "No message and no file has come by itself" in page
    assert 'class="alert"' not in page and "What it means" not in page


def test_the_day_it_is_down(tracker: Counterpart, operator: Client) -> None:
    now = timezone.now()
    emit(1, 2, 3, kind="address.changed", now=now - timedelta(hours=2))
    for number, event in enumerate(OutboxEvent.objects.order_by("pk"), start=1):
        OutboxDelivery.objects.create(
            subscriber=tracker.subscriber, number=number, event=event, participant_id=event.participant_id
        )
    note_away(counterpart=tracker, error="no connection", now=now - timedelta(hours=2))
    page = read(operator)
    assert "<strong>Does not answer</strong> since" in page and "(2 hours): no connection" in page
    assert "What was changed there since then is not here yet (names, dates of birth, custody" in page
    assert "3 facts, the oldest from" in page and "It drains by itself" in page
    for address in ("/console/exchange/", "/console/exchange/tracker/"):
        assert "<strong>Does not answer</strong> since" in read(operator, address)
    assert "officers do not see here what was changed there" in read(operator, "/console/exchange/")
    note_their_answer(counterpart=tracker, now=now)
    mark_silent(subscriber_id=tracker.subscriber_id, error="answered 503", chance=0, now=now)
    page = read(operator)
    assert "takes nothing" in page and "What was changed here is not there yet (addresses" in page
    pause_subscriber(subscriber=tracker.subscriber, reason="They move", actor=OPERATOR, now=now)
    assert "once somebody lets it go on" in read(operator)


def test_nobody_asks_though_nobody_was_away(tracker: Counterpart, operator: Client) -> None:
    note_their_answer(counterpart=tracker, now=timezone.now() - timedelta(hours=1))
    page = read(operator)
    assert "That is longer than it should be" in page and "Heard 1 hour ago" in page


def test_it_is_told_by_its_own_file(tracker: Counterpart, operator: Client) -> None:
    assert "Both ways</a>" in read(operator, "/console/exchange/")
    page = read(operator, "/console/exchange/tracker/")
    assert PAGE in page and "names, date of birth, address, phone number" in page
    assert "Beside ids" not in page


def test_files_and_what_was_refused_with_its_line(tracker: Counterpart, operator: Client) -> None:
    now = timezone.now()
    note_received(counterpart=tracker, name="LTDELTA_1.txt ab", now=now, rows=12, left=1)
    note_received(counterpart=tracker, name="LTDELTA_2.txt cd", now=now, refused="line 3: 4 columns instead of 15")
    page = read(operator)
    assert "12 rows read; 1 with lost letters comes by asking" in page
    assert "<strong>Refused whole</strong>: line 3: 4 columns instead of 15" in page


def test_chosen_mends_are_accepted_by_name_and_once(
    tracker: Counterpart, operator: Client, person: Participant
) -> None:
    look_at(tracker)
    assert "Nothing: both files say the same." in read(operator)
    found = [
        Found(person.case_number, Differs.NEWS, ("names", "custody")),
        Found("A111111111", Differs.GONE),
        Found("A222222222", Differs.NOT_THERE),
    ]
    look = look_at(tracker, *found)
    page = read(operator)
    assert person.case_number in page and "we were not told: names, custody<br>" in page
    assert "Read their row as it is now" in page and "Accept all 3 that wait" in page
    assert "Lopez" not in page
    gone, news, _ = Difference.objects.order_by("case_number")
    assert "Choose at least one difference" in accept(operator, look)
    told = OutboxEvent.objects.filter(kind="counterpart.differs").count()
    assert "1 difference accepted" in accept(operator, look, news)
    news.refresh_from_db()
    assert news.accepted_by == "Olga Operator"
    assert OutboxEvent.objects.filter(kind="counterpart.differs").count() == told + 1
    assert "Somebody has accepted this already" in accept(operator, look, news)
    assert LedgerLine.objects.filter(verb="difference.accepted").count() == 1
    assert "Accept all 2 that wait" in read(operator)
    assert "2 differences accepted" in accept(operator, look, do="all")
    assert "Accept the chosen" not in read(operator)
    gone.refresh_from_db()
    assert gone.accepted_by == "Olga Operator"


def test_what_was_found_before_the_last_look_is_not_accepted(tracker: Counterpart, operator: Client) -> None:
    old = look_at(tracker, Found("A111111111", Differs.GONE))
    assert "compared again" in accept(operator, Reconciliation(pk=old.pk + 1), do="all")
    new = look_at(tracker, Found("A222222222", Differs.NOT_THERE), cut_short=True, here=400)
    assert "compared again" in accept(operator, old, do="all")
    assert "Choose at least one" in accept(operator, new, *Difference.objects.filter(reconciliation=old))
    assert not Difference.objects.filter(accepted_at__isnull=False).exists()
    odd = {"look": str(new.pk), "difference": ["x", "-1", "9" * 5000, "²"]}
    assert "Choose at least one" in operator.post(f"{PAGE}mends/", odd, follow=True).text
    assert "They showed 3 of 400 rows" in read(operator)


def test_a_row_that_is_gone_lets_its_twin_go_and_nothing_else(
    tracker: Counterpart, operator: Client, person: Participant
) -> None:
    says_of(tracker, person, custody="detained")
    look = look_at(tracker, Found(person.case_number, Differs.GONE))
    assert Twin.objects.filter(participant=person).exists()
    accept(operator, look, do="all")
    assert not Twin.objects.exists()
    person.refresh_from_db()
    assert person.left_at is None


@pytest.mark.parametrize(("role", "sees"), [(Role.PROGRAMME, True), (Role.AUDITOR, False)])
def test_who_watches_sees_it_and_never_acts(tracker: Counterpart, sign_in: SignIn, role: Role, sees: bool) -> None:
    look = look_at(tracker, Found("A111111111", Differs.GONE))
    one = sign_in(make_staff(None, role))
    page = read(one)
    assert "<strong>1</strong>: their row is gone" in page
    assert ("A111111111" in page) == sees
    assert "Accept" not in page.replace("Accepted", "")
    assert one.post(f"{PAGE}mends/", {"look": str(look.pk), "do": "all"}).status_code == 403
    assert not Difference.objects.filter(accepted_at__isnull=False).exists()


def test_officers_and_strangers_see_nothing_of_it(tracker: Counterpart, sign_in: SignIn) -> None:
    office: FieldOffice = make_office("SEA")
    for role in (Role.OFFICER, Role.SUPERVISOR):
        assert sign_in(make_staff(office, role)).get(PAGE).status_code == 403
    assert Client().get(PAGE).headers["Location"].startswith("/console/sign-in/")


def test_who_is_not_there(tracker: Counterpart, operator: Client) -> None:
    assert operator.get("/console/exchange/counterparts/nobody/").status_code == 404
    assert operator.post("/console/exchange/counterparts/nobody/mends/", {"do": "all"}).status_code == 404


def test_the_page_asks_as_often_for_one_of_each_as_for_six(
    tracker: Counterpart, operator: Client, person: Participant
) -> None:
    asked = []
    for more in (1, 5):
        for number in range(more):
            differs(tracker, make_participant(person.office))
            note_received(counterpart=tracker, name=f"{more} {number}", now=timezone.now(), rows=1)
        look = look_at(tracker, *(Found(f"A{number:09}", Differs.GONE) for number in range(more)))
        read(operator)
        with CaptureQueriesContext(connection) as queries:
            assert "What differed" in read(operator)
        asked.append(len(queries))
    assert accept_mends(differences=list(look.found.all()), by="O", actor=OPERATOR, now=timezone.now()) == 5
    assert asked[0] == asked[1]
