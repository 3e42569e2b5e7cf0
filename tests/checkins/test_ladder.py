"""The ladder after a missed check-in: attempts over days, cancelled by whatever answers it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from adsum.checkins.actions import answer_call, ask_again_later, climb_rungs, excuse_duty, submit_report, sweep_overdue
from adsum.checkins.actions.ladder import CallRefused
from adsum.checkins.models import Plan, Rung
from adsum.checkins.policy import LadderPolicy
from adsum.checkins.queries import count_set_aside
from adsum.checkins.rules import ReportContent, RungState, Way, clock_of, plan_rungs, why_needless
from adsum.flags.models import Flag
from adsum.flags.rules import OF_A_MISS
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management.fake_gateway import FakeGateway
from adsum.management.messaging import send_waiting
from adsum.misses.queries import calls_to_make, trail_of
from adsum.notices.actions import choose_messages, stop_texts
from adsum.notices.models import Message
from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Hours, Reach, next_moment
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.policies.actions import approve_policy, propose_policy
from adsum.policies.rules import Scope
from tests.factories import make_duty, make_participant, make_staff
from tests.ladder import ALL, DUE_ON, MISSED, PHONE, SECRET, climb_until, miss, with_contacts

NOTICES = NoticesPolicy()

pytestmark = pytest.mark.django_db
POLICY = LadderPolicy()


@pytest.fixture
def gateway(settings: Any) -> Iterator[FakeGateway]:
    settings.SMS_SECRET = SECRET
    fake = FakeGateway(SECRET, mode="silent")
    settings.SMS_URL = fake.url
    fake.start()
    yield fake
    fake.close()


def states(way: str = "") -> list[tuple[str, str]]:
    """Each attempt of everybody's ladders with where it stands, also those that are not rows yet."""
    duties = set(Rung.objects.values_list("duty", flat=True))
    trail = trail_of(duty_ids=duties, seen_by=OPERATOR)
    return [(str(rung.way), str(rung.state)) for rung in trail if way in ("", rung.way)]


def test_the_attempts_come_in_their_order_at_their_hours() -> None:
    policy = LadderPolicy(contact_after_hours=(0, 24, 72), contact_by=("sms", "call"))
    planned = [(one.position, one.way, one.climb_at - MISSED) for one in plan_rungs(MISSED, policy=policy)]
    day = timedelta(days=1)
    assert planned == [(0, Way.SMS, 0 * day), (1, Way.CALL, day), (2, Way.CALL, 3 * day)]


@pytest.mark.parametrize(("hours", "by"), [((), ("sms",)), ((0,), ())])
def test_a_policy_may_reach_out_to_nobody(hours: tuple[int, ...], by: tuple[str, ...]) -> None:
    policy = LadderPolicy(contact_after_hours=hours, contact_by=by)
    assert list(plan_rungs(MISSED, policy=policy)) == []
    assert clock_of(MISSED, policy=policy).reaching_until == MISSED


@pytest.mark.parametrize(
    ("outcome", "reported", "left", "why"),
    [
        ("missed", False, False, None),
        ("missed", True, False, RungState.REPORTED),
        ("reported", False, False, RungState.REPORTED),
        ("excused", False, False, RungState.EXCUSED),
        ("missed", False, True, RungState.LEFT),
    ],
)
def test_why_a_rung_is_not_climbed(outcome: str, reported: bool, left: bool, why: RungState | None) -> None:
    assert why_needless(outcome=outcome, reported=reported, left=left) == why


def test_the_steps_of_the_policy_are_those_that_a_miss_knows() -> None:
    assert set(POLICY.steps) == set(OF_A_MISS)


@pytest.mark.parametrize(
    ("reach", "goes"),
    [
        (Reach(("sms", "email"), Hours.ANY, 1, 2), "sms email"),
        (Reach(("sms", "email"), Hours.ANY, 1, None), "sms"),
        (Reach(("email",), Hours.ANY, 1, None), "letter"),
        (Reach(("letter", "sms"), Hours.ANY, 1, None), "sms letter"),
        (Reach((), Hours.ANY, 1, 2), ""),
    ],
)
def test_wishes_hold(reach: Reach, goes: str) -> None:
    assert " ".join(one for one in ALL if reach.goes_by(one, can=ALL)) == goes


