"""Draws, sending times, dry runs and verdicts: rules as tables."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from adsum.enrolment.rules import Grader
from adsum.notices.rules import Channel
from adsum.people.policy import PeoplePolicy
from adsum.places.policy import PlacesPolicy
from adsum.waves.policy import WavesPolicy
from adsum.waves.rules import (
    Answer,
    Candidate,
    Group,
    Measured,
    Trial,
    code_of,
    drawn,
    groups_behind,
    judge,
    sending_times,
    try_rows,
    ways_to,
    wilson,
)
from tests.factories import make_row

NEW_YORK = ZoneInfo("America/New_York")
POLICY = WavesPolicy()
ALL = (Channel.SMS, Channel.EMAIL, Channel.LETTER)


def people(**groups: int) -> list[Candidate]:
    names = [name for name, count in groups.items() for _ in range(count)]
    return [Candidate(number, (name, "sms")) for number, name in enumerate(names)]


def test_one_per_cent_shows_every_group_and_each_stage_holds_the_one_before() -> None:
    everybody = people(es=900, ht=90, quc=1)
    stages = [drawn(everybody, wave_id=7, percent=percent) for percent in (1, 5, 25, 100)]
    group_of = {one.id: one.group[0] for one in everybody}
    assert [Counter(group_of[one] for one in stage) for stage in stages] == [
        {"es": 9, "ht": 1, "quc": 1},
        {"es": 45, "ht": 5, "quc": 1},
        {"es": 225, "ht": 23, "quc": 1},
        {"es": 900, "ht": 90, "quc": 1},
    ]
    assert all(set(few) <= set(more) for few, more in pairwise(stages))


def test_the_draw_is_the_same_each_time_and_another_for_another_wave() -> None:
    everybody = people(es=1000)
    first = drawn(everybody, wave_id=7, percent=5)
    assert drawn(list(reversed(everybody)), wave_id=7, percent=5) == first
    assert drawn(everybody, wave_id=8, percent=5) != first
    assert first != sorted(first)
    assert drawn([], wave_id=7, percent=5) == []


@pytest.mark.parametrize(
    ("now", "count", "last"),
    [
        ("2026-11-23T12:00-05:00", 1, "2026-11-23T12:00-05:00"),
        ("2026-11-23T12:00-05:00", 121, "2026-11-23T13:00-05:00"),
        ("2026-11-23T06:30-05:00", 1, "2026-11-23T09:00-05:00"),
        ("2026-11-23T17:00-05:00", 1, "2026-11-24T09:00-05:00"),
        ("2026-11-23T16:59-05:00", 3, "2026-11-24T09:00-05:00"),
        ("2026-10-31T18:00-04:00", 1, "2026-11-01T09:00-05:00"),  # the clock goes back in that night
        ("2027-03-13T18:00-05:00", 1, "2027-03-14T09:00-04:00"),  # and forward in that one
    ],
)
def test_messages_go_at_the_rate_within_the_hours_of_the_office(now: str, count: int, last: str) -> None:
    policy = WavesPolicy(messages_per_minute=2)
    times = list(sending_times(count, now=datetime.fromisoformat(now), zone=NEW_YORK, policy=policy))
    assert len(times) == count
    assert times[-1] == datetime.fromisoformat(last)


def test_never_more_in_a_minute_than_the_rate() -> None:
    times = sending_times(20_000, now=datetime(2026, 11, 23, 20, tzinfo=UTC), zone=NEW_YORK, policy=POLICY)
    local = [moment.astimezone(NEW_YORK) for moment in times]
    assert max(Counter(moment.replace(second=0, microsecond=0) for moment in local).values()) == 100
    assert {moment.hour for moment in local} <= set(range(9, 17))


@pytest.mark.parametrize(
    ("phone", "email", "mailable", "can", "ways"),
    [
        (True, True, True, ALL, ["sms", "email", "letter"]),
        (False, True, True, ALL, ["email", "letter"]),
        (True, True, True, (Channel.LETTER,), ["letter"]),
        (True, False, False, ALL, ["sms"]),
        (False, False, False, ALL, []),
    ],
)
def test_ways_in_the_order_of_preference(
    phone: bool, email: bool, mailable: bool, can: tuple[Channel, ...], ways: list[str]
) -> None:
    assert ways_to(phone=phone, email=email, mailable=mailable, can=can, policy=POLICY) == ways
    backwards = WavesPolicy(channels=("letter", "email", "sms"))
    assert ways_to(phone=phone, email=email, mailable=mailable, can=can, policy=backwards) == ways[::-1]


def test_a_dry_run_accounts_for_every_row_and_every_cent() -> None:
    rows = [
        make_row(2),
        make_row(3, phone="", email=""),
        make_row(4, phone="no phone", email="", address="UNKNOWN", unit=""),
        make_row(5, phone=""),
        make_row(6, case_number="=1+1"),
        make_row(7, case_number="A123456789", field_office="LAX"),
    ]
    grader = Grader(date(2026, 11, 22), Counter(), PeoplePolicy(), PlacesPolicy())
    graded = [grader.grade(row) for row in rows]
    trial = Trial()
    try_rows(trial, graded, office="NYC", known={"A123456789"}, can=ALL, policy=POLICY)
    told = trial.as_json(POLICY)
    assert (told["read"], told["enrolled"], told["already"], told["rejected"], told["other_office"]) == (6, 4, 1, 1, 1)
    assert [(one["channel"], one["count"], one["cents"]) for one in told["channels"]] == [
        ("sms", 1, 2),
        ("email", 1, 0),
        ("letter", 1, 100),
    ]
    assert (told["cost_cents"], told["paper_only"], told["unreachable"]) == (102, 1, 1)
    assert trial.rejects[0][:3] == ["6", "case_number", "'=1+1"]
    assert all(one["words"] != one["fault"] for one in told["graded"])


def test_an_empty_dry_run() -> None:
    assert Trial().as_json(POLICY)["cost_cents"] == 0


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (81, 100, 0.722, 0.875), (900, 1000, 0.880, 0.917)],
)
def test_wilson_as_in_the_tables(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=0.001)


FINE = {"people": 100, "to_go": 0, "to_print": 0, "measured": 100, "measured_active": 95, "active": 95, "p95_ms": 90}


@pytest.mark.parametrize(
    ("changed", "answer", "keys"),
    [
        ({}, Answer.GO_ON, []),
        ({"measured_active": 85, "active": 85}, Answer.HOLD, ["success"]),
        ({"measured": 40, "measured_active": 30, "active": 60}, Answer.WAIT, ["measuring"]),
        ({"measured": 0, "measured_active": 0, "active": 95}, Answer.GO_ON, []),  # they stay in, whatever comes
        ({"to_go": 10}, Answer.WAIT, ["sending"]),
        ({"to_print": 5, "measured": 40, "active": 40}, Answer.WAIT, ["measuring", "letters"]),
        ({"to_print": 5}, Answer.GO_ON, []),
        ({"p95_ms": 1001}, Answer.HOLD, ["load"]),
        ({"p95_ms": None}, Answer.WAIT, ["load-unknown"]),
        ({"met": {"not-delivered": 2}}, Answer.GO_ON, []),
        ({"met": {"no-way-to-reach": 30}}, Answer.GO_ON, []),
        ({"met": {"not-delivered": 3}}, Answer.HOLD, ["error:not-delivered"]),
        ({"to_go": 90, "met": {"code-wrong": 1}}, Answer.WAIT, ["sending"]),  # one alone is no class
        ({"to_go": 90, "met": {"code-wrong": 2}}, Answer.HOLD, ["error:code-wrong"]),
        ({"people": 3, "measured": 3, "measured_active": 3, "active": 3}, Answer.HOLD, ["success"]),
        ({"people": 0, "measured": 0, "measured_active": 0, "active": 0}, Answer.GO_ON, []),
    ],
)
def test_a_stage_goes_on_waits_or_holds(changed: dict[str, object], answer: Answer, keys: list[str]) -> None:
    judgement = judge(Measured(**{**FINE, **changed}), policy=POLICY)  # type: ignore[arg-type]
    assert (judgement.answer, [why.key for why in judgement.reasons]) == (answer, keys)
    assert all(why.words.endswith(".") for why in judgement.reasons)


def test_what_a_person_has_accepted_holds_no_more_but_what_is_new_does() -> None:
    seen = Measured(**{**FINE, "p95_ms": 3000, "met": {"not-delivered": 9}})  # type: ignore[arg-type]
    judgement = judge(seen, accepted={"error:not-delivered"}, policy=POLICY)
    assert [why.key for why in judgement.reasons] == ["load"]
    assert [why.key for why in judgement.accepted] == ["error:not-delivered"]
    assert judge(seen, accepted={"error:not-delivered", "load"}, policy=POLICY).answer is Answer.GO_ON


@pytest.mark.parametrize(
    ("groups", "named"),
    [
        ([Group("browser", "Chrome", 100, 90), Group("browser", "Safari", 100, 91)], []),
        ([Group("browser", "Chrome", 100, 90), Group("browser", "Firefox", 20, 2)], ["Firefox"]),
        ([Group("browser", "Chrome", 100, 90), Group("browser", "Firefox", 4, 0)], []),  # too few to say
        ([Group("browser", "Chrome", 100, 90)], []),  # nobody to compare with
        ([Group("browser", "Chrome", 20, 20), Group("language", "ht", 20, 0)], []),  # only within a kind
        ([Group("language", "es", 90_000, 81_900), Group("language", "ht", 9_000, 8_000)], []),  # sure, but a trifle
        (
            [Group("language", "es", 900, 819), Group("language", "ht", 90, 45), Group("system", "iOS", 500, 440)],
            ["ht"],
        ),
        ([Group("browser", "A", 50, 0), Group("browser", "B", 50, 0)], []),
    ],
)
def test_groups_that_fall_behind_are_named(groups: list[Group], named: list[str]) -> None:
    assert [one.name for one, _ in groups_behind(groups, POLICY)] == named


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (Group("language", "ht", 90, 45, "Haitian Creole"), "Language Haitian Creole falls behind: 45 of 90"),
        (Group("browser", "ht", 90, 45), "Browser ht falls behind: 45 of 90"),
    ],
)
def test_who_falls_behind_is_named_in_words(group: Group, words: str) -> None:
    seen = Measured(**{**FINE, "groups": [group, Group(group.kind, "es", 900, 819)]})  # type: ignore[arg-type]
    assert any(why.words.startswith(words) for why in judge(seen, policy=POLICY).reasons)


def test_many_groups_that_differ_by_chance_raise_no_alarm() -> None:
    """Forty browsers of 25 people each, between 72 and 96 per cent: one at five per cent would be named uncorrected."""
    groups = [Group("browser", str(number), 25, 18 + number % 7) for number in range(40)]
    assert groups_behind(groups, POLICY) == []


def test_a_code_is_the_same_each_time_and_another_for_each_letter_and_edition() -> None:
    def code(number: int, edition: int = 0, secret: str = "s") -> str:
        return code_of(number, edition=edition, secret=secret, length=10)

    assert code(1) == code(1)
    assert len({code(1), code(2), code(1, 1), code(1, secret="t")}) == 4
    assert len(code(1)) == 10


def test_the_window_is_never_negative() -> None:
    late = list(sending_times(2, now=datetime(2026, 11, 23, 23, tzinfo=UTC), zone=NEW_YORK, policy=POLICY))
    assert late[0] < late[1] <= late[0] + timedelta(minutes=1)
