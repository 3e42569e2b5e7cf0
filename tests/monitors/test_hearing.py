"""What is kept of what devices tell: only inside the order's terms, once, and with an end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adsum.core.earth import Spot
from adsum.monitors.actions import forget, return_monitor, take_heard
from adsum.monitors.models import DroppedCount, MonitorAlert, MonitorPosition
from adsum.monitors.rules import AlertKind, Heard
from adsum.offices.models import Staff
from adsum.orders.actions import TermsRefused, change_level, set_terms
from adsum.orders.models import Order
from adsum.orders.rules import Level
from adsum.people.models import Participant
from tests.factories import NOW
from tests.monitors.worn import heard, make_worn

FAR = Spot(41.5, -73.9, 20.0)


def dropped() -> dict[str, int]:
    return dict(DroppedCount.objects.values_list("why", "count"))


def test_a_position_is_kept_once_and_erased_on_its_date(person: Participant, officer: Staff) -> None:
    one = heard(make_worn(person, officer))
    assert [take_heard(heard=[one, one], now=NOW).kept, take_heard(heard=[one], now=NOW).kept] == [2, 1]
    kept = MonitorPosition.objects.get()
    assert (kept.participant, kept.erase_at) == (person, one.at + timedelta(days=14))
    forget(before=NOW - timedelta(days=1825), now=kept.erase_at - timedelta(seconds=1))
    assert MonitorPosition.objects.exists()
    forget(before=NOW - timedelta(days=1825), now=kept.erase_at)
    assert not MonitorPosition.objects.exists()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"minutes_ago": 9 * 24 * 60 + 1}, "before"),
        ({"minutes_ago": -11}, "ahead"),
        ({"spot": FAR}, "outside-terms"),
    ],
)
def test_what_is_outside_leaves_only_a_number(
    person: Participant, officer: Staff, told: dict[str, object], why: str
) -> None:
    worn = make_worn(person, officer)
    set_terms(participant=person, terms=["Zone: 40.7, -73.9, 10 km"], officer=officer, reason="x", now=NOW)
    taken = take_heard(heard=[heard(worn, **told)], now=NOW)  # type: ignore[arg-type]
    assert (taken.kept, taken.dropped, dropped()) == (0, 1, {why: 1})
    assert not MonitorPosition.objects.exists()


@pytest.mark.parametrize(("hours", "kept"), [("11:00-13:00", 1), ("20:00-06:00", 0), ("22:00-12:30", 1)])
def test_hours_are_those_of_the_office(person: Participant, officer: Staff, hours: str, kept: int) -> None:
    worn = make_worn(person, officer)  # NOW is noon in New York
    set_terms(participant=person, terms=[f"Hours: {hours}"], officer=officer, reason="Curfew", now=NOW)
    assert take_heard(heard=[heard(worn)], now=NOW).kept == kept


@pytest.mark.parametrize(
    "term", ["Hours: 8-10", "Hours: 25:00-26:00", "Zone: here", "Zone: 99, 0, 5 km", "zone: 40, -73, 0 km"]
)
def test_terms_that_cannot_be_read_are_refused(person: Participant, officer: Staff, term: str) -> None:
    make_worn(person, officer)
    with pytest.raises(TermsRefused, match="write “Hours"):
        set_terms(participant=person, terms=["Stay in the state", term], officer=officer, reason="x", now=NOW)
    assert Order.objects.get(ended_at__isnull=True).terms == ""


def test_when_the_order_ends_nothing_more_is_kept_and_the_rest_is_erased(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    take_heard(heard=[heard(worn, minutes_ago=60)], now=NOW)
    change_level(
        participant=person, level=Level.CHECK_IN, note="D", actor=officer.as_actor(), decided_by=officer, now=NOW
    )
    told = heard(worn, alert=AlertKind.STRAP)
    taken = take_heard(heard=[replace(told, at=NOW + timedelta(minutes=1))], now=NOW + timedelta(minutes=2))
    assert (taken.kept, taken.alerts, dropped()) == (0, 0, {"no-order": 1})
    assert not MonitorAlert.objects.exists()
    forget(before=NOW - timedelta(days=1825), now=NOW)
    assert not MonitorPosition.objects.exists()


def test_a_device_that_nobody_wears_or_knows_is_not_kept(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    return_monitor(monitor_id=worn.monitor_id, officer=officer, reason="Off", now=NOW)
    strange = Heard("nobody-knows", NOW, Spot(1, 1), AlertKind.STRAP)
    taken = take_heard(heard=[heard(worn, alert=AlertKind.STRAP), strange], now=NOW)
    assert (taken.kept, taken.alerts, dropped()) == (0, 0, {"not-worn": 1, "unknown-device": 1})
    assert not MonitorAlert.objects.exists()


def test_a_device_given_to_the_next_person_tells_nothing_of_the_last(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    backlog = heard(worn, minutes_ago=9 * 24 * 60 + 30)
    assert take_heard(heard=[backlog], now=NOW).kept == 0


def test_the_newest_state_of_a_device_stands(person: Participant, officer: Staff) -> None:
    worn = make_worn(person, officer)
    new, old = heard(worn, battery_percent=80, is_charging=True), heard(worn, minutes_ago=50, battery_percent=20)
    take_heard(heard=[new], now=NOW)
    take_heard(heard=[old], now=NOW)
    worn.monitor.refresh_from_db()
    assert (worn.monitor.battery_percent, worn.monitor.is_charging, worn.monitor.heard_at) == (80, True, new.at)
