"""What a command answers, as a person reads it."""

from datetime import UTC, date, datetime, timedelta, timezone

from adsum.management.printing import lines_of

AT = datetime(2026, 11, 23, 5, 38, 6, 549125, tzinfo=timezone(timedelta(hours=-5)))


def test_names_and_values_stand_beside_each_other() -> None:
    assert list(lines_of({"role": "operator", "people_seen": 3, "ok": True})) == [
        "role         operator",
        "people seen  3",
        "ok           yes",
    ]


def test_a_list_is_read_block_by_block() -> None:
    told = [{"code": "county", "kinds": ["a", "b"]}, {"code": "archive", "kinds": []}]
    assert list(lines_of({"subscribers": told, "more": 0})) == [
        "subscribers",
        "  code   county",
        "  kinds  a, b",
        "",
        "  code   archive",
        "  kinds  none",
        "more         0",
    ]


def test_moments_are_in_one_zone_and_nothing_is_named_none_of_a_program() -> None:
    answer: dict[str, object] = {
        "at": AT,
        "on": date(2026, 11, 23),
        "until": None,
        "by_kind": {},
        "at_utc": AT.astimezone(UTC),
    }
    assert [line.split("  ", 1)[1].strip() for line in lines_of(answer)] == [
        "2026-11-23 10:38 UTC", "2026-11-23", "none", "none", "2026-11-23 10:38 UTC",
    ]  # fmt: skip


def test_no_answer_is_no_line() -> None:
    assert list(lines_of({})) == []
