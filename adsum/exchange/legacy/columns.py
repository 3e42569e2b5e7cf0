"""The tracker's columns: which of our fields each stands for, and how a value is written there. All of it is data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from adsum.core.text import clean_line
from adsum.counterparts.rules import SEPARATOR
from adsum.people.rules import read_phone

# The order in which the tracker counts its digests.
COLUMNS = ("nm", "dob", "cust", "hrg", "ord_cd", "addr", "city", "st", "zip", "tel", "lst_rpt", "dev")
DAY, MOMENT = "%m/%d/%Y", "%m/%d/%Y %H:%M"
CUSTODY = {"N": "", "D": "detained", "R": "released", "X": "removed or closed"}
ORDERS = {
    "": "",
    "RMV": "removal",
    "ABS": "removal in absentia",
    "REL": "relief",
    "TRM": "terminated",
}
DEVICES = {"0": "", "1": "phone", "2": "gps"}
LONGEST = 120


@dataclass(frozen=True)
class Mapped:
    """One of our fields there: its columns, how these read, and how a value of ours is written into them."""

    columns: tuple[str, ...]
    read: Callable[..., str]
    write: Callable[[str], tuple[str, ...]]


def _read_names(raw: str) -> str:
    surnames, _, given = raw.partition(",")
    return ", ".join(part for part in (clean_line(surnames), clean_line(given)) if part)


def _write_names(value: str) -> tuple[str, ...]:
    surnames, _, given = value.partition(", ")
    return (f"{surnames}, {given}".strip()[:LONGEST],)


def _read_address(street: str, city: str, state: str, postal_code: str) -> str:
    lines = [clean_line(one) for one in (street, city, state, postal_code)]
    return "\n".join(lines) if any(lines) else ""


def _write_address(value: str) -> tuple[str, ...]:
    return tuple(line[:LONGEST] for line in (value or "\n\n\n").split("\n"))


def _coded(codes: Mapping[str, str]) -> tuple[Callable[..., str], Callable[[str], tuple[str, ...]]]:
    """Codes in and out; one that nobody knows is shown as it stands."""
    back = {word: code for code, word in codes.items()}
    return (lambda raw: codes.get(raw, raw)), (lambda value: (back.get(value, value),))


def _timed(form: str, ours: Callable[[datetime], str]) -> tuple[Callable[..., str], Callable[[str], tuple[str, ...]]]:
    def read(raw: str) -> str:
        try:
            return ours(datetime.strptime(raw, form)) if raw else ""  # noqa: DTZ007  # a day, or the court's own clock
        except ValueError:
            return raw

    def write(value: str) -> tuple[str, ...]:
        return (datetime.fromisoformat(value).strftime(form) if value else "",)

    return read, write


def _day_of(moment: datetime) -> str:
    return date(moment.year, moment.month, moment.day).isoformat()


def _read_phone(raw: str) -> str:
    return read_phone(raw) or raw


def _write_phone(value: str) -> tuple[str, ...]:
    digits = value.lstrip("+")
    return (digits[1:] if value.startswith("+1") and len(digits) == 11 else digits,)


FIELDS = {
    "names": Mapped(("nm",), _read_names, _write_names),
    "date_of_birth": Mapped(("dob",), *_timed(DAY, _day_of)),
    "custody": Mapped(("cust",), *_coded(CUSTODY)),
    "hearing": Mapped(("hrg",), *_timed(MOMENT, lambda moment: moment.isoformat(timespec="minutes"))),
    "order": Mapped(("ord_cd",), *_coded(ORDERS)),
    "address": Mapped(("addr", "city", "st", "zip"), _read_address, _write_address),
    "phone": Mapped(("tel",), _read_phone, _write_phone),
    "last_check_in": Mapped(("lst_rpt",), *_timed(DAY, _day_of)),
    "device": Mapped(("dev",), *_coded(DEVICES)),
}


def read_values(said: str) -> dict[str, str]:
    """Each field of a row, in the form in which values compare."""
    row = dict(zip(COLUMNS, said.split(SEPARATOR), strict=True))
    return {name: mapped.read(*(row[column] for column in mapped.columns)) for name, mapped in FIELDS.items()}


def write_values(values: Mapping[str, str]) -> dict[str, str]:
    """The columns to set, so that they say this of these fields."""
    columns: dict[str, str] = {}
    for name, value in values.items():
        mapped = FIELDS[name]
        columns |= zip(mapped.columns, mapped.write(value), strict=True)
    return columns
