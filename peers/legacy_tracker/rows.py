"""A subject as the tracker keeps it: texts in its own forms, its own number, the revision of its last change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from operator import attrgetter
from typing import Any

SEPARATOR = "\x1f"
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Subject:
    """One row. Days are MM/DD/YYYY, a hearing has its hour after it; the codes are those of CODES. Empty: not known."""

    subj_no: str  # the tracker's own number, LT- and eight digits
    a_no: str  # the agency's case number, A and nine digits
    nm: str  # SURNAMES, GIVEN NAMES
    dob: str
    cust: str = "N"
    hrg: str = ""  # the next hearing, local time of the court
    ord_cd: str = ""  # the court's last order
    addr: str = ""  # street and unit
    city: str = ""
    st: str = ""
    zip: str = ""
    tel: str = ""
    lst_rpt: str = ""  # the last check-in
    dev: str = "0"
    rev: int = 1


COLUMNS = tuple(field.name for field in fields(Subject))
KEYS = ("subj_no", "a_no")
SAID = tuple(name for name in COLUMNS if name not in (*KEYS, "rev"))
NEEDED = ("nm", "dob")
CODES = {
    "cust": {"N": "never detained", "D": "detained", "R": "released", "X": "removed or closed"},
    "ord_cd": {"": "none", "RMV": "removal", "ABS": "removal in absentia", "REL": "relief", "TRM": "terminated"},
    "dev": {"0": "none", "1": "phone", "2": "GPS"},
}
_FORMS = {
    "subj_no": re.compile(r"LT-[0-9]{8}"),
    "a_no": re.compile(r"A[0-9]{9}"),
    "nm": re.compile(r"[^,]{1,80}, ?[^,]{0,80}"),
    "dob": re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}"),
    "hrg": re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2})?"),
    "lst_rpt": re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{4})?"),
    "st": re.compile(r"([A-Z]{2})?"),
    "tel": re.compile(r"[0-9]{0,15}"),
}


class BadValue(ValueError):
    """The tracker cannot hold this; the message says why."""


def check(name: str, value: object) -> str:
    """The value as the column holds it. Raises BadValue."""
    if name not in SAID:
        raise BadValue(f"no column {name}")
    return _in_form(name, value)


def read_subject(said: Mapping[str, object], *, subj_no: str = "") -> Subject:
    """A subject from what is said of them; without a number they get one when they are kept. Raises BadValue."""
    if strange := said.keys() - {*KEYS, *SAID}:
        raise BadValue(f"no column {min(map(str, strange))}")
    columns: dict[str, Any] = {name: _in_form(name, value) for name, value in said.items() if name not in KEYS}
    if missing := [name for name in NEEDED if not columns.get(name)]:
        raise BadValue(f"{' and '.join(missing)}: needed")
    number = _in_form("subj_no", subj_no) if subj_no else ""
    return Subject(number, _in_form("a_no", said.get("a_no")), **columns)


def _in_form(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadValue(f"{name}: a printable text of at most {LONGEST} characters")
    if name in CODES:
        if value not in CODES[name]:
            raise BadValue(f"{name}: one of {', '.join(filter(None, CODES[name]))}")
        return value
    if name in _FORMS and not _FORMS[name].fullmatch(value):
        raise BadValue(f"{name}: not in the form {_FORMS[name].pattern}")
    if not value.isprintable():
        raise BadValue(f"{name}: a printable text of at most {LONGEST} characters")
    return value


_all_said = attrgetter("a_no", *SAID)


def digest(subject: Subject) -> tuple[int, int]:
    """Two numbers of 32 bits that stand for all that is said of a subject; the revision is not in them.

    They are the first eight bytes of SHA-256 over the case number and the columns, with U+001F between them. Added up
    over a range of rows they stand for the range, in whatever order it is read.
    """
    first = sha256(SEPARATOR.join(_all_said(subject)).encode()).digest()[:8]
    return int.from_bytes(first[:4]), int.from_bytes(first[4:])


def as_json(subject: Subject) -> dict[str, Any]:
    """The row as the interface sends it."""
    return asdict(subject)