@pytest.mark.parametrize(
    ("hour", "hours", "when"),
    [
        (17, Hours.ANY, "21 12:00"),
        (17, Hours.MORNING, "22 09:00"),
        (5, Hours.ANY, "21 09:00"),
        (5, Hours.EVENING, "21 17:00"),
    ],
)
def test_quiet_hours_and_wished_hours_hold(office: FieldOffice, hour: int, hours: Hours, when: str) -> None:
    now = datetime(2026, 11, 21, hour, 0, tzinfo=UTC)
    at = next_moment(now, place=0, hours=hours, zone=office.zone, policy=NOTICES)
    assert at.astimezone(office.zone).strftime("%d %H:%M") == when


def test_a_miss_begins_the_ladder_and_the_flag_has_a_clock(person: Participant) -> None:
    miss(person)
    assert states() == list(zip(POLICY.contact_by, ["waiting"] * 5, strict=True))
    details = Flag.objects.get().details
    assert datetime.fromisoformat(details["task_from"]) == MISSED + timedelta(hours=POLICY.task_after_hours)
    assert datetime.fromisoformat(details["reaching_until"]) == MISSED + timedelta(hours=72)


def test_the_level_has_a_ladder_of_its_own(person: Participant, office: FieldOffice) -> None:
    make_duty(person, due_on=DUE_ON)
    author, second = (make_staff(None, role, name=role).as_actor() for role in (Role.PROGRAMME, Role.PROGRAMME))
    early = MISSED - timedelta(days=9)
    version = propose_policy(
        kind=LadderPolicy, values={"contact_after_hours": [5], "contact_by": ["call"]}, scope=Scope(level="check-in"),
        valid_from=early + timedelta(hours=1), reason="Try calls", source="Memo 7", author=author, now=early,
    )  # fmt: skip
    approve_policy(version_id=version.pk, approver=second, now=early)
    sweep_overdue(now=MISSED)
    (rung,) = Rung.objects.all()
    assert (rung.way, rung.climb_at) == ("call", MISSED + timedelta(hours=5))
    assert rung.policy.endswith(f":{version.pk}")


def test_the_whole_ladder_says_how_to_mend_it_in_their_language(person: Participant, gateway: FakeGateway) -> None:
    with_contacts(person)
    miss(person)
    for hour in range(80):
        with time_machine.travel(MISSED + timedelta(hours=hour), tick=False):
            climb_until(MISSED + timedelta(hours=hour))
            send_waiting()
    ways = list(zip(POLICY.contact_by, ["written", "written", "written", "to-call", "no-way"], strict=True))
    assert states() == ways
    texts = [message["text"] for message in gateway.messages]
    assert len(texts) == 2
    assert "no recibimos su registro" in texts[0]
    assert "(212) 555-0100" in texts[0]
    rung = Rung.objects.select_related("message").get(position=0)
    assert rung.message is not None
    assert rung.message.state == "sent"


def test_nothing_goes_at_night(person: Participant) -> None:
    with_contacts(person)
    miss(person)
    climb_until(MISSED)
    for message in Message.objects.all():
        assert 9 <= message.send_at.astimezone(person.office.zone).hour < 20


@pytest.mark.parametrize("how", ["report", "excuse", "left"])
def test_every_rung_is_cancelled(person: Participant, officer: Staff, how: str) -> None:
    with_contacts(person)
    duty = miss(person)
    climb_until(MISSED)
    if how == "report":
        submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=MISSED)
    elif how == "excuse":
        excuse_duty(duty_id=duty.pk, officer=officer, words="Ill", now=MISSED)
    else:
        Plan.objects.update(ended_at=MISSED)
    after = {"report": "reported", "excuse": "excused", "left": "left"}[how]
    ended = ["written", "written", after, after, after]
    if how != "left":
        assert [state for _, state in states()] == ended, "not at its time only: at once"
        [line] = LedgerLine.objects.filter(verb="ladder.ended")
        assert (line.subject_id, line.participant_id, line.facts) == (duty.pk, person.pk, {"why": after, "count": 3})
    climb_until(MISSED + timedelta(days=9))
    assert [state for _, state in states()] == ended
    assert not calls_to_make(seen_by=RULES).exists()


