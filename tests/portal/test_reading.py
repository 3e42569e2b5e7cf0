"""Forms are read leniently: nothing a phone sends can stop a report."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from adsum.checkins.rules import GivenPlace, ReportContent
from adsum.portal.reading import read_birthday_fields, read_key, read_report

GRANTED = {"place_status": "granted", "latitude": "40.7", "longitude": "-74", "accuracy_m": "12"}
UNAVAILABLE = GivenPlace("unavailable")


def form(**fields: str) -> QueryDict:
    return QueryDict(urlencode(fields))


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        ({}, ReportContent()),
        ({"lives_there": "yes"}, ReportContent(lives_there=True)),
        ({"lives_there": "no"}, ReportContent(lives_there=False)),
        ({"lives_there": "perhaps"}, ReportContent()),
        ({"lives_there": "yes", "street": "9 Elm St"}, ReportContent(lives_there=True)),
        (
            {"lives_there": "no", "street": " 9  Elm St ", "city": "Bronx"},
            ReportContent(
                lives_there=False,
                new_address={"street": "9 Elm St", "unit": "", "city": "Bronx", "state": "", "postal_code": ""},
            ),
        ),
        ({"wants_contact": "yes", "message": "a\x00b\n"}, ReportContent(wants_contact=True, message="ab")),
    ],
)
def test_answers(fields: dict[str, str], content: ReportContent) -> None:
    assert read_report(form(**fields)) == content


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({}, GivenPlace("granted", 40.7, -74.0, 12.0)),
        (
            {"taken_at": "2026-11-21T17:00:00.000Z"},
            GivenPlace("granted", 40.7, -74.0, 12.0, datetime(2026, 11, 21, 17, tzinfo=UTC)),
        ),
        ({"taken_at": "9999-12-31T23:59:59-23:00"}, GivenPlace("granted", 40.7, -74.0, 12.0)),
        ({"taken_at": "0001-01-01T00:00:00+10:00"}, GivenPlace("granted", 40.7, -74.0, 12.0)),
        ({"taken_at": "now"}, GivenPlace("granted", 40.7, -74.0, 12.0)),
        ({"latitude": ""}, UNAVAILABLE),
        ({"latitude": "nan"}, UNAVAILABLE),
        ({"latitude": "90.1"}, UNAVAILABLE),
        ({"longitude": "-180.1"}, UNAVAILABLE),
        ({"accuracy_m": "inf"}, UNAVAILABLE),
        ({"accuracy_m": "-1"}, UNAVAILABLE),
        ({"place_status": "refused"}, GivenPlace("refused")),
        ({"place_status": "x" * 500}, GivenPlace("x" * 20)),
    ],
)
def test_places(change: dict[str, str], place: GivenPlace) -> None:
    assert read_report(form(**{**GRANTED, **change})).place == place


def test_keys() -> None:
    key = UUID("6d0f3f5e-6c8e-4a53-9a5f-3d6cf0a0b7a1")
    assert read_key(form(key=str(key))) == key
    assert read_key(form(key="broken")) is None
    assert read_key(form()) is None


@pytest.mark.parametrize(
    ("day", "month", "year", "born"),
    [
        ("14", "3", "1988", "1988-03-14"),
        ("31", "2", "1988", None),
        ("", "", "", None),
        ("x", "3", "1988", None),
        ("14", "3", "99999999", None),
    ],
)
def test_birthdays(day: str, month: str, year: str, born: str | None) -> None:
    read = read_birthday_fields(form(born_day=day, born_month=month, born_year=year))
    assert (read.isoformat() if read else None) == born


@given(st.dictionaries(st.sampled_from([*GRANTED, "lives_there", "message", "street", "key", "taken_at"]), st.text()))
def test_any_text_in_any_field_is_a_report(fields: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    for name, value in fields.items():
        query[name] = value
    content = read_report(query)
    assert "\x00" not in content.message
    assert len(content.fingerprint) == 64
    assert isinstance(read_key(query), UUID | None)
