"""Distances on earth, each with the doubt that belongs to it."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of the WGS 84 ellipsoid (IUGG)


@dataclass(frozen=True)
class Spot:
    """A point in degrees (WGS 84), and the radius in metres of the circle that holds the truth."""

    latitude: float
    longitude: float
    accuracy_m: float = 0.0


def metres_between(one: Spot, other: Spot) -> float:
    """The way over the ground by the haversine formula (Sinnott, Virtues of the Haversine, 1984); off by 0.5 %."""
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    half = sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, half)))


def least_metres_between(one: Spot, other: Spot) -> float:
    """The least distance that both circles allow: 0 where they touch, so that what is vague is never far."""
    return max(0.0, metres_between(one, other) - one.accuracy_m - other.accuracy_m)
