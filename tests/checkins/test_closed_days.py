"""What falls due while the office is closed is due on the next open day, also where that is noted afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import note_closed_days, sweep_overdue
from adsum.checkins.models import Duty, Excuse
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import Outcome, moved_by_closed_days
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Notice
from adsum.offices.actions import OfficeRefused, close_days, open_day
from adsum.offices.models import ClosedDay, FieldOffice, Staff
from adsum.offices.rules import Role, federal_holidays, next_open_day
from adsum.people.models import Participant
from tests.factories import NOW, make_duty, make_participant, make_staff

THANKSGIVING, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def close(office: FieldOffice, *days: date, now: datetime = NOW) -> None:
    note_closed_days(office=office, days=days, why="Thanksgiving", actor=OPERATOR, now=now)


@pytest.mark.parametrize(
    ("closed", "moved_days"),
    [((), 0), ((FRIDAY,), 0), ((THANKSGIVING,), 1), ((THANKSGIVING, FRIDAY), 2), ((THANKSGIVING, FRIDAY + DAY), 1)],
)
def test_it_is_as_if_due_on_the_next_open_day(closed: tuple[date, ...], moved_days: int, office: FieldOffice) -> None:
    planned = datetime(2026, 11, 28, 5, tzinfo=UTC)
    given: dict[str, Any] = {"due_on": THANKSGIVING, "closed": closed, "zone": office.zone}
    assert moved_by_closed_days(planned, **given, policy=CheckinPolicy()) == planned + moved_days * DAY
    assert moved_by_closed_days(planned, **given, policy=CheckinPolicy(closed_moves_deadline=False)) == planned


def test_a_closed_sunday_of_a_clock_change_keeps_its_hours(office: FieldOffice) -> None:
    sunday, planned = date(2026, 11, 1), datetime(2026, 11, 2, 5, tzinfo=UTC)
    moved = moved_by_closed_days(planned, due_on=sunday, closed={sunday}, zone=office.zone, policy=CheckinPolicy())
    assert moved == datetime(2026, 11, 3, 5, tzinfo=UTC)


def test_the_sweep_waits_for_the_next_open_day(person: Participant, office: FieldOffice) -> None:
    duty = make_duty(person, due_on=THANKSGIVING)
    close(office, THANKSGIVING, FRIDAY)
    sweep_overdue(now=duty.missed_after + 47 * HOUR)
    held = Duty.objects.get(pk=duty.pk)
    assert (held.outcome, held.moved_from, held.missed_after) == (None, duty.missed_after, duty.missed_after + 2 * DAY)
    sweep_overdue(now=duty.missed_after + 48 * HOUR)
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.MISSED


def test_other_offices_are_not_closed(other_office: FieldOffice, office: FieldOffice) -> None:
    duty = make_duty(make_participant(other_office), due_on=THANKSGIVING)
    close(office, THANKSGIVING)
    sweep_overdue(now=duty.missed_after)
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.MISSED


def test_snow_that_is_noted_after_the_sweep_excuses(person: Participant, office: FieldOffice) -> None:
    duty = make_duty(person, due_on=THANKSGIVING)
    sweep_overdue(now=duty.missed_after)
    close(office, THANKSGIVING, now=duty.missed_after + HOUR)
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.EXCUSED
    assert (Excuse.objects.get().reason, Excuse.objects.get().excused_by) == ("office-was-closed", None)
    assert "cerrada" in Notice.objects.get(kind="checkin-credited").body
    close(office, THANKSGIVING, now=duty.missed_after + HOUR)
    assert Notice.objects.filter(kind="checkin-credited").count() == 1


def test_a_day_is_closed_once_and_can_be_opened(office: FieldOffice) -> None:
    given: dict[str, Any] = {"office": office, "actor": OPERATOR, "now": NOW}
    assert close_days(days=[THANKSGIVING, THANKSGIVING], why=" Snow ", **given) == [THANKSGIVING]
    assert close_days(days=[THANKSGIVING], why="Snow", **given) == []
    with pytest.raises(OfficeRefused, match="say why"):
        close_days(days=[FRIDAY], why=" \n", **given)
    assert (open_day(day=THANKSGIVING, **given), open_day(day=THANKSGIVING, **given)) == (True, False)


def test_holidays_are_a_suggestion_with_the_days_on_which_they_are_observed() -> None:
    assert federal_holidays(2026)[THANKSGIVING] == "Thanksgiving Day"
    assert "Independence Day (observed)" in federal_holidays(2026)[date(2026, 7, 3)]
    assert next_open_day(THANKSGIVING, closed={THANKSGIVING, FRIDAY}) == date(2026, 11, 28)


def test_a_supervisor_confirms_holidays_and_adds_snow(office: FieldOffice, sign_in: Callable[[Staff], Client]) -> None:
    desk, today = sign_in(make_staff(office, Role.SUPERVISOR)), timezone.localdate()
    page, christmas = desk.get("/console/closed-days/").content.decode(), date(today.year + 1, 12, 25)
    assert f'value="{christmas}" checked' in page and not ClosedDay.objects.exists()
    desk.post("/console/closed-days/", {"holiday": [str(christmas), "2001-01-01"]})
    desk.post("/console/closed-days/", {"day": str(today), "why": "Snow"})
    assert set(ClosedDay.objects.values_list("day", "why")) == {(christmas, "Christmas Day"), (today, "Snow")}
    for wrong in ({"day": "soon", "why": "Snow"}, {"day": str(today + DAY), "why": ""}, {}, {"holiday": "x"}):
        assert desk.post("/console/closed-days/", wrong).status_code == 400
    desk.post("/console/closed-days/opened/", {"day": str(today)})
    assert ClosedDay.objects.get().day == christmas
