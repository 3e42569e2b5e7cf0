"""Stages, lived through with real messages over fake channels: sent once, followed, held, let go on."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import LazySettings
from time_machine import travel

from adsum.enrolment.actions import activate_device, enrol_wave, issue_invitation
from adsum.enrolment.models import Invitation, Wave
from adsum.funnel.actions import take_steps
from adsum.funnel.models import FunnelStep
from adsum.funnel.rules import Device, Step, StepTaken
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES
from adsum.management import pulse
from adsum.management.messaging import send_batch
from adsum.notices.channels.all import SENDERS
from adsum.notices.models import Message
from adsum.notices.rules import Channel, Fate, Outgoing, Tried
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.policies.queries import in_force
from adsum.waves.actions import (
    WaveRefused,
    follow_invitations,
    go_on,
    judge_stages,
    note_page_time,
    respread,
    start_stage,
    stop_stage,
    write_invitations,
)
from adsum.waves.models import Invitee, PageTime, Stage, Verdict
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import measure_stage
from tests.factories import make_row, make_staff

MORNING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # ten o'clock in New York
ALL = [Channel.SMS, Channel.EMAIL, Channel.LETTER]
BORN = date(1988, 3, 14)


class Gateway:
    """Takes what it is given, or fails it as it was told to."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.fate = Fate.SENT

    def send(self, batch: Sequence[Outgoing], now: datetime) -> list[Tried]:
        self.taken += batch
        return [Tried(one, self.fate, "" if self.fate is Fate.SENT else "no such number") for one in batch]


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    fake = Gateway()
    monkeypatch.setitem(SENDERS, Channel.SMS, fake.send)
    monkeypatch.setitem(SENDERS, Channel.EMAIL, fake.send)
    return fake


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Sam Super")


def make_wave(office: FieldOffice, people: int, **values: str) -> Wave:
    rows = [make_row(number, **{"phone": f"+1212555{number:04d}", **values}) for number in range(2, people + 2)]
    enrol_wave(rows=rows, office=office, name="w1", actor=OPERATOR, now=MORNING - timedelta(days=1))
    return Wave.objects.select_related("office").get()


def start(wave: Wave, number: int = 1, now: datetime = MORNING) -> Stage:
    return start_stage(wave=wave, number=number, actor=OPERATOR, can=ALL, now=now)


def send_all(now: datetime) -> None:
    with travel(now, tick=False):
        for channel in (Channel.SMS, Channel.EMAIL):
            while send_batch(channel, now):
                pass


def skip_to(wave: Wave, number: int) -> None:
    """The stages before this one have been, with nobody in them."""
    for earlier in range(1, number):
        Stage.objects.create(wave=wave, number=earlier, percent=1, started_at=MORNING, policy="t")


def test_the_worker_times_the_page_behind_the_links(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "close_old_connections", lambda: None)
    pulse.look_once("http://127.0.0.1:9")  # nobody listens there
    assert PageTime.objects.get().took_ms is None


def see_pages(now: datetime, took_ms: int | None = 80) -> None:
    for second in range(20):
        note_page_time(took_ms=took_ms, now=now - timedelta(seconds=second))


def come_in(people: Sequence[int], now: datetime, browser: str = "Chrome", upto: Step = Step.ACTIVE) -> None:
    steps = [Step.OPENED, Step.CODE_TRIED, Step.CONFIRMED, Step.READY, Step.PRACTICED, Step.ACTIVE]
    device = Device(browser=browser, system="Android", language="es")
    taken = [StepTaken(one, step, device) for one in people for step in steps if steps.index(step) <= steps.index(upto)]
    take_steps(steps=taken, actor=RULES, now=now)
    Participant.objects.filter(pk__in=people).update(activated_at=now)


def invited(stage: Stage) -> list[int]:
    return list(Invitee.objects.filter(stage=stage).order_by("pk").values_list("participant_id", flat=True))


