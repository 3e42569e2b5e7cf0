"""Knobs about addresses and location."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class PlacesPolicy(Policy):
    """When an address needs a look, and how long a location is kept."""

    shared_address_people: int = knob(
        5,
        low=2,
        high=500,
        why="So many people without a unit at one street number mean a shelter or a wrong file.",
    )
    satellite_within_m: int = knob(
        50,
        low=5,
        high=200,
        why="A fix this good comes from satellites; it says which building.",
    )
    network_within_m: int = knob(
        1_500,
        low=200,
        high=10_000,
        why="A fix this good comes from wireless networks; it says which neighbourhood.",
    )
    stale_after_minutes: int = knob(
        15,
        low=1,
        high=240,
        why="A fix older than this says where the person was, not where they are.",
    )
    address_within_m: int = knob(
        300,
        low=0,
        high=20_000,
        why="The coordinates of an address come from a map: they name the street, not always the house.",
    )
    far_from_address_km: int = knob(
        150,
        low=5,
        high=2_000,
        why="People work, study and visit far from home; only what is farther than a day's errand is shown.",
    )
    fastest_kmh: int = knob(
        1_100,
        low=200,
        high=2_000,
        why="An airliner with the wind behind it; who seems faster was not in both places, or a device was wrong.",
    )
    travel_at_least_km: int = knob(
        25,
        low=1,
        high=500,
        why="Two devices of one person may differ by so much; a jump below it is nobody's business.",
    )
    home_countries: str = knob(
        "US PR VI GU MP AS",
        why="Codes (ISO 3166-1) of the countries in which participants live; territories have codes of their own.",
    )
    keep_fix_days: int = knob(
        180,
        low=1,
        high=1825,
        why="A location serves the check-in it came with; then it is erased, not archived.",
    )
