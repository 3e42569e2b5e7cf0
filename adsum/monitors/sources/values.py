"""Values that every reader looks at in the same way before it believes them."""

from datetime import UTC, datetime
from math import isfinite

from adsum.core.earth import Spot
from adsum.monitors.rules import LONGEST_SERIAL

FIRST_YEAR, LAST_YEAR = 1980, 9_000  # GPS began in 1980; nearer to the ends of the calendar a zone's offset fails


class ValueFault(Exception):
    """A value is not what it should be; says which and why."""


def read_serial(value: object) -> str:
    """A device's serial number. Raises ValueFault."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_SERIAL and value.isprintable() and " " not in value:
        return value
    raise ValueFault(f"no serial number of up to {LONGEST_SERIAL} signs")


def read_moment(value: object) -> datetime:
    """A moment as ISO 8601; without a zone it is UTC. Raises ValueFault."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None:
            told = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            if FIRST_YEAR <= told.year <= LAST_YEAR:
                return told
    except (ValueError, OverflowError) as error:
        raise ValueFault("no moment (ISO 8601)") from error
    raise ValueFault("no moment (ISO 8601)")


def read_spot(latitude: object, longitude: object, accuracy_m: object) -> Spot:
    """A place on earth; an accuracy that is not said is 0. Raises ValueFault."""
    spot = Spot(_number(latitude), _number(longitude), _number(accuracy_m or 0))
    if abs(spot.latitude) > 90 or abs(spot.longitude) > 180 or spot.accuracy_m < 0:
        raise ValueFault("no place on earth")
    return spot


def read_percent(value: object) -> int | None:
    """How full a battery is; None where it is not said, or not in percent."""
    try:
        percent = round(_number(value))
    except ValueFault:
        return None
    return percent if 0 <= percent <= 100 else None


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueFault("no number")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise ValueFault("no number") from error
    if not isfinite(number):
        raise ValueFault("no number")
    return number
