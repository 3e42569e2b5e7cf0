"""What an address or a location fix is worth. Pure: facts in, words out; nothing here rejects anybody."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from scourgify import normalize_address_record
from scourgify.address_constants import (
    DIRECTIONAL_REPLACEMENTS,
    OCCUPANCY_TYPE_ABBREVIATIONS,
    STATE_ABBREVIATIONS,
    STREET_TYPE_ABBREVIATIONS,
)

from adsum.core.earth import Spot, least_metres_between
from adsum.core.text import without_marks
from adsum.places.policy import PlacesPolicy


class AddressFault(StrEnum):
    """What is wrong with an address, in the words of the agencies' grading."""

    BLANK = "address-blank"
    NOT_RESIDENTIAL = "address-not-residential"
    OVERUSED = "address-overused"
    UNIT_MISSING = "unit-missing"
    POSTAL_CODE = "postal-code-invalid"


class PlaceClass(StrEnum):
    """How well the place of a check-in is known, and by whom. The last four have no coordinates: unlocated."""

    SATELLITE = "satellite"
    NETWORK = "network"
    COARSE = "coarse"
    HAND_OFF = "hand-off"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed-out"
    NOT_ASKED = "not-asked"


UNLOCATED = frozenset(
    {
        PlaceClass.REFUSED,
        PlaceClass.UNAVAILABLE,
        PlaceClass.TIMED_OUT,
        PlaceClass.NOT_ASKED,
    }
)

_NOT_RESIDENTIAL = re.compile(
    r"^(n/?a|none|unknown|unk|see file|homeless|no address|no fixed|general delivery|tbd|same|transient|detained)\b"
    r"|^(c/?o|in care of)\b|\bp\.? ?o\.? ?box\b|\bpmb\b",
    re.IGNORECASE,
)
# Church Ave and Mission St are streets where people live; a parish house, a hotel or an annex is not one household.
_CONGREGATE = re.compile(
    r"\b(shelter|hotel|motel|hostel|armory|arrivals?|welcome cent(er|re)|respite|convent|dormitory|barracks)\b"
    r"|\b(parish|church|mission|guest|boarding|rooming|halfway) (house|home|hall|cent(er|re))\b|\b(annex|inn)\s*$",
    re.IGNORECASE,
)
_NO_SIGN = re.compile(r"[^a-z0-9]+")
_ZIP = re.compile(r"(\d{3})\d{2}(-?\d{4})?")
_UNIT_INSIDE = re.compile(
    r"(\b(apt|apartment|unit|ste|suite|rm|room|fl|floor|bsmt|basement|lot|trlr)\b|#) *\w*",
    re.I,
)

# How the post shortens the words of a street (USPS Publication 28), and that Saint is not a street.
_ORDINALS = ("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH")
_SHORT: dict[str, str] = {
    **STREET_TYPE_ABBREVIATIONS,
    **DIRECTIONAL_REPLACEMENTS,
    **{word: str(number) for number, word in enumerate(_ORDINALS, 1)},
    "SAINT": "ST",
    "RT": "RTE",
}
_APOSTROPHE_OR_INITIALS = re.compile(r"['’]|(?<=\b[NSEW])\.(?=[NSEW]\b)", re.I)
_NO_WORD = re.compile(r"[^A-Z0-9#]+")
_ORDINAL = re.compile(r"(\d+)(?:ST|ND|RD|TH)")
_TWO_DIRECTIONS = re.compile(r"\b([NS]) ([EW])\b")
_NUMBER_AND_WORD = re.compile(r"\S+ \S+ ")
# Designators of units: “#”, a flat and a unit are one kind; those that also name streets stand in no street.
_ANY_FLAT = frozenset({"#", "APT", "APARTMENT", "UNIT", "NO", "FLAT"})
_UNIT_WORDS: dict[str, str] = {**OCCUPANCY_TYPE_ABBREVIATIONS, **dict.fromkeys(_ANY_FLAT, "")}
_UNIT_NAMED = re.compile(
    r"(?:\b(APT|APARTMENT|UNIT|STE|SUITE|RM|ROOM|FL|FLOOR|BLDG|BUILDING|LOT|TRLR|TRAILER|SPC)\b[ #]*|(#) *)"
    r"(\w*\d\w*(?: [A-Z])?|[A-Z] \d+|[A-Z]{1,2})\b"
)
_UNIT_FLOOR = re.compile(r"\b(\d+)(?:ST|ND|RD|TH)? (?:FL|FLOOR)\b(?! ?#? ?\d)")
_LETTER_APART = re.compile(r"(?<=\d) (?=[A-Z]\b)|(?<=\b[A-Z]) (?=\d)")
_UNIT_ALONE = re.compile(r"\b(BSMT|BASEMENT|PH|PENTHOUSE)$")

