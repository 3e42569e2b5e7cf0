"""An officer hands a device out, judges its alerts, swaps it and takes it back, all on the console's pages."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from adsum.monitors.actions import take_heard
from adsum.monitors.models import MonitorAlert, MonitorIssue
from adsum.monitors.queries import monitor_of
from adsum.monitors.rules import AlertKind, Heard
from adsum.offices.models import Staff
from adsum.orders.actions import change_level
from adsum.orders.models import Order
from adsum.orders.rules import Level
from adsum.people.models import Participant
from tests.monitors.worn import HOME, make_monitor, make_order, make_worn

SignIn = Callable[[Participant | Staff], Client]


def test_from_the_stock_to_a_person_and_back(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    client = sign_in(officer)
    client.post("/console/monitors/", {"serial": "AX-9", "kind": "gps-ankle"})
    twice = client.post("/console/monitors/", {"serial": "AX-9", "kind": "gps-wrist"}, follow=True)
    assert "AX-9 is known already" in twice.text
    make_order(person, now=timezone.now())
    page = client.get(f"/console/people/{person.pk}/").text
    assert "Hand out a device" in page and "AX-9" in page
    monitor = make_monitor(officer)
    client.post(f"/console/people/{person.pk}/monitor/", {"monitor": str(monitor.pk)})
    worn = monitor_of(participant_id=person.pk, seen_by=officer.as_actor())
    assert worn is not None and worn.monitor == monitor
    address = f"/console/monitors/{monitor.pk}/"
    assert "Write a reason" in client.post(address, {"do": "return", "reason": " "}, follow=True).text
    client.post(address, {"do": "charge"})
    client.post(address, {"do": "return", "reason": "Stepped down"})
    told = client.get(address).text
    assert all(words in told for words in ("Given back", "Charged", "Handed out", "Came into the stock", "Ana Rivera"))
    assert monitor_of(participant_id=person.pk, seen_by=officer.as_actor()) is None


def test_an_alert_stands_beside_the_record_and_is_judged_with_one_form(
    person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    now, client = timezone.now(), sign_in(officer)
    worn = make_worn(person, officer, now=now)
    for hours in (50, 40, 30):
        told = Heard(worn.monitor.serial, now - timedelta(hours=hours), HOME, AlertKind.STRAP)
        take_heard(heard=[told], now=now)
    first, second, _ = MonitorAlert.objects.order_by("began_at")
    address = f"/console/monitors/alerts/{first.pk}/"
    assert "This device: 3 alerts in 90 days, 0 judged false" in client.get(address).text
    refused = client.post(address, {"said": "false", "reason": ""})
    assert (refused.status_code, "write a reason" in refused.text) == (400, True)
    answer = client.post(address, {"said": "device-fault", "reason": "The clasp is broken"})
    assert answer.headers["Location"] == f"/console/monitors/alerts/{second.pk}/"
    assert "1 a fault of the device" in client.get(answer.headers["Location"]).text
    assert "Adsum proposes to swap it" in client.get(f"/console/monitors/{worn.monitor_id}/").text
    spare = make_monitor(officer)
    swap = {"do": "swap", "new": str(spare.pk), "reason": "The clasp is broken"}
    assert "proposes to swap" not in client.post(f"/console/monitors/{worn.monitor_id}/", swap, follow=True).text
    assert MonitorIssue.objects.get(ended_at__isnull=True).monitor == spare


def test_a_device_whose_order_has_ended_is_shown_first(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    make_worn(person, officer)
    change_level(
        participant=person,
        level=Level.CHECK_IN,
        note="D",
        actor=officer.as_actor(),
        decided_by=officer,
        now=timezone.now(),
    )
    assert "the order has ended. Take it off." in sign_in(officer).get("/console/monitors/").text


def test_terms_and_the_day_of_the_next_look_are_kept(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    make_order(person, now=timezone.now())
    client, address = sign_in(officer), f"/console/people/{person.pk}/terms/"
    assert "as the policy says" in client.get(f"/console/people/{person.pk}/").text
    client.post(address, {"terms": "Stay in the state\n\nHours: 20:00-06:00\n", "reason": "The judge's order"})
    client.post(address, {"do": "review", "on": (timezone.now() + timedelta(days=30)).date().isoformat()})
    order = Order.objects.get(ended_at__isnull=True)
    assert order.said_terms == ["Stay in the state", "Hours: 20:00-06:00"]
    for wrong in ({"terms": "x"}, {"terms": "Hours: soon", "reason": "x"}, {"do": "review", "on": "2020-01-01"}):
        assert "Nothing was changed" in client.post(address, wrong, follow=True).text
    unchanged = Order.objects.get(ended_at__isnull=True)
    assert (unchanged.terms, unchanged.review_on) == (order.terms, order.review_on)
