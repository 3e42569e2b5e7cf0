"""Which version holds, where and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adsum.checkins.policy import CheckinPolicy
from adsum.core.knobs import Reach
from adsum.policies.rules import BadPolicy, Book, Scope, Version, changes_between, read_values, version_at

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PROGRAMME, NYC, ANKLE = Scope(), Scope(1), Scope(None, "gps-ankle")
NYC_ANKLE = Scope(1, "gps-ankle")


def version(number: int, scope: Scope = PROGRAMME, days: int = 0, until: int | None = None, **values: Any) -> Version:
    end = None if until is None else NOON + timedelta(days=until)
    return Version(number, "CheckinPolicy", scope, values, NOON + timedelta(days=days), end)


def grace(versions: list[Version], scope: Scope, *, day: float = 0) -> int:
    book = Book(versions)
    return book.find(CheckinPolicy, at=NOON + timedelta(days=day), scope=scope).grace_hours


ALL = [
    version(1, grace_hours=30),
    version(2, ANKLE, grace_hours=12),
    version(3, NYC, grace_hours=48),
    version(4, NYC_ANKLE, grace_hours=6),
]


@pytest.mark.parametrize(
    ("versions", "scope", "expected"),
    [
        ([], NYC_ANKLE, 24),
        (ALL[:1], NYC_ANKLE, 30),
        (ALL[:2], NYC_ANKLE, 12),
        (ALL[:3], NYC_ANKLE, 48),
        (ALL, NYC_ANKLE, 6),
        (ALL, NYC, 48),
        (ALL, ANKLE, 12),
        (ALL, Scope(2), 30),
        (ALL, Scope(2, "check-in"), 30),
        (ALL, Scope(2, "gps-ankle"), 12),
    ],
)
def test_the_narrower_scope_beats_the_wider(versions: list[Version], scope: Scope, expected: int) -> None:
    assert grace(versions, scope) == expected


@pytest.mark.parametrize(("day", "expected"), [(-0.01, 24), (0, 30), (4.99, 30), (5, 36), (6.99, 36), (7, 30), (9, 40)])
def test_a_version_begins_on_its_moment_and_a_passing_one_gives_way_again(day: float, expected: int) -> None:
    book = [version(1, grace_hours=30), version(2, days=5, until=7, grace_hours=36), version(3, days=9, grace_hours=40)]
    assert grace(book, PROGRAMME, day=day) == expected


def test_an_empty_version_goes_back_to_what_is_wider() -> None:
    book = [version(1, grace_hours=30), version(2, NYC, grace_hours=48), version(3, NYC, days=1)]
    assert grace(book, NYC, day=0.5) == 48
    assert grace(book, NYC, day=1) == 30


def test_what_holds_cites_the_versions_it_comes_from() -> None:
    found = Book(ALL).find(CheckinPolicy, at=NOON, scope=NYC_ANKLE)
    assert found.stored_versions == (1, 2, 3, 4)
    assert found.version.endswith(":1+2+3+4")
    assert CheckinPolicy().version == CheckinPolicy().citing(()).version
    same = Book([version(9, grace_hours=6)]).find(CheckinPolicy, at=NOON, scope=PROGRAMME)
    assert same.version.split(":")[0] == found.version.split(":")[0], "the fingerprint is of the values"


def test_other_policies_are_not_touched() -> None:
    other = Version(1, "OutboxPolicy", PROGRAMME, {"grace_hours": 99}, NOON)
    assert grace([other], PROGRAMME) == 24


def test_the_latest_of_two_that_begin_together_is_the_one_written_last() -> None:
    both = [version(7, grace_hours=30), version(8, grace_hours=31)]
    assert version_at(both, NOON) == both[1] == version_at(reversed(both), NOON)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"grace": 3}, "no such knob"),
        ({"grace_hours": 337}, "lie in 0 to 336"),
        ({"grace_hours": "24"}, "is no whole number"),
        ({"grace_hours": True}, "is no whole number"),
        ({"grace_hours": 24.5}, "is no whole number"),
        ({"grace_hours": None}, "is no whole number"),
        ({"far_needs_look": 1}, "is no yes or no"),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_reason(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        read_values(CheckinPolicy, raw)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadPolicy, match=r"grace_hours.*window_days"):
        read_values(CheckinPolicy, {"grace_hours": -1, "window_days": 0})


def test_a_knob_of_the_programme_cannot_differ_by_office() -> None:
    assert read_values(CheckinPolicy, {"tries_kept_per_hour": 7}, reach=Reach.PROGRAMME) == {"tries_kept_per_hour": 7}
    with pytest.raises(BadPolicy, match="only for the whole programme"):
        read_values(CheckinPolicy, {"tries_kept_per_hour": 7}, reach=Reach.OFFICE)


def test_changes_name_the_knob_with_both_values() -> None:
    (change,) = changes_between(CheckinPolicy(), CheckinPolicy(grace_hours=48))
    assert (change.knob.name, change.before, change.after) == ("grace_hours", 24, 48)
