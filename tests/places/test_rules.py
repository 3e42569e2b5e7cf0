"""What an address or a fix is worth."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adsum.places.policy import PlacesPolicy
from adsum.places.rules import (
    AddressFault,
    GivenAddress,
    PlaceClass,
    class_of_fix,
    grade_address,
    is_postal_code,
    is_stale,
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
    assert grade_address(replace(HOME, **change), living_there=living_there, policy=POLICY) == found


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


@settings(max_examples=60, deadline=None)
@given(street=st.text(max_size=60), unit=st.text(max_size=20), city=st.text(max_size=20))
def test_whatever_is_written_as_an_address_trips_nothing(street: str, unit: str, city: str) -> None:
    assert len(standard_form(GivenAddress(street, unit, city, "NY", "10004"))) <= 400


def test_an_address_as_the_post_writes_it() -> None:
    given_so = GivenAddress("123 main street", "Apartment 4", "brooklyn", "new york", "11226")
    assert standard_form(given_so) == "123 MAIN ST, APT 4, BROOKLYN, NY, 11226"