def test_a_wave_larger_than_a_statement_takes(office: FieldOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adsum.waves.queries.PORTION", 7)
    wave = make_wave(office, 30)
    skip_to(wave, 4)
    assert len(invited(start(wave, 4))) == 30


def test_stage_one_invites_one_per_cent_and_the_code_opens(office: FieldOffice, gateway: Gateway) -> None:
    stage = start(make_wave(office, 200))
    assert len(invited(stage)) == 2
    send_all(MORNING + timedelta(hours=1))
    [first, second] = gateway.taken
    code = first.text.partition("/start/")[2].partition("/")[0]
    assert "fecha de nacimiento" in first.text
    person = Participant.objects.get(pk=Message.objects.get(pk=first.message_id).participant_id)
    opened = activate_device(
        typed_code=code,
        born=BORN,
        from_file=person.case_number[-3:],
        network="n",
        browser="b",
        now=MORNING + timedelta(hours=2),
    )
    assert (opened.answer, person.language) == ("in", "es")
    assert first.text != second.text


def test_the_code_is_kept_nowhere(office: FieldOffice, gateway: Gateway) -> None:
    start(make_wave(office, 3))
    send_all(MORNING + timedelta(hours=1))
    code = gateway.taken[0].secret
    kept = Message.objects.get(pk=gateway.taken[0].message_id)
    assert (kept.state, code in kept.body, "/start/" in kept.body) == ("sent", False, True)
    assert not any(code in str(line) for line in LedgerLine.objects.values_list("facts", flat=True))
    assert not Invitation.objects.filter(code_hash__contains=code).exists()


def test_a_stage_starts_once_and_in_order(office: FieldOffice) -> None:
    wave = make_wave(office, 300)
    start(wave)
    with pytest.raises(WaveRefused, match="begun already"):
        start(wave)
    with pytest.raises(WaveRefused, match="not the next"):
        start(wave, 3)
    second = start(wave, 2)
    assert (Stage.objects.count(), Message.objects.count(), len(invited(second))) == (2, 15, 12)


def test_an_empty_wave_does_not_start(office: FieldOffice) -> None:
    wave = make_wave(office, 1)
    Participant.objects.update(activated_at=MORNING)
    with pytest.raises(WaveRefused, match="nobody"):
        start(wave)
    assert not Stage.objects.exists()


def test_killed_between_code_and_send_the_same_code_goes_once_more(office: FieldOffice, gateway: Gateway) -> None:
    start(make_wave(office, 3))
    later = MORNING + timedelta(hours=1)
    message = Message.objects.select_related("participant__office", "contact").get()
    Message.objects.update(tries=1)
    lost = write_invitations(messages=[message], now=later)[message.pk]
    send_all(later + timedelta(minutes=10))
    assert [one.text for one in gateway.taken] == [lost.text]
    assert Invitation.objects.count() == 1
    send_all(later + timedelta(hours=1))
    assert len(gateway.taken) == 1


def test_who_got_a_code_from_an_officer_keeps_that_one(office: FieldOffice, gateway: Gateway) -> None:
    stage = start(make_wave(office, 2))
    person = Participant.objects.get(pk=invited(stage)[0])
    code = issue_invitation(participant=person, actor=OPERATOR, now=MORNING + timedelta(minutes=5))
    send_all(MORNING + timedelta(hours=1))
    follow_invitations(can=ALL, now=MORNING + timedelta(hours=1))
    assert (gateway.taken, Message.objects.get().state) == ([], "needless")
    opened = activate_device(
        typed_code=code,
        born=BORN,
        from_file=person.case_number[-3:],
        network="n",
        browser="b",
        now=MORNING + timedelta(hours=2),
    )
    assert opened.answer == "in"


def test_nobody_is_invited_who_is_in_already(office: FieldOffice, gateway: Gateway) -> None:
    wave = make_wave(office, 10)
    first, *others = Participant.objects.order_by("pk").values_list("pk", flat=True)
    Participant.objects.filter(pk__in=others).update(activated_at=MORNING)
    skip_to(wave, 4)
    assert invited(start(wave, 4)) == [first]


def test_messages_wait_for_the_sending_hours_and_quiet_hours_hold(office: FieldOffice, gateway: Gateway) -> None:
    night = MORNING + timedelta(hours=12)
    start(make_wave(office, 2), now=night)
    send_all(night + timedelta(hours=1))
    assert gateway.taken == []
    send_all(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    assert len(gateway.taken) == 1


def test_after_a_stop_of_the_worker_not_all_goes_at_once(office: FieldOffice, gateway: Gateway) -> None:
    wave = make_wave(office, 300)
    for number in (1, 2, 3, 4):
        start(wave, number)
    later = MORNING + timedelta(hours=4)
    assert respread(now=later) == 300
    send_all(later)
    assert len(gateway.taken) == 4  # the first of each stage
    assert respread(now=later) == 0
    send_all(later + timedelta(minutes=5))
    assert len({one.message_id for one in gateway.taken}) == len(gateway.taken) == 300


@pytest.mark.parametrize(
    ("email", "ways"), [("maria@example.org", ["sms", "email", "letter"]), ("", ["sms", "letter"])]
)
def test_a_channel_that_fails_is_followed_by_the_next(
    office: FieldOffice, gateway: Gateway, email: str, ways: list[str]
) -> None:
    stage = start(make_wave(office, 2, email=email))
    gateway.fate, now = Fate.IMPOSSIBLE, MORNING
    for _ in range(6):
        now += timedelta(minutes=10)
        send_all(now)
        follow_invitations(can=ALL, now=now)
    assert list(Message.objects.order_by("pk").values_list("channel", flat=True)) == ways
    assert [one.state for one in Message.objects.order_by("pk")] == ["failed"] * (len(ways) - 1) + ["waiting"]
    assert Invitee.objects.get(stage=stage).channel == "letter"
    assert set(FunnelStep.objects.exclude(failed="").values_list("failed", flat=True)) == {"address-not-found"}


def test_whom_nothing_reaches_is_named_once(office: FieldOffice, gateway: Gateway) -> None:
    start(make_wave(office, 1, phone="", email="", address="UNKNOWN", unit=""))
    follow_invitations(can=ALL, now=MORNING)
    follow_invitations(can=ALL, now=MORNING)
    assert not Message.objects.exists()
    assert FunnelStep.objects.get().failed == "no-way-to-reach"


def test_receipts_become_steps_once(office: FieldOffice, gateway: Gateway) -> None:
    start(make_wave(office, 2))
    send_all(MORNING + timedelta(minutes=1))
    assert follow_invitations(can=ALL, now=MORNING + timedelta(minutes=2)) == 1
    Message.objects.update(state="delivered", heard_at=MORNING + timedelta(hours=5))
    assert [follow_invitations(can=ALL, now=MORNING + timedelta(hours=6)) for _ in range(2)] == [1, 0]
    steps = FunnelStep.objects.filter(step__in=("invited", "delivered")).order_by("pk")
    assert list(steps.values_list("step", "failed", "channel")) == [("invited", "", "sms"), ("delivered", "", "sms")]


def run_stage(wave: Wave, number: int, now: datetime) -> tuple[Stage, datetime]:
    """Start a stage and have all its messages go; returns it and the moment when everybody has had their time."""
    stage = start(wave, number, now)
    send_all(now + timedelta(hours=2))
    follow_invitations(can=ALL, now=now + timedelta(hours=2))
    return stage, now + timedelta(hours=75)


def test_a_good_stage_goes_on_by_itself_and_a_second_look_changes_nothing(
    office: FieldOffice, gateway: Gateway
) -> None:
    wave = make_wave(office, 100)
    skip_to(wave, 3)
    stage, later = run_stage(wave, 3, MORNING)
    see_pages(MORNING + timedelta(hours=2))
    judge_stages(can=ALL, now=MORNING + timedelta(hours=2))
    waiting = Verdict.objects.get()
    assert (waiting.answer, waiting.next_at) == ("wait", MORNING + timedelta(hours=2 + 72))
    come_in(invited(stage), MORNING + timedelta(hours=10))
    see_pages(later)
    assert [judge_stages(can=ALL, now=later) for _ in range(3)] == [1, 1, 0]  # on it goes, and stage four waits
    assert list(Verdict.objects.order_by("pk").values_list("stage__number", "answer")) == [
        (3, "wait"), (3, "go-on"), (4, "wait"),
    ]  # fmt: skip
    assert len(invited(Stage.objects.get(number=4))) == 75


def test_a_fault_in_one_browser_makes_the_stage_hold_and_names_it(
    office: FieldOffice, gateway: Gateway, supervisor: Staff
) -> None:
    wave = make_wave(office, 400)
    skip_to(wave, 3)
    stage, later = run_stage(wave, 3, MORNING)
    people = invited(stage)
    come_in(people[:90], MORNING + timedelta(hours=9))
    come_in(people[90:], MORNING + timedelta(hours=9), browser="UC Browser", upto=Step.CONFIRMED)
    failed = [
        StepTaken(one, Step.READY, Device(browser="UC Browser"), failed="location-unsupported") for one in people[90:]
    ]
    take_steps(steps=failed, actor=RULES, now=MORNING + timedelta(hours=9))
    see_pages(later)
    judge_stages(can=ALL, now=later)
    held = Verdict.objects.latest("pk")
    assert held.answer == "hold"
    assert {one["key"] for one in held.reasons} >= {"error:location-unsupported", "group:browser:UC Browser"}
    assert any("Browser UC Browser falls behind: 0 of 10" in one["words"] for one in held.reasons)
    seen = measure_stage(stage=stage, now=later, policy=in_force(WavesPolicy, now=later), seen_by=RULES)
    assert {one.words for one in seen.groups if one.kind == "language"} == {"Spanish"}
    assert Stage.objects.count() == 3
    with pytest.raises(WaveRefused, match="why"):
        go_on(stage=stage, words=" ", actor=supervisor.as_actor(), staff=supervisor, can=ALL, now=later)
    words = "The browser is rare; officers call these ten."
    go_on(stage=stage, words=words, actor=supervisor.as_actor(), staff=supervisor, can=ALL, now=later)
    told = Verdict.objects.latest("pk")
    assert (told.by, told.words, told.answer, Stage.objects.count()) == (supervisor, words, "go-on", 4)
    assert LedgerLine.objects.filter(verb="stage.let-go-on", actor_id=supervisor.pk).exists()
    with pytest.raises(WaveRefused, match="next stage has begun"):
        go_on(stage=stage, words=words, actor=supervisor.as_actor(), staff=supervisor, can=ALL, now=later)


def test_an_error_while_it_is_sent_holds_the_rest_and_slow_pages_release_it_again(
    office: FieldOffice, gateway: Gateway
) -> None:
    wave = make_wave(office, 300)
    skip_to(wave, 4)
    start(wave, 4)
    now = MORNING + timedelta(minutes=1)
    see_pages(now, took_ms=4000)
    send_all(now)
    sent = len(gateway.taken)
    judge_stages(can=ALL, now=now)
    assert Verdict.objects.latest("pk").answer == "hold"
    send_all(now + timedelta(minutes=10))
    assert len(gateway.taken) == sent
    assert Message.objects.filter(state="held").count() == 300 - sent
    recovered = now + timedelta(minutes=40)
    see_pages(recovered)
    judge_stages(can=ALL, now=recovered)
    assert Verdict.objects.latest("pk").answer == "wait"
    send_all(recovered + timedelta(hours=1))
    assert len(gateway.taken) == len({one.message_id for one in gateway.taken}) == 300


def test_a_person_stops_a_stage_and_only_a_person_lets_it_go_on(
    office: FieldOffice, gateway: Gateway, supervisor: Staff
) -> None:
    stage = start(make_wave(office, 20))
    me = supervisor.as_actor()
    stop_stage(stage=stage, words="The phone line is down", actor=me, staff=supervisor, now=MORNING)
    see_pages(MORNING)
    assert judge_stages(can=ALL, now=MORNING) == 0
    send_all(MORNING + timedelta(hours=1))
    assert gateway.taken == []
    with pytest.raises(WaveRefused, match="already"):
        stop_stage(stage=stage, words="again", actor=me, staff=supervisor, now=MORNING)
    go_on(stage=stage, words="It works", actor=me, staff=supervisor, can=ALL, now=MORNING + timedelta(hours=1))
    send_all(MORNING + timedelta(hours=2))
    assert len(gateway.taken) == 1


def test_small_waves_run_to_their_end(office: FieldOffice, gateway: Gateway, settings: LazySettings) -> None:
    """Of three people one is measured at a time: too few to be sure, so that a person lets it go on each time."""
    wave = make_wave(office, 3)
    stage, now = run_stage(wave, 1, MORNING)
    for _ in range(30):
        come_in(list(Invitee.objects.values_list("participant_id", flat=True)), now)
        see_pages(now)
        judge_stages(can=ALL, now=now)
        last = Verdict.objects.latest("pk")
        if last.answer == "hold":
            go_on(stage=last.stage, words="Three people are few", actor=OPERATOR, can=ALL, now=now)
        if last.answer == "done":
            break
        now += timedelta(hours=20)
        send_all(now)
        follow_invitations(can=ALL, now=now)
    assert Verdict.objects.latest("pk").answer == "done"
    assert Invitee.objects.count() == 3
    assert stage.number == 1
