"""A place is shared inside the window only; outside of it no trace of it stays, in no table and no log."""

import base64
import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import submit_report
from adsum.checkins.rules import ReportContent
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management.housekeeping import erase_what_has_ended
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.actions import ask_to_share, make_tracking_app, start_orders, stop_sharing
from adsum.orders.models import Order, SharedPoint
from adsum.orders.policy import OrdersPolicy
from adsum.orders.queries import sharing_of
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from tests.factories import make_participant, make_staff
from tests.shape.walking import SignIn

POLICY = OrdersPolicy()

pytestmark = pytest.mark.django_db
SECRET = ("12.3456789", "98.7654321")
POINT = {"do": "point", "place_status": "granted", "latitude": SECRET[0], "longitude": SECRET[1], "accuracy_m": "8"}


def asked(office: FieldOffice, officer: Staff, *, days_ago: float | None = 0) -> Participant:
    """Somebody whose order asks for the place, and whose last check-in was so long ago (None: before it asked)."""
    person, now = make_participant(office), timezone.now()
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="", actor=OPERATOR, now=now)
    if days_ago is None:
        check_in(person, 0)
    asked_at = now - timedelta(days=90) if days_ago is not None else now
    ask_to_share(participant=person, officer=officer, reason="Ordered by the judge", now=asked_at)
    if days_ago is not None:
        check_in(person, days_ago)
    return person


def check_in(person: Participant, days_ago: float) -> None:
    now = timezone.now() - timedelta(days=days_ago, seconds=1)
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=now)


def app_of(person: Participant) -> dict[str, str]:
    user, password = make_tracking_app(participant=person, now=timezone.now())
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def post_app(headers: dict[str, str], body: object = None, **change: object) -> int:
    said = {"_type": "location", "lat": float(SECRET[0]), "lon": float(SECRET[1]), "acc": 8, **change}
    said.setdefault("tst", int(timezone.now().timestamp()))
    sent = said if body is None else body
    return Client().post("/p/owntracks/", sent, content_type="application/json", headers=headers).status_code