def test_a_message_that_waits_is_not_sent_after_the_report(person: Participant, gateway: FakeGateway) -> None:
    with_contacts(person)
    miss(person)
    climb_until(MISSED)
    submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=MISSED)
    with time_machine.travel(MISSED + timedelta(hours=19, minutes=59), tick=False):
        send_waiting()
    assert not gateway.messages
    assert Message.objects.get(channel="sms").state == "needless"


def test_a_worker_that_stood_still_does_not_send_what_is_old(person: Participant, gateway: FakeGateway) -> None:
    with_contacts(person)
    miss(person)
    late = MISSED + timedelta(days=POLICY.contact_useful_days + 9, hours=15)
    climb_until(late)
    with time_machine.travel(late, tick=False):
        send_waiting()
    assert not gateway.messages
    assert set(Message.objects.values_list("state", flat=True)) == {"needless"}


def test_stops_hold(person: Participant) -> None:
    with_contacts(person)
    stop_texts(number=PHONE, now=MISSED)
    miss(person)
    climb_until(MISSED + timedelta(days=9))
    assert states()[0] == ("sms", "no-way")


def test_who_wants_no_messages_gets_none_but_an_officer_may_call(person: Participant) -> None:
    with_contacts(person)
    choose_messages(participant=person, channels=[], hours=Hours.ANY, discreet=False, now=MISSED)
    miss(person)
    climb_until(MISSED + timedelta(days=9))
    assert {state for way, state in states() if way != "call"} == {"no-way"}
    assert not Message.objects.exists()


def test_climbing_twice_is_once_and_batches_reach_everybody(office: FieldOffice) -> None:
    for _ in range(7):
        person = make_participant(office)
        with_contacts(person)
        make_duty(person, due_on=DUE_ON)
    sweep_overdue(now=MISSED)
    assert climb_rungs(can=ALL, now=MISSED, batch=3) == 14
    assert climb_rungs(can=ALL, now=MISSED, batch=3) == 0
    assert Message.objects.count() == 14


def test_one_bad_rung_is_set_aside_and_named(office: FieldOffice) -> None:
    people = [make_participant(office) for _ in range(3)]
    for person in people:
        with_contacts(person)
        make_duty(person, due_on=DUE_ON)
    sweep_overdue(now=MISSED)
    bad = Rung.objects.get(participant=people[1], position=0)
    Message.objects.create(
        participant=people[1], kind="missed", about=f"duty:{bad.duty_id}", step=100, channel="sms",
        queued_at=MISSED, send_at=MISSED, expires_at=MISSED, policy="x",
    )  # fmt: skip
    climb_until(MISSED)
    bad.refresh_from_db()
    assert bad.set_aside.startswith("IntegrityError")
    assert Rung.objects.filter(state="written").count() == 5
    assert count_set_aside(seen_by=RULES) == 1


def test_a_call_is_made_by_a_person_and_once(person: Participant, officer: Staff, other_office: FieldOffice) -> None:
    miss(person)
    climb_until(MISSED + timedelta(hours=49))
    (call,) = calls_to_make(seen_by=officer.as_actor(), only_mine=True)
    with pytest.raises(CallRefused):
        answer_call(rung_id=call.pk, officer=make_staff(other_office), reached=True, words="", now=MISSED)
    answer_call(rung_id=call.pk, officer=officer, reached=True, words="Was ill, checks in today", now=MISSED)
    with pytest.raises(CallRefused):
        answer_call(rung_id=call.pk, officer=officer, reached=False, words="", now=MISSED)
    assert states(way="letter") == [("letter", "decided")]


def test_an_officer_is_asked_again(person: Participant, officer: Staff) -> None:
    duty = miss(person)
    Flag.objects.all().delete()
    ask_again_later(duty=duty, at=MISSED + timedelta(days=5), actor=officer.as_actor(), now=MISSED)
    climb_until(MISSED + timedelta(days=4))
    assert not Flag.objects.exists()
    climb_until(MISSED + timedelta(days=6))
    assert Flag.objects.get().details["again"] == "yes"


def test_the_number_of_questions_does_not_grow_with_the_people(
    office: FieldOffice, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        person = make_participant(office)
        with_contacts(person)
        make_duty(person, due_on=DUE_ON)
    sweep_overdue(now=MISSED)
    with django_assert_max_num_queries(40):
        climb_until(MISSED)
