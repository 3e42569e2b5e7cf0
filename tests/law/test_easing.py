"""Out of custody under an order: seven days for asking a judge, told in their language, in My file and the calendar."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from adsum.law.models import Clock
from adsum.leaving.actions import LeavingRefused, bring_back, note_departure
from adsum.leaving.rules import Left, LeftBecause
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Notice
from adsum.offices.models import Staff
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from tests.factories import NOW

SignIn = Callable[[Participant | Staff], Client]
TODAY = NOW.date()


def release(person: Participant, officer: Staff, *, ago: int | None, level: Level = Level.GPS_ANKLE) -> None:
    """Detained three weeks ago; released so many days ago, or held by mistake."""
    start_orders(levels=[(person, level)], ground=Ground.AGENCY_LIST, note="w", actor=OPERATOR, now=NOW)
    left = Left(LeftBecause.DETAINED, "The jail called")
    departure = note_departure(participant_id=person.pk, left=left, officer=officer, now=NOW - timedelta(days=21))
    bring_back(
        departure_id=departure.pk,
        from_on=TODAY + timedelta(days=5),
        reason="Out",
        officer=officer,
        now=NOW,
        released_on=None if ago is None else TODAY - timedelta(days=ago),
    )


@pytest.mark.parametrize(
    ("ago", "level", "last_day"),
    [
        (0, Level.GPS_ANKLE, TODAY + timedelta(days=7)),
        (3, Level.GPS_ANKLE, TODAY + timedelta(days=4)),
        (15, Level.GPS_ANKLE, None),
        (None, Level.GPS_ANKLE, None),
        (0, Level.NONE, None),
    ],
)
def test_the_days_run_from_the_release(
    person: Participant, officer: Staff, ago: int | None, level: Level, last_day: date | None
) -> None:
    release(person, officer, ago=ago, level=level)
    told = Notice.objects.filter(kind="easing-open")
    assert [clock.last_day >= last_day for clock in Clock.objects.filter(kind="easing") if last_day] == (
        [True] if last_day else []
    )
    assert Clock.objects.filter(kind="easing").count() == told.count() == (1 if last_day else 0)


@pytest.mark.parametrize("ago", [-1, 22])
def test_a_day_that_cannot_be_is_refused(person: Participant, officer: Staff, ago: int) -> None:
    with pytest.raises(LeavingRefused, match="day of release"):
        release(person, officer, ago=ago)
    assert not Clock.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_my_file_and_the_calendar_show_the_day(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    phone = sign_in(person)
    assert 'id="easing"' not in phone.get("/my-file/").text
    release(person, officer, ago=0)
    clock = Clock.objects.get(kind="easing")
    assert 'id="easing"' in phone.get("/my-file/").text
    dates = phone.get("/my-file/dates.ics")
    assert f"DTSTART;VALUE=DATE:{clock.last_day:%Y%m%d}" in dates.text and "UID:easing-" in dates.text
    with time_machine.travel(clock.ends_at + timedelta(minutes=1), tick=False):
        assert 'id="easing"' not in phone.get("/my-file/").text
