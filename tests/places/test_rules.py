"""What an address or a fix is worth."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adsum.core.earth import Spot
from adsum.places.policy import PlacesPolicy
from adsum.places.rules import (
    AddressFault,
    GivenAddress,
    PlaceClass,
    TimedSpot,
    class_of_fix,
    grade_address,
    is_far,
    is_foreign,
    is_postal_code,
    is_stale,
    is_too_fast,
    is_vague,
    km_from_address,
    km_since,
    standard_form,
)
from tests.factories import NOW

POLICY = PlacesPolicy()
HOME = GivenAddress("123 W 181st St", "Apt 26C", "Brooklyn", "NY", "11225")


@pytest.mark.parametrize(
    ("change", "living_there", "found"),
    [
        ({}, 1, []),
        ({"street": ""}, 60, [AddressFault.BLANK]),
        ({"street": "  "}, 1, [AddressFault.BLANK]),
        ({"street": "SEE FILE"}, 60, [AddressFault.NOT_RESIDENTIAL]),
        ({"street": "P.O. Box 114"}, 1, [AddressFault.NOT_RESIDENTIAL]),
        ({"street": "c/o sponsor"}, 1, [AddressFault.NOT_RESIDENTIAL]),
        ({"unit": ""}, 1, [AddressFault.UNIT_MISSING]),
        ({"unit": "", "street": "12 Main St Apt 4"}, 1, []),
        ({"unit": "", "street": "12 Main St #4"}, 1, []),
        ({"unit": "", "street": "340 Church Ave"}, 1, [AddressFault.UNIT_MISSING]),
        ({"unit": "", "street": "77 Parish House"}, 1, [AddressFault.OVERUSED]),
        ({"unit": "", "street": "1 Roosevelt Annex"}, 1, [AddressFault.OVERUSED]),
        ({"unit": "", "street": "32-10 Hotel Row"}, 1, [AddressFault.OVERUSED]),
        ({"unit": "", "street": "455 Jefferson St"}, 4, [AddressFault.UNIT_MISSING]),
        ({"unit": "", "street": "455 Jefferson St"}, 5, [AddressFault.OVERUSED]),
        ({"postal_code": "99999"}, 1, [AddressFault.POSTAL_CODE]),
        ({"postal_code": "", "unit": ""}, 1, [AddressFault.UNIT_MISSING, AddressFault.POSTAL_CODE]),
    ],
)
def test_grades(change: dict[str, str], living_there: int, found: list[AddressFault]) -> None:
    assert grade_address(HOME._replace(**change), living_there=living_there, policy=POLICY) == found


@pytest.mark.parametrize(
    ("code", "state", "exists"),
    [
        ("11225", "NY", True),
        ("11225-1234", "ny ", True),
        ("06390", "NY", True),
        ("00501", "NY", True),
        ("90210", "CA", True),
        ("90210", "NY", False),
        ("90210", "Nowhere", True),
        ("00000", "", False),
        ("99999", "AK", False),
        ("1037", "NY", False),
        ("ABCDE", "NY", False),
        ("", "NY", False),
    ],
)
def test_postal_codes(code: str, state: str, exists: bool) -> None:
    assert is_postal_code(code, state) is exists


@pytest.mark.parametrize(
    ("accuracy_m", "kind"),
    [
        (0, PlaceClass.SATELLITE),
        (50, PlaceClass.SATELLITE),
        (50.1, PlaceClass.NETWORK),
        (1_500, PlaceClass.NETWORK),
        (1_501, PlaceClass.COARSE),
        (4e6, PlaceClass.COARSE),
    ],
)
def test_classes(accuracy_m: float, kind: PlaceClass) -> None:
    assert class_of_fix(accuracy_m, policy=POLICY) is kind


def test_a_fix_grows_stale() -> None:
    assert not is_stale(NOW - timedelta(minutes=15), at=NOW, policy=POLICY)
    assert is_stale(NOW - timedelta(minutes=15, seconds=1), at=NOW, policy=POLICY)


def test_vague_is_what_the_circle_says_whoever_drew_it() -> None:
    assert [is_vague(metres, policy=POLICY) for metres in (0, 1_500, 1_501)] == [False, False, True]


BROOKLYN = Spot(40.65, -73.95)


@pytest.mark.parametrize(
    ("spot", "far"),
    [
        (Spot(40.65, -73.95, 10), False),
        (Spot(42.0, -73.95, 10), False),  # 150.1 km north, 149.8 with both doubts
        (Spot(42.01, -73.95, 10), True),
        (Spot(42.01, -73.95, 2_000), False),
        (Spot(34.05, -118.24, 10), True),
        (Spot(34.05, -118.24, 3_900_000), False),
        (Spot(90, 0, 10), True),
        (Spot(-40.65, 106.05, 10), True),
    ],
)
def test_far_from_the_address(spot: Spot, far: bool) -> None:
    assert is_far(km_from_address(spot, BROOKLYN, policy=POLICY), policy=POLICY) is far


def test_how_far_is_far_is_a_knob() -> None:
    km = km_from_address(Spot(40.75, -73.95), BROOKLYN, policy=POLICY)
    assert is_far(km, policy=PlacesPolicy(far_from_address_km=10)) is True
    assert is_far(km, policy=PlacesPolicy(far_from_address_km=11)) is False


def at(spot: Spot, hours: float, received_hours: float | None = None) -> TimedSpot:
    def moment(later: float) -> datetime:
        return NOW + timedelta(hours=later)

    return TimedSpot(spot, moment(hours), moment(hours if received_hours is None else received_hours))


EAST, WEST = Spot(0, -179.9, 10), Spot(0, 179.9, 10)
LONDON, NEW_YORK = Spot(51.5, -0.12, 10), Spot(40.71, -74.0, 10)  # 5,570 km


@pytest.mark.parametrize(
    ("last", "here", "too_fast"),
    [
        (at(BROOKLYN, 0), at(BROOKLYN, 0), False),
        (at(BROOKLYN, 0), at(BROOKLYN, 9), False),
        (at(LONDON, 0), at(NEW_YORK, 0), True),
        (at(LONDON, 0), at(NEW_YORK, 5), True),
        (at(LONDON, 0), at(NEW_YORK, 5.1), False),  # a fast aeroplane
        (at(NEW_YORK, 5.1), at(LONDON, 0), False),  # the later one came first
        (at(LONDON, 0), at(NEW_YORK, 0, 6), False),  # one of the clocks was wrong
        (at(LONDON, 0), at(NEW_YORK, 6, 0), False),
        (at(LONDON, 0), at(replace(NEW_YORK, accuracy_m=6e6), 0), False),
        (at(EAST, 0), at(WEST, 0), False),  # 22 km apart over the date line
        (at(Spot(90, 0), 0), at(Spot(90, 180), 0), False),
        (at(Spot(90, 0), 0), at(Spot(-90, 0), 18), True),
        (at(Spot(90, 0), 0), at(Spot(-90, 0), 18.3), False),
    ],
)
def test_too_fast_since_the_last_one(last: TimedSpot, here: TimedSpot, too_fast: bool) -> None:
    assert is_too_fast(km_since(last, here), last.hours_to(here), policy=POLICY) is too_fast


def test_how_fast_is_too_fast_is_a_knob() -> None:
    assert is_too_fast(300, 1, policy=PlacesPolicy(fastest_kmh=299)) is True
    assert is_too_fast(300, 1, policy=PlacesPolicy(fastest_kmh=300)) is False
    assert is_too_fast(300, 0, policy=PlacesPolicy(travel_at_least_km=300)) is False


@pytest.mark.parametrize(
    ("country", "foreign"),
    [
        ("US", False),
        ("us ", False),
        ("PR", False),
        ("MX", True),
        ("", False),
        ("XX", False),
        ("T1", False),
        ("USA", False),
        ("<script>", False),
    ],
)
def test_the_country_of_a_network(country: str, foreign: bool) -> None:
    assert is_foreign(country, policy=POLICY) is foreign


def test_where_participants_live_is_a_knob() -> None:
    assert is_foreign("US", policy=PlacesPolicy(home_countries="ca")) is True


@settings(max_examples=60, deadline=None)
@given(street=st.text(max_size=60), unit=st.text(max_size=20), city=st.text(max_size=20))
def test_whatever_is_written_as_an_address_trips_nothing(street: str, unit: str, city: str) -> None:
    assert len(standard_form(GivenAddress(street, unit, city, "NY", "10004"))) <= 400


def test_an_address_as_the_post_writes_it() -> None:
    given_so = GivenAddress("123 main street", "Apartment 4", "brooklyn", "new york", "11226")
    assert standard_form(given_so) == "123 MAIN ST, APT 4, BROOKLYN, NY, 11226"
