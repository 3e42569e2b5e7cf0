"""Many clocks are counted in sets: as many questions for six as for two; each person hears of all theirs at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adsum.law.actions import start_clock, sweep_clocks, vacate_rule
from adsum.law.models import Clock
from adsum.law.rules import ClockKind
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from tests.factories import make_participant
from tests.law.conftest import MakeRule

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 16, tzinfo=UTC)
BEGINS = date(2026, 5, 6)


def start(office: FieldOffice, people: int) -> None:
    for _ in range(people):
        person = make_participant(office)
        for number in (1, 2):
            about = f"review:{person.pk}{number}"
            start_clock(kind=ClockKind.APPEAL, participant_id=person.pk, about=about, counted_from=NOW, now=NOW)


def test_six_cost_as_many_questions_as_two(office: FieldOffice, make_rule: MakeRule, programme: Staff) -> None:
    costs = []
    for people in (1, 2):
        start(office, people)
        rule = make_rule(10, BEGINS, now=NOW)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            sweep_clocks(now=NOW + timedelta(days=2))
            vacate_rule(rule_id=rule.pk, why="The court", by=programme, now=NOW + timedelta(days=3))
        costs.append(len(asked))
        told = list(Notice.objects.filter(kind="clock-changed"))
        assert len(told) == 2 * people
        assert all(notice.body.count("El último día es ahora") == 2 for notice in told)
        assert set(Clock.objects.values_list("last_day", flat=True)) == {date(2026, 6, 3)}
        Notice.objects.all().delete()
        Clock.objects.all().delete()
    assert costs[0] == costs[1]
