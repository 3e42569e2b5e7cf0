"""A stage that holds sends nothing, prints nothing, and nobody of a wave is left out for good."""

from datetime import datetime, timedelta

import pytest

from adsum.enrolment.actions import enrol_wave
from adsum.ledger.rules import OPERATOR
from adsum.notices.actions import claim_messages
from adsum.notices.models import Message
from adsum.notices.rules import Channel, Fate
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.waves.actions import (
    WaveRefused,
    follow_invitations,
    go_on,
    invite_again,
    judge_stages,
    post_batch,
    print_again,
    print_batch,
    respread,
    sending,
    start_stage,
    stop_stage,
)
from adsum.waves.models import Invitee, LetterBatch, Stage, Verdict
from adsum.waves.queries import people_in_no_stage
from adsum.waves.rules import stages
from tests.factories import make_row
from tests.waves.test_stages import (
    ALL,
    MORNING,
    Gateway,
    gateway,
    invited,
    make_wave,
    see_pages,
    send_all,
    skip_to,
    start,
    supervisor,
)

__all__ = ["gateway", "supervisor"]
MINUTE = timedelta(minutes=1)


def stop(stage: Stage, now: datetime = MORNING) -> None:
    stop_stage(stage=stage, words="Strike", actor=OPERATOR, now=now)


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("channel", "state"))


def test_letters_wait_for_people_and_not_for_a_clock(office: FieldOffice, supervisor: Staff) -> None:
    stage = start(make_wave(office, 1, phone="", email=""))
    later = MORNING + timedelta(days=8)
    claim_messages(channel=Channel.SMS, offices=[office.pk], now=later)
    follow_invitations(can=ALL, now=later)
    me = supervisor.as_actor()
    assert len(print_batch(stage=stage, actor=me, staff=supervisor, now=later)) == 1
    claim_messages(channel=Channel.SMS, offices=[office.pk], now=later + timedelta(days=8))
    follow_invitations(can=ALL, now=later + timedelta(days=8))
    assert post_batch(batch=LetterBatch.objects.get(), actor=me, staff=supervisor, now=later + timedelta(days=8)) == 1
    assert states() == [("letter", "sent")]


def test_a_text_that_is_too_late_is_dropped_as_before(office: FieldOffice) -> None:
    start(make_wave(office, 1))
    claim_messages(channel=Channel.SMS, offices=[office.pk], now=MORNING + timedelta(days=8))
    assert states() == [("sms", "needless")]


def test_what_fails_after_a_stop_is_tried_over_the_next_channel_only_when_it_goes_on(
    office: FieldOffice, gateway: Gateway
) -> None:
    stage = start(make_wave(office, 1, email="maria@example.org"))
    gateway.fate = Fate.IMPOSSIBLE
    send_all(MORNING + MINUTE)
    stop(stage, MORNING + MINUTE)
    follow_invitations(can=ALL, now=MORNING + 2 * MINUTE)
    gateway.fate = Fate.SENT
    send_all(MORNING + timedelta(hours=1))
    assert states() == [("sms", "failed"), ("email", "held")]
    go_on(stage=stage, words="Over", actor=OPERATOR, can=ALL, now=MORNING + timedelta(hours=1))
    send_all(MORNING + timedelta(hours=2))
    assert states() == [("sms", "failed"), ("email", "sent")]


def test_nor_does_it_go_after_a_rule_has_stopped_the_stage(office: FieldOffice, gateway: Gateway) -> None:
    start(make_wave(office, 1, email="maria@example.org"))
    gateway.fate = Fate.IMPOSSIBLE
    send_all(MORNING + MINUTE)
    see_pages(MORNING + MINUTE, took_ms=4000)
    judge_stages(can=ALL, now=MORNING + MINUTE)
    assert Verdict.objects.get().answer == "hold"
    follow_invitations(can=ALL, now=MORNING + 2 * MINUTE)
    assert states() == [("sms", "failed"), ("email", "held")]
    later = MORNING + timedelta(hours=1)
    see_pages(later)
    judge_stages(can=ALL, now=later)
    assert states() == [("sms", "failed"), ("email", "waiting")]


def test_a_stop_beside_the_spreading_anew_holds(office: FieldOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = start(make_wave(office, 1))
    times = stages.sending_times

    def stop_first(*given: int, **rest: object) -> object:
        stop(stage)
        return times(*given, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "sending_times", stop_first)
    assert respread(now=MORNING + timedelta(hours=1)) == 0
    assert states() == [("sms", "held")]


def test_an_officer_reads_that_the_stage_holds(office: FieldOffice, gateway: Gateway) -> None:
    stage = start(make_wave(office, 1, email="maria@example.org"))
    stop(stage)
    person, later = Participant.objects.get(), MORNING + timedelta(days=2)
    with pytest.raises(WaveRefused, match="stage holds"):
        invite_again(participant=person, channel="email", actor=OPERATOR, can=ALL, now=later)
    assert states() == [("sms", "held")]
    invite_again(participant=person, channel="letter", actor=OPERATOR, can=ALL, now=later)
    assert states()[-1] == ("letter", "waiting")


def test_a_stage_that_holds_prints_nothing_again(office: FieldOffice, supervisor: Staff) -> None:
    stage = start(make_wave(office, 1, phone="", email=""))
    print_batch(stage=stage, actor=supervisor.as_actor(), staff=supervisor, now=MORNING)
    stop(stage)
    with pytest.raises(WaveRefused, match="holds"):
        print_again(batch=LetterBatch.objects.get(), actor=supervisor.as_actor(), staff=supervisor, now=MORNING)
    assert Invitee.objects.get().edition == 0


def test_no_stage_begins_while_the_one_before_holds(office: FieldOffice) -> None:
    wave = make_wave(office, 300)
    stop(start(wave))
    with pytest.raises(WaveRefused, match="Stage 1 holds"):
        start(wave, 2)


def add_people(office: FieldOffice, numbers: range) -> None:
    rows = [make_row(number, phone=f"+1212555{number:04d}") for number in numbers]
    enrol_wave(rows=rows, office=office, name="w1", actor=OPERATOR, now=MORNING + timedelta(days=1))


def test_who_is_added_after_the_last_stage_is_invited_by_a_further_one(office: FieldOffice, gateway: Gateway) -> None:
    wave = make_wave(office, 3)
    skip_to(wave, 4)
    fourth, later = start(wave, 4), MORNING + timedelta(days=2)
    with pytest.raises(WaveRefused, match="have not gone yet"):
        start(wave, 5)
    send_all(MORNING + timedelta(hours=1))
    follow_invitations(can=ALL, now=MORNING + timedelta(hours=1))
    with pytest.raises(WaveRefused, match="nobody of it waits"):
        start(wave, 5, later)
    assert people_in_no_stage(wave_id=wave.pk, seen_by=OPERATOR) == 0
    add_people(office, range(10, 14))
    gone = Participant.objects.order_by("pk").last()
    assert gone
    Participant.objects.filter(pk=gone.pk).update(left_at=later)
    assert people_in_no_stage(wave_id=wave.pk, seen_by=OPERATOR) == 3
    fifth = start_stage(wave=wave, number=5, actor=OPERATOR, can=ALL, now=later)
    assert (fifth.percent, len(invited(fifth)), len(invited(fourth))) == (100, 3, 3)
    assert people_in_no_stage(wave_id=wave.pk, seen_by=OPERATOR) == 0
    send_all(later + timedelta(hours=1))
    assert len(gateway.taken) == 6
    see_pages(later)
    judge_stages(can=ALL, now=later)
    assert set(Verdict.objects.values_list("stage__number", flat=True)) == {5}
