"""A row of the tracker as JSON or as a line becomes a row of ours, or is refused with what is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any

from adsum.counterparts.rules import SEPARATOR, Row
from adsum.exchange.legacy.columns import COLUMNS, LONGEST

CASE_NUMBER, NUMBER = re.compile(r"A[0-9]{9}"), re.compile(r"LT-[0-9]{8}")
HIGHEST = 2**62


class RowRefused(ValueError):
    """This is no row of the tracker; the message says why, without anything that stands in it."""


def read_row(said: Mapping[str, Any]) -> Row:
    """One row. Raises RowRefused."""
    if not isinstance(said, Mapping):
        raise RowRefused("an object is needed")
    if lacking := [name for name in ("subj_no", "a_no", "rev", *COLUMNS) if name not in said]:
        raise RowRefused(f"{', '.join(lacking)} is not there")
    values = [said[name] for name in COLUMNS]
    if odd := [name for name, value in zip(COLUMNS, values, strict=True) if not _is_plain(value)]:
        raise RowRefused(f"{', '.join(odd)}: a printable text of at most {LONGEST} characters is needed")
    number, case_number, revision = said["subj_no"], said["a_no"], said["rev"]
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise RowRefused("subj_no: LT- and eight digits are needed")
    if not isinstance(case_number, str) or not CASE_NUMBER.fullmatch(case_number):
        raise RowRefused("a_no: A and nine digits are needed")
    if isinstance(revision, bool) or not isinstance(revision, int) or not 1 <= revision < HIGHEST:
        raise RowRefused("rev: a number from 1 on is needed")
    return Row(number, case_number, revision, SEPARATOR.join(values), str(said.get("asof", ""))[:40])


def case_number_of(said: object) -> str:
    """Whose row it is, also where the rest of it cannot be read; "" where it does not say."""
    found = said.get("a_no") if isinstance(said, Mapping) else None
    return found if isinstance(found, str) and CASE_NUMBER.fullmatch(found) else ""


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST and value.isprintable()
