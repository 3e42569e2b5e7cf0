"""A proposed policy on a lived past: what held gives what is recorded, the same each time, and nothing is written."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from adsum.checkins.actions import PlanStart, beat, excuse_duty, note_attempt, start_plans, submit_report
from adsum.checkins.models import Duty, Heartbeat, Outage, Report
from adsum.checkins.past_queries import find_proposal, lives_between, start_simulation
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import FailedTry, Failure, GivenPlace, NotedBy, ReportContent, Source, Step
from adsum.checkins.rules.courses import Dimension, World
from adsum.checkins.rules.simulation import Proposal, Simulation, read_proposal, simulate
from adsum.checkins.rules.telling import sentences, told
from adsum.flags.models import Flag
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management.demo import fill_demo, open_demo_office
from adsum.management.housekeeping import keep_duties
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant
from adsum.policies.actions import approve_policy, propose_policy
from adsum.policies.rules import BadPolicy, Scope
from tests.factories import NOW, make_office, make_participant, make_staff

pytestmark = pytest.mark.django_db
ANDROID = "Mozilla/5.0 (Linux; Android 11; Pixel 5)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"
SENT = ReportContent(lives_there=True, place=GivenPlace("granted", 40.7, -73.9, 12.0))
DUE = date(2026, 11, 12)
SINCE, UNTIL = date(2026, 10, 1), date(2026, 11, 20)
CALL = lambda dimension, value: value  # noqa: E731 - what tests call a group


def _proposal(**knobs: object) -> Proposal:
    return read_proposal({"checkins": knobs}, name="tried", offices={})


def _run(proposal: Proposal, *, seen_by: object = RULES, now: datetime = NOW) -> Simulation:
    simulation = start_simulation(proposal=proposal, since=SINCE, until=UNTIL, now=now, seen_by=seen_by)  # type: ignore[arg-type]
    for _ in simulate(simulation, lives_between(since=SINCE, until=UNTIL, seen_by=seen_by, batch=7)):  # type: ignore[arg-type]
        pass
    return simulation


def _plan(person: Participant, due_on: date = DUE) -> Duty:
    start = PlanStart(person, 28, due_on, "check-in")
    start_plans(starts=[start], actor=OPERATOR, now=NOW - timedelta(days=45))
    return Duty.objects.get(participant=person, due_on=due_on)


def _send(person: Participant, at: datetime, content: ReportContent = SENT) -> Report:
    place = GivenPlace("granted", 40.7, -73.9, 12.0, at) if content is SENT else content.place
    told_of = ReportContent(lives_there=content.lives_there, wants_contact=content.wants_contact, place=place)
    return submit_report(participant=person, key=uuid4(), content=told_of, now=at)


@pytest.fixture
def demo(db: None) -> Iterator[datetime]:
    """People of the demo, a fifth of whom have lived through five weeks by the real actions."""
    now = NOW
    office = open_demo_office(now=now, history_days=35)
    fill_demo(office=office, people=160, now=now, seed=7)
    yield now


def test_what_held_gives_exactly_what_is_recorded_of_the_demo(demo: datetime) -> None:
    simulation = _run(_proposal(grace_hours=24), now=demo)
    assert simulation.people > 20
    assert simulation.tallies[World.RECORDED].check_ins > 20
    assert (dict(simulation.differences), simulation.examples) == ({}, [])
    recorded, current = simulation.tallies[World.RECORDED], simulation.tallies[World.CURRENT]
    assert simulation.workloads[World.RECORDED] == simulation.workloads[World.CURRENT]
    current.reminded = recorded.reminded  # the demo's people were never reminded
    assert recorded == current
    assert recorded.missed and recorded.late and simulation.workloads[World.RECORDED].flags.total()


def test_the_same_past_under_the_same_policy_gives_the_same(demo: datetime) -> None:
    once, again = (told(_run(_proposal(grace_hours=0), now=demo), call=CALL) for _ in range(2))
    assert once == again
    assert once["newly_missed"] > 0


def test_nothing_can_be_written_while_the_past_is_read(person: Participant) -> None:
    _plan(person)
    for _ in lives_between(since=SINCE, until=UNTIL, seen_by=RULES):
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            Flag.objects.update(details={})


def test_every_way_a_check_in_can_go_is_replayed_as_it_went(office: FieldOffice, officer: Staff) -> None:
    """In time, late, missed, turned away, tried, hit by an outage, excused by a person, never got in."""
    people = [make_participant(office) for _ in range(8)]
    never = make_participant(office, active=False)
    duties = [_plan(one) for one in [*people, never]]
    deadline = duties[0].missed_after
    _send(people[0], deadline - timedelta(hours=30))
    _send(people[1], deadline + timedelta(hours=5), ReportContent())
    failed = FailedTry(Step.SEND, Failure.SERVER)
    note_attempt(
        participant=people[2], key=uuid4(), failed=failed, noted_by=NotedBy.SERVER, now=deadline - timedelta(hours=2)
    )
    keep_duties(deadline + timedelta(hours=6))
    _send(people[2], deadline + timedelta(hours=20))
    _send(people[3], deadline + timedelta(hours=30), ReportContent(lives_there=True, wants_contact=True))
    excuse_duty(duty_id=duties[4].pk, officer=officer, words="hospital", now=deadline + timedelta(hours=40))
    turned_away = deadline - timedelta(hours=1)
    submit_report(
        participant=people[5], key=uuid4(), content=SENT, now=deadline + timedelta(hours=8), tried_at=turned_away
    )
    keep_duties(deadline + timedelta(days=5))
    simulation = _run(_proposal(grace_hours=24))
    assert (dict(simulation.differences), simulation.examples) == ({}, [])
    recorded, current = simulation.tallies[World.RECORDED], simulation.tallies[World.CURRENT]
    current.reminded = recorded.reminded
    assert recorded == current
    assert (recorded.check_ins, recorded.never_in, recorded.excused, recorded.credited) == (9, 1, 1, 2)
    assert recorded.missed - recorded.turned_out_fine == 2


def test_an_outage_that_is_found_later_mends_in_the_replay_too(person: Participant) -> None:
    duty = _plan(person)
    Heartbeat.objects.create(source=Source.ADDRESS, last_at=duty.missed_after - timedelta(seconds=30))
    keep_duties(duty.missed_after + timedelta(seconds=20))  # too soon to doubt the silence
    assert Duty.objects.get(pk=duty.pk).outcome == "missed"
    beat(source=Source.ADDRESS, now=duty.missed_after + timedelta(hours=4))
    assert Duty.objects.get(pk=duty.pk).outcome == "excused"
    assert Outage.objects.count() == 1
    simulation = _run(_proposal(last_chance_hours=48))
    assert (dict(simulation.differences), simulation.examples) == ({}, [])
    assert simulation.tallies[World.CURRENT].credited == 1


def test_a_rule_that_only_hurts_android_users_is_named(office: FieldOffice) -> None:
    evening = datetime.combine(DUE, datetime.min.time(), office.zone) + timedelta(hours=30)
    for number in range(60):
        person = make_participant(office, active=False, language="es" if number % 4 < 2 else "fr")
        sign_in_device(participant=person, browser=ANDROID if number % 2 else IPHONE, now=NOW - timedelta(days=50))
        _plan(person)
        _send(person, evening if number % 4 == 1 or number % 8 == 3 else evening - timedelta(hours=20))
    simulation = _run(_proposal(grace_hours=0))
    assert [(one.dimension, one.value) for one in simulation.hurt] == [(Dimension.DEVICE, "Android")]
    assert simulation.newly_missed == 23
    assert simulation.tallies[World.PROPOSED].turned_out_fine == 23
    said = " ".join(sentences(simulation, call=CALL))
    assert "people with an Android device" in said
    kinder = _run(_proposal(grace_hours=48))
    assert (kinder.newly_missed, kinder.hurt) == (0, [])


def test_only_people_of_the_office_change(office: FieldOffice, other_office: FieldOffice) -> None:
    for place in (office, other_office):
        person = make_participant(place)
        duty = _plan(person)
        _send(person, duty.due_at + timedelta(hours=3))
    raw = {"office": "LAX", "level": "check-in", "CheckinPolicy": {"grace_hours": 0}}
    proposal = read_proposal(raw, name="f", offices={"LAX": other_office.pk})
    simulation = _run(proposal)
    missed = {
        value: group.tallies[World.PROPOSED].missed
        for (dimension, value), group in simulation.groups.items()
        if dimension == Dimension.OFFICE
    }
    assert missed == {str(office.pk): 0, str(other_office.pk): 1}
    supervisor = make_staff(office, Role.SUPERVISOR).as_actor()
    assert _run(proposal, seen_by=supervisor).people == 1


def test_a_stored_version_can_be_tried_before_anybody_approves_it(person: Participant, office: FieldOffice) -> None:
    duty = _plan(person)
    _send(person, duty.due_at + timedelta(hours=3))
    author = make_staff(None, Role.PROGRAMME)
    version = propose_policy(
        kind=CheckinPolicy, values={"grace_hours": 0}, scope=Scope(), valid_from=NOW + timedelta(days=2),
        reason="Shorter.", source="Memo 7", author=author.as_actor(), now=NOW,
    )  # fmt: skip
    simulation = _run(find_proposal(version_id=version.pk, seen_by=author.as_actor()))
    assert (simulation.tallies[World.CURRENT].missed, simulation.tallies[World.PROPOSED].missed) == (0, 1)
    approve_policy(version_id=version.pk, approver=make_staff(None, Role.PROGRAMME).as_actor(), now=NOW)
    later = _run(_proposal(grace_hours=24), now=NOW + timedelta(days=3))
    assert (later.tallies[World.CURRENT].missed, later.tallies[World.PROPOSED].missed) == (1, 0)
    assert dict(later.differences) == {}
    with pytest.raises(BadPolicy, match="no version"):
        find_proposal(version_id=version.pk + 1, seen_by=author.as_actor())


def test_a_batch_costs_the_same_questions_whatever_its_size(office: FieldOffice) -> None:
    counts = []
    for people in (1, 6):
        for _ in range(people):
            _plan(make_participant(office))
        with CaptureQueriesContext(connection) as asked:
            list(lives_between(since=SINCE, until=UNTIL, seen_by=RULES))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ([], "knobs per policy"),
        ({}, "knobs per policy"),
        ({"checkins": {"grace": 1}}, "no such knob"),
        ({"checkins": {"grace_hours": 9999}}, "0 to 336"),
        ({"checkins": {"grace_hours": "24"}}, "whole number"),
        ({"outbox": {"tries": 1}}, "can be tried on the past"),
        ({"checkins": [1]}, "its knobs are needed"),
        ({"office": "XXX", "checkins": {}}, "there is none with this code"),
        ({"office": "LAX"}, "no knob to try"),
        ({"level": 3, "checkins": {}}, "level"),
        ({"level": "check-in", "checkins": {"tries_kept_per_hour": 5}}, "can be set only"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused_in_words(raw: object, says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        read_proposal(raw, name="x", offices={"LAX": 1})


def test_what_cannot_be_tried_is_named() -> None:
    proposal = read_proposal({"checkins": {"made_ahead_days": 40, "grace_hours": 1}}, name="x", offices={})
    assert proposal.not_replayed == ["made_ahead_days"]


def test_days_that_make_no_sense_are_refused() -> None:
    for since, until in ((UNTIL, SINCE), (SINCE, date(2027, 1, 1))):
        with pytest.raises(BadPolicy, match="first day"):
            start_simulation(proposal=_proposal(grace_hours=1), since=since, until=until, now=NOW, seen_by=RULES)


def test_an_empty_past_is_said_so() -> None:
    make_office("AAA")
    assert "Nobody had" in sentences(_run(_proposal(grace_hours=1)), call=CALL)[0]
