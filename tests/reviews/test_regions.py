"""Each country of the world lies in one region, by whatever name an agency calls it."""

import pytest
from babel import Locale

from adsum.reviews.rules.regions import ELSEWHERE, NOT_KNOWN, region_of

# Antarctica, where nobody is from; groups and stretches that are no country; test codes.
NO_COUNTRY = "AQ AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"


def test_every_country_has_a_region_by_code_and_by_name() -> None:
    names = {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    countries = {code: name for code, name in names.items() if code not in NO_COUNTRY.split()}
    assert len(countries) == 249
    assert [name for code, name in countries.items() if region_of(name) != region_of(code)] == []
    assert [name for name in countries.values() if region_of(name) in (ELSEWHERE, NOT_KNOWN)] == []


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("El Salvador", "Central America"),
        ("MEXICO", "Central America"),
        ("Haiti", "Caribbean"),
        ("haïti ", "Caribbean"),
        ("Venezuela", "South America"),
        ("Usa", "Northern America"),
        ("Cote d'Ivoire", "Western Africa"),
        ("Trinidad and Tobago", "Caribbean"),
        ("Congo-Kinshasa", "Middle Africa"),
        ("Hong Kong", "Eastern Asia"),
        ("ua", "Eastern Europe"),
        ("", NOT_KNOWN),
        ("  ", NOT_KNOWN),
        ("Ruritania", ELSEWHERE),
        ("=cmd()", ELSEWHERE),
        ("-", ELSEWHERE),
    ],
)
def test_a_country_is_known_as_lists_call_it(said: str, region: str) -> None:
    assert region_of(said) == region