def kept_anywhere() -> list[str]:
    """The tables of the whole database in which the coordinates stand."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
            text = str(cursor.fetchall())
            found += [model.__name__] if any(secret[:7] in text for secret in SECRET) else []
    return found


def stopped(office: FieldOffice, officer: Staff) -> Participant:
    person = asked(office, officer)
    stop_sharing(participant=person, now=timezone.now())
    return person


OUTSIDE: dict[str, Callable[[FieldOffice, Staff], Participant]] = {
    "nobody asks": lambda office, officer: make_participant(office),
    "it is over": lambda office, officer: asked(office, officer, days_ago=7),
    "no check-in since it was asked": lambda office, officer: asked(office, officer, days_ago=None),
    "it was stopped": stopped,
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_outside_the_window_no_trace_stays(
    office: FieldOffice, officer: Staff, sign_in: SignIn, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    person = OUTSIDE[case](office, officer)
    caplog.set_level(logging.DEBUG)
    headers = app_of(person)
    answer = sign_in(person).post("/sharing/", POINT, follow=True)
    assert post_app(headers) == 200
    assert answer.status_code == 200
    assert not SharedPoint.objects.exists()
    assert kept_anywhere() == []
    assert not any(secret[:7] in caplog.text + answer.content.decode() for secret in SECRET)
    assert not LedgerLine.objects.filter(verb="place.shared").exists()


def test_inside_the_window_it_is_kept_and_seen(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    person = asked(office, officer)
    browser = sign_in(person)
    assert browser.post("/sharing/", POINT)["Location"] == "/sharing/?said=kept"
    assert browser.post("/sharing/", POINT)["Location"] == "/sharing/?said=too-soon"
    point = SharedPoint.objects.get()
    assert (point.source, point.latitude, point.longitude) == ("page", float(SECRET[0]), float(SECRET[1]))
    assert kept_anywhere() == ["SharedPoint"]
    page = browser.get("/sharing/").content.decode()
    assert "12.3457" in page
    assert "7 days" in page
    assert "Ordered by the judge" in page
    assert browser.get("/my-file/whole/").json()["shared_points"][0]["latitude"] == float(SECRET[0])
    assert "12.34568" in sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()


def test_the_app_shares_and_what_it_sends_late_from_before_is_refused(office: FieldOffice, officer: Staff) -> None:
    person = asked(office, officer, days_ago=1)
    headers, before = app_of(person), int((timezone.now() - timedelta(days=2)).timestamp())
    assert post_app(headers, tst=before) == 200
    assert not SharedPoint.objects.exists()
    assert post_app(headers) == 200
    assert SharedPoint.objects.get().source == "app"


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "[" * 100_000, '{"_type": "lwt"}', '{"_type": "transition", "lat": 1, "lon": 2, "tst": 1}'],
)
def test_other_messages_of_the_app_are_dropped(office: FieldOffice, officer: Staff, body: str) -> None:
    assert post_app(app_of(asked(office, officer)), body) == 200
    assert not SharedPoint.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"lat": 91}, {"lon": "x"}, {"lat": None}, {"acc": -1}, {"tst": None}, {"tst": 1e99}, {"tst": "x"}, {"lat": [1]}],
)
def test_what_is_no_place_on_earth_is_dropped(office: FieldOffice, officer: Staff, change: dict[str, object]) -> None:
    assert post_app(app_of(asked(office, officer)), **change) == 200
    assert not SharedPoint.objects.exists()


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic QUJD", "Bearer QUJDOkRFRg==", "Basic AAA6AAA="])
def test_a_stranger_is_no_app(office: FieldOffice, officer: Staff, header: str) -> None:
    asked(office, officer)
    assert post_app({"authorization": header}) == 401


def test_a_new_password_ends_the_old_one_and_neither_is_kept(office: FieldOffice, officer: Staff) -> None:
    person = asked(office, officer)
    old, new = app_of(person), app_of(person)
    assert (post_app(old), post_app(new)) == (401, 200)


def test_only_inside_the_window_there_is_a_password(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    inside = sign_in(asked(office, officer)).post("/sharing/", {"do": "app"}).content.decode()
    outside = sign_in(asked(office, officer, days_ago=8)).post("/sharing/", {"do": "app"}).content.decode()
    assert ('id="app-password"' in inside, 'id="app-password"' in outside) == (True, False)


def test_one_tap_stops_it_and_an_officer_sees_it(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    person = asked(office, officer)
    browser, flags = sign_in(person), Flag.objects.count()
    assert browser.post("/sharing/", {"do": "stop"})["Location"] == "/sharing/?said=stopped"
    page = sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()
    assert "stopped sharing the place, as they may" in page
    assert "Nothing follows by itself" in page
    assert Flag.objects.count() == flags
    check_in(person, -0.001)
    later = timezone.now() + timedelta(minutes=5)
    assert sharing_of(participant_id=person.pk, at=later, seen_by=RULES).window is not None


def test_points_are_erased_on_their_date(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    sign_in(asked(office, officer)).post("/sharing/", POINT)
    date = SharedPoint.objects.get().erase_at
    assert date - timezone.now() == pytest.approx(timedelta(days=POLICY.keep_shared_days), abs=timedelta(minutes=1))
    erase_what_has_ended(date - timedelta(seconds=1))
    assert kept_anywhere() == ["SharedPoint"]
    erase_what_has_ended(date)
    assert kept_anywhere() == []
    assert LedgerLine.objects.filter(verb="points.forgotten", facts={"count": 1}).exists()


def test_an_officer_asks_with_a_reason_and_takes_it_back(
    office: FieldOffice, officer: Staff, other_office: FieldOffice, sign_in: SignIn
) -> None:
    person = make_participant(office)
    start_orders(
        levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="", actor=OPERATOR, now=timezone.now()
    )
    url = f"/console/people/{person.pk}/sharing/"
    sign_in(officer).post(url, {"ask": "yes", "reason": " \n "})
    sign_in(make_staff(other_office)).post(url, {"ask": "yes", "reason": "because"})
    assert Order.objects.get().share_asked_at is None
    sign_in(officer).post(url, {"ask": "yes", "reason": "Ordered by the judge"})
    order = Order.objects.get()
    assert (order.share_asked_by, order.share_reason) == (officer, "Ordered by the judge")
    check_in(person, -0.0001)
    assert "Ordered by the judge" in sign_in(person).get("/sharing/").content.decode()
    sign_in(officer).post(url, {"ask": "no"})
    at = timezone.now() + timedelta(minutes=1)
    assert sharing_of(participant_id=person.pk, at=at, seen_by=RULES).window is None


def test_the_database_refuses_to_ask_without_a_person_or_a_reason(office: FieldOffice, officer: Staff) -> None:
    asked(office, officer)
    for change in ({"share_asked_by": None}, {"share_reason": " "}):
        with pytest.raises(IntegrityError, match="asking_to_share_has_a_person"), transaction.atomic():
            Order.objects.update(**change)


def test_the_database_refuses_a_point_after_its_window(office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    sign_in(asked(office, officer)).post("/sharing/", POINT)
    end = SharedPoint.objects.get().window_ends_at
    with pytest.raises(IntegrityError, match="a_point_lies_in_its_window"), transaction.atomic():
        SharedPoint.objects.update(taken_at=end)
