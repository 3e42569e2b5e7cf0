"""When people are reminded, and what a reply asks for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adsum.notices.policy import NoticesPolicy
from adsum.notices.rules import Asked, Hours, Window, is_awake, read_reply, sending_day, steps_of, windows_of

POLICY = NoticesPolicy()

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def windows(now: str, zone: str = "America/New_York", hours: Hours = Hours.ANY) -> list[Window]:
    return [one for one in windows_of(at(now), zone=ZoneInfo(zone), policy=POLICY) if one.hours is hours]


def test_people_are_reminded_seven_three_and_one_day_before_and_on_the_day() -> None:
    assert steps_of(POLICY) == [0, 1, 3, 7]
    assert steps_of(NoticesPolicy(remind_on_the_day=False, second_reminder_days=2)) == [1, 2, 7]


def test_a_step_that_was_missed_is_caught_up_until_the_next_one() -> None:
    found = {(one.due_on - date(2026, 11, 21)).days: one.step for one in windows("2026-11-21T12:00")}
    assert found == {0: 0, 1: 1, 2: 3, 3: 3, 4: 7, 5: 7, 6: 7, 7: 7}


def test_a_reminder_ends_when_the_next_one_begins_and_the_last_with_its_day() -> None:
    ends = {one.due_on.day: one.expires_at for one in windows("2026-11-21T12:00")}
    assert ends[21] == at("2026-11-22T05:00")
    assert ends[22] == at("2026-11-22T05:00")
    assert ends[24] == at("2026-11-23T05:00")
    assert ends[28] == at("2026-11-25T05:00")


@pytest.mark.parametrize(
    ("zone", "now", "begins", "ends"),
    [
        ("America/New_York", "2026-03-07T10:00", "2026-03-07T14:00", "2026-03-08T00:30"),  # the day before summer time
        ("America/New_York", "2026-03-08T10:00", "2026-03-08T13:00", "2026-03-08T23:30"),  # clocks went forward
        ("America/New_York", "2026-11-01T10:00", "2026-11-01T14:00", "2026-11-02T00:30"),  # clocks went back
        ("Pacific/Honolulu", "2026-11-21T12:00", "2026-11-21T19:00", "2026-11-22T05:30"),
        ("America/Puerto_Rico", "2026-07-01T12:00", "2026-07-01T13:00", "2026-07-01T23:30"),
        ("America/Phoenix", "2026-07-01T12:00", "2026-07-01T16:00", "2026-07-02T02:30"),
        ("America/Phoenix", "2026-03-08T12:00", "2026-03-08T16:00", "2026-03-09T02:30"),
    ],
)
def test_messages_go_from_nine_until_half_past_seven_in_the_offices_zone(
    zone: str, now: str, begins: str, ends: str
) -> None:
    assert {(one.begins, one.ends) for one in windows(now, zone)} == {(at(begins), at(ends))}


def test_a_late_start_takes_what_is_left_of_the_day_or_the_next_morning() -> None:
    assert windows("2026-11-21T20:00")[0].begins == at("2026-11-21T20:00")
    assert sending_day(at("2026-11-21T23:59"), zone=NEW_YORK, policy=POLICY) == date(2026, 11, 21)
    late = windows("2026-11-22T00:30")[0]
    assert (late.due_on, late.begins) == (date(2026, 11, 22), at("2026-11-22T14:00"))


def test_wished_hours_are_held_while_they_last() -> None:
    morning, over = (
        windows("2026-11-21T11:00", hours=Hours.MORNING)[0],
        windows("2026-11-21T18:00", hours=Hours.MORNING)[0],
    )
    assert (morning.begins, morning.ends) == (at("2026-11-21T14:00"), at("2026-11-21T17:00"))
    assert (over.begins, over.ends) == (at("2026-11-21T18:00"), at("2026-11-22T00:30"))


@pytest.mark.parametrize("day", [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 366, 7)] + [date(2026, 3, 8)])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Honolulu", "America/Puerto_Rico", "America/Phoenix"])
def test_no_window_touches_the_quiet_hours(day: date, zone: str) -> None:
    for hour in range(24):
        now = datetime(day.year, day.month, day.day, hour, 17, tzinfo=UTC)
        for one in windows_of(now, zone=ZoneInfo(zone), policy=POLICY):
            assert now <= one.begins < one.ends
            assert is_awake(one.begins, zone=ZoneInfo(zone), policy=POLICY)
            assert is_awake(one.ends + timedelta(minutes=29), zone=ZoneInfo(zone), policy=POLICY), (
                "no time to try again"
            )


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("STOP", Asked.STOP),
        (" stop. ", Asked.STOP),
        ("Stop please", Asked.STOP),
        ("Por favor, ALTO", Asked.STOP),
        ("opt-out", Asked.STOP),
        ("STOP ALL", Asked.STOP),
        ("Arrêt", Asked.STOP),
        ("停止", Asked.STOP),
        ("СТОП", Asked.STOP),
        ("إيقاف", Asked.STOP),
        ("ਬੰਦ", Asked.STOP),
        ("Зупинити", Asked.STOP),
        ("sispann", Asked.STOP),
        ("start", Asked.START),
        ("Sí", Asked.START),
        ("Help", Asked.HELP),
        ("Ayuda!", Asked.HELP),
        ("помощь", Asked.HELP),
        ("I cannot stop by the office", Asked.OTHER),
        ("my baby is sick", Asked.OTHER),
        ("", Asked.OTHER),
        ("?", Asked.OTHER),
    ],
)
def test_what_a_reply_asks_for(text: str, asked: Asked) -> None:
    assert read_reply(text) is asked