# USPS three-digit ZIP prefixes by state, as inclusive ranges (Domestic Mail Manual, labeling list L002).
_PREFIXES = {
    "AL": "350-369", "AK": "995-999", "AZ": "850-865", "AR": "716-729", "CA": "900-961", "CO": "800-816",
    "CT": "060-069", "DE": "197-199", "DC": "200-205 569", "FL": "320-349", "GA": "300-319 398-399", "HI": "967-968",
    "ID": "832-838", "IL": "600-629", "IN": "460-479", "IA": "500-528", "KS": "660-679", "KY": "400-427",
    "LA": "700-714", "ME": "039-049", "MD": "206-219", "MA": "010-027 055", "MI": "480-499", "MN": "550-567",
    "MS": "386-397", "MO": "630-658", "MT": "590-599", "NE": "680-693", "NV": "889-898", "NH": "030-038",
    "NJ": "070-089", "NM": "870-884", "NY": "005 063 100-149", "NC": "270-289", "ND": "580-588", "OH": "430-459",
    "OK": "730-749", "OR": "970-979", "PA": "150-196", "PR": "006-009", "RI": "028-029", "SC": "290-299",
    "SD": "570-577", "TN": "370-385", "TX": "750-799 885", "UT": "840-847", "VT": "050-059", "VA": "201 220-246",
    "VI": "008", "WA": "980-994", "WV": "247-268", "WI": "530-549", "WY": "820-831", "GU": "969",
}  # fmt: skip


class Door(NamedTuple):
    """One front door, in the words of the post."""

    state: str
    street: str
    unit: str


class GivenAddress(NamedTuple):
    """An address as a file or a person gives it."""

    street: str
    unit: str
    city: str
    state: str
    postal_code: str

    @property
    def household(self) -> tuple[str, str, str]:
        """What it has in common with another of the same door, spelled alike: what its grading counts by."""
        return household_of(self.street, self.unit, self.state)

    @property
    def takes_post(self) -> bool:
        """Whether a letter can go there: a street or box, and a city or postal code, whatever else is wrong with it."""
        return bool(self.street.strip() and (self.city.strip() or self.postal_code.strip()))


def household_of(street: str, unit: str, state: str) -> tuple[str, str, str]:
    """What two rows have in common when they name the same door: state, street and unit, without case or dots."""
    return state.strip().upper(), _NO_SIGN.sub(" ", street.lower()).strip(), unit.strip().lower()


def door_of(street: str, unit: str, state: str) -> Door:
    """What two addresses have in common when the post would bring both to one door (USPS Publication 28).

    “123 Main Street Apt 4” and “123 MAIN ST #4” are one; another suffix, direction or unit, or none, is another. It
    compares words, so that a whole office is read in a moment; it serves proposals, never a grade.
    """
    where, inside = _without_units(_in_capitals(street), after=_NUMBER_AND_WORD)
    rest, beside = _without_units(_in_capitals(unit), after=None)
    if bare := " ".join(filter(None, (_UNIT_WORDS.get(word, word) for word in rest.split()))):
        beside.add(_number_of_unit(bare))
    said = state.strip().upper()
    return Door(STATE_ABBREVIATIONS.get(said, said), _shortened(where), " ".join(sorted(inside | beside)))


def _in_capitals(text: str) -> str:
    """Words of letters and digits, without accents; N.W. is one word, and so is `#`."""
    one_word = _APOSTROPHE_OR_INITIALS.sub("", without_marks(text))
    return _NO_WORD.sub(" ", one_word.upper().replace("#", " # ")).strip()


def _without_units(text: str, *, after: re.Pattern[str] | None) -> tuple[str, set[str]]:
    """What is left of it, and the units that it names, as `FL 2`, or `4` for any kind of flat; none before `after`."""
    found: set[str] = set()
    begin = after.match(text) if after else None
    if after and begin is None:
        return text, found
    kept, rest = text[: begin.end() if begin else 0], text[begin.end() if begin else 0 :]

    def named(match: re.Match[str]) -> str:
        which = _number_of_unit(match[3])
        if which in STREET_TYPE_ABBREVIATIONS:
            return match[0]
        found.add(f"{_UNIT_WORDS.get(match[1] or match[2], match[1])} {which}".strip())
        return " "

    def floor(match: re.Match[str]) -> str:
        found.add(f"FL {_number_of_unit(match[1])}")
        return " "

    def alone(match: re.Match[str]) -> str:
        found.add(_UNIT_WORDS.get(match[1], match[1]))
        return " "

    rest = _UNIT_ALONE.sub(alone, _UNIT_NAMED.sub(named, _UNIT_FLOOR.sub(floor, rest)).strip())
    return f"{kept}{rest}", found


def _number_of_unit(said: str) -> str:
    """4 B and 4B are one, and so are 04 and 4."""
    return _LETTER_APART.sub("", said).lstrip("0") or "0"


def _shortened(street: str) -> str:
    """Each word as the post shortens it; the first is the number of the house."""
    number, *words = street.split() or [""]
    short = (_SHORT.get(word) or _ORDINAL.sub(r"\1", word) for word in words)
    return " ".join([number, _TWO_DIRECTIONS.sub(r"\1\2", " ".join(short))]).strip()


class NewAddress(NamedTuple):
    """The first address of a participant, with its grades and, where a list has it, its place on the map in degrees."""

    participant_id: int
    street: str
    unit: str
    city: str
    state: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    faults: list[str]
    given_by: str


