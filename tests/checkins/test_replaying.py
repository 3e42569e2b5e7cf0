"""What a replay needs to know is written down: when the sweep stood still, when each check-in was made."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from adsum.checkins.actions import excuse_duty, pause_schedule, resume_schedule, submit_report, sweep_overdue
from adsum.checkins.models import Duty, SweepRun
from adsum.checkins.past_queries import lives_between, start_simulation
from adsum.checkins.rules import Outcome, PauseReason, ReportContent
from adsum.checkins.rules.courses import Difference
from adsum.checkins.rules.simulation import read_proposal
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.offices.models import Staff
from adsum.people.models import Participant
from tests.factories import NOW, make_duty

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEGIN = NOW - 60 * DAY


def _differences() -> list[Difference]:
    proposal = read_proposal({"checkins": {"grace_hours": 24}}, name="any", offices={})
    since, until = BEGIN.date(), NOW.date()
    again = start_simulation(proposal=proposal, since=since, until=until, now=NOW, seen_by=RULES)
    for lives in lives_between(since=since, until=until, seen_by=RULES):
        for life in lives:
            again.add(life)
    return again.examples


def _day(days: int) -> date:
    return (BEGIN + days * DAY).date()


def test_a_run_goes_on_until_a_longer_pause_and_the_next_one_has_a_line() -> None:
    for minutes in (0, 1, 1, 2, 30, 31):
        sweep_overdue(now=NOW + minutes * MINUTE)
    sweep_overdue(now=NOW + 30 * MINUTE)  # one that began before, and comes later

    runs = list(SweepRun.objects.order_by("began_at").values_list("began_at", "last_at"))

    assert runs == [(NOW, NOW + 2 * MINUTE), (NOW + 30 * MINUTE, NOW + 31 * MINUTE)]
    lines = LedgerLine.objects.filter(verb="sweep.began").order_by("pk").values_list("facts", flat=True)
    assert [line["not_since"] for line in lines] == ["", (NOW + 2 * MINUTE).isoformat()]


@pytest.mark.parametrize("stood_still", [True, False])
def test_a_replay_waits_where_the_sweep_stood_still(person: Participant, officer: Staff, stood_still: bool) -> None:
    """The officer's excuse has wiped out when it was marked; a deadline in the pause was excused before any marking."""
    duty = make_duty(person, due_on=_day(10), now=BEGIN)
    sweep_overdue(now=duty.missed_after - MINUTE)
    if not stood_still:
        sweep_overdue(now=duty.missed_after)
    excuse_duty(duty_id=duty.pk, officer=officer, words="Was ill", now=duty.missed_after + 3 * MINUTE)
    sweep_overdue(now=duty.missed_after + 2 * DAY)

    assert _differences() == []


def test_nobody_answers_a_check_in_before_it_was_made(person: Participant, officer: Staff) -> None:
    """After a pause its window reaches back, to when somebody reported late for another one."""
    duty = make_duty(person, due_on=_day(10), interval_days=7, now=BEGIN)
    sweep_overdue(now=duty.missed_after)
    pause_schedule(
        participant=person, why=PauseReason.HOSPITAL, reason="Ill", officer=officer, now=duty.missed_after + DAY
    )
    came = duty.missed_after + 10 * DAY
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=came)
    resume_schedule(participant=person, from_on=_day(26), reason="Back", officer=officer, now=came + DAY)

    made = Duty.objects.filter(participant=person, outcome=None).order_by("due_on").first()
    assert made is not None
    assert made.opens_at < came < made.made_at
    assert Duty.objects.get(pk=duty.pk).outcome == Outcome.MISSED
    assert [one for one in _differences() if one.about == f"duty:{duty.pk}" or "late" in one.recorded] == []
