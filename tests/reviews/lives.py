"""A person at a level with check-ins that went in every way, for case files."""

from datetime import datetime, timedelta
from uuid import uuid4

from adsum.checkins.actions import PlanStart, start_plans, submit_report
from adsum.checkins.models import Duty
from adsum.checkins.rules import ReportContent
from adsum.ledger.rules import OPERATOR
from adsum.monitors.actions import issue_monitor, take_heard
from adsum.monitors.models import MonitorAlert, MonitorIssue
from adsum.monitors.rules import AlertKind
from adsum.offices.models import Staff
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.records.actions import ask_checks, note_checks
from adsum.records.models import RecordCheck
from adsum.records.rules import CheckedFor, Heard
from tests.factories import NOW
from tests.monitors.worn import heard, make_monitor

BEGIN = NOW - timedelta(days=300)


def put_at(person: Participant, level: Level = Level.CHECK_IN, since: datetime = BEGIN) -> None:
    """An order at this level begins."""
    start_orders(levels=[(person, level)], ground=Ground.AGENCY_LIST, note="Wave 1", actor=OPERATOR, now=since)


def owe(person: Participant, *days_ago: int) -> list[Duty]:
    """Check-ins that fell due so many days ago, oldest first."""
    duties = []
    for days in sorted(days_ago, reverse=True):
        due_on = (NOW - timedelta(days=days)).date()
        start = PlanStart(person, 28, due_on, "check-in")
        start_plans(starts=[start], actor=OPERATOR, now=NOW - timedelta(days=days + 20))
        duties.append(Duty.objects.get(participant=person, due_on=due_on))
    return duties


def send(duty: Duty, *, late: timedelta | None = None) -> None:
    """Its report comes a moment before it is due, or so long after it was missed."""
    at = duty.due_at - timedelta(hours=1) if late is None else duty.missed_after + late
    submit_report(participant=duty.participant, key=uuid4(), content=ReportContent(lives_there=True), now=at)


def look_up(person: Participant, *, at: datetime = NOW, heard: Heard = Heard.ANSWERED) -> None:
    """A dated look at outside records."""
    ask_checks(people=[(person.pk, "")], why=CheckedFor.REVIEW, now=at)
    check = RecordCheck.objects.latest("pk")
    note_checks(heard={check.pk: {"nj-warrants": {"heard": heard, "found": 0}}}, now=at)


def keep_well(person: Participant, level: Level = Level.CHECK_IN) -> None:
    """Ten months at this level, four check-ins in time, looked up today."""
    put_at(person, level)
    for duty in owe(person, 120, 90, 60, 30):
        send(duty)
    look_up(person)


def wear(person: Participant, officer: Staff) -> MonitorIssue:
    """A device for the ankle, worn for nine days under the order in force."""
    monitor = make_monitor(officer)
    return issue_monitor(monitor_id=monitor.pk, participant=person, officer=officer, now=NOW - timedelta(days=9))


def warn(issue: MonitorIssue) -> MonitorAlert:
    """An alert of the device, of five minutes ago, that nobody has judged."""
    take_heard(heard=[heard(issue, alert=AlertKind.STRAP)], now=NOW)
    return MonitorAlert.objects.get()