@lru_cache(10_000)
def is_postal_code(code: str, state: str) -> bool:
    """True for a ZIP or ZIP+4 that lies in the state; an unknown state is not held against it."""
    match = _ZIP.fullmatch(code.strip())
    if match is None or code.strip()[:5] in ("00000", "99999"):
        return False
    ranges = _PREFIXES.get(state.strip().upper(), "005-999").split()
    return any(part[:3] <= match[1] <= part[-3:] for part in ranges)


def grade_address(given: GivenAddress, *, living_there: int, policy: PlacesPolicy) -> list[AddressFault]:
    """What an officer should know about this address; `living_there` counts the people known at the same door."""
    street = given.street.strip()
    if not street:
        return [AddressFault.BLANK]
    if not _has_house_number(street) and _NOT_RESIDENTIAL.search(street):
        return [AddressFault.NOT_RESIDENTIAL]
    found: list[AddressFault] = []
    no_unit = not given.unit.strip() and not _UNIT_INSIDE.search(given.street)
    if living_there >= policy.shared_address_people or (no_unit and _CONGREGATE.search(given.street)):
        found.append(AddressFault.OVERUSED)
    elif no_unit:
        found.append(AddressFault.UNIT_MISSING)
    if not is_postal_code(given.postal_code, given.state):
        found.append(AddressFault.POSTAL_CODE)
    return found


def _has_house_number(street: str) -> bool:
    """True for what begins as most streets do and has no word for a box in it: a look that costs little."""
    low = street.lower()
    return street.isascii() and street[0].isdigit() and "box" not in low and "pmb" not in low


def standard_form(given: GivenAddress) -> str:
    """The address as the post writes it (USPS Publication 28), or nothing where it is none that can be written so.

    It serves the officer's eye only; what the person wrote is what holds, and no address is ever refused for it.
    """
    named = ("address_line_1", "address_line_2", "city", "state", "postal_code")
    as_given = (given.street, given.unit, given.city, given.state, given.postal_code)
    try:
        standard = normalize_address_record(dict(zip(named, as_given, strict=True)))
    except Exception:  # the library parses what people write: whatever trips it is no fault of the address
        return ""
    return ", ".join(str(standard[name]) for name in named if standard.get(name))[:400]


def class_of_fix(accuracy_m: float, *, policy: PlacesPolicy) -> PlaceClass:
    """The class of a fix by its 95 % accuracy radius in metres (W3C Geolocation)."""
    if accuracy_m <= policy.satellite_within_m:
        return PlaceClass.SATELLITE
    if accuracy_m <= policy.network_within_m:
        return PlaceClass.NETWORK
    return PlaceClass.COARSE


def is_vague(accuracy_m: float, *, policy: PlacesPolicy) -> bool:
    """True when the circle is so wide that it says little; whichever device drew it."""
    return class_of_fix(accuracy_m, policy=policy) == PlaceClass.COARSE


def is_stale(taken_at: datetime, *, at: datetime, policy: PlacesPolicy) -> bool:
    """True when the fix was taken too long before the check-in was sent."""
    return at - taken_at > timedelta(minutes=policy.stale_after_minutes)


@dataclass(frozen=True)
class TimedSpot:
    """Where a device was, when it says so, and when we heard of it. The device's clock may be wrong."""

    spot: Spot
    taken_at: datetime
    received_at: datetime

    def hours_to(self, other: "TimedSpot") -> float:
        """Time between the two by their own clocks or by ours, whichever is longer: a wrong clock harms nobody."""
        taken, received = other.taken_at - self.taken_at, other.received_at - self.received_at
        return max(abs(taken), abs(received)) / timedelta(hours=1)


def km_from_address(spot: Spot, address: Spot, *, policy: PlacesPolicy) -> float:
    """How far, at least, somebody is from their address; 0 where the two circles touch."""
    home = Spot(address.latitude, address.longitude, max(address.accuracy_m, policy.address_within_m))
    return least_metres_between(spot, home) / 1000


def is_far(km: float, *, policy: PlacesPolicy) -> bool:
    """True when this is farther from the address than people go on an ordinary day."""
    return km > policy.far_from_address_km


def km_since(last: TimedSpot, here: TimedSpot) -> float:
    """How far, at least, somebody came since the last fix."""
    return least_metres_between(last.spot, here.spot) / 1000


def is_too_fast(km: float, hours: float, *, policy: PlacesPolicy) -> bool:
    """True when nobody can have come so far in so short a time; no time at all is no excuse to divide by it."""
    return km > policy.travel_at_least_km and km > hours * policy.fastest_kmh


def is_foreign(country: str, *, policy: PlacesPolicy) -> bool:
    """True when a proxy names a country (ISO 3166-1 alpha-2) in which no participant lives.

    What is no such code, and XX (unknown, as proxies write it), is no statement at all.
    """
    code = country.strip().upper()
    known = re.fullmatch(r"[A-Z]{2}", code) is not None and code != "XX"
    return known and code not in policy.home_countries.upper().split()
