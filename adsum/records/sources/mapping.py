"""A mapping file as data: their column or key to our field, their codes to our kinds, how they write dates."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adsum.core.text import clean_line
from adsum.records.rules import Kind, RecordIn
from adsum.records.sources.rows import RowFault, Settings

LONGEST = {
    "record_id": 120, "version": 60, "given_names": 200, "surnames": 200, "city": 100, "state": 60,
    "case_number": 20, "their_person": 60, "what": 300, "where": 200,
}  # fmt: skip
DATES = ("date_of_birth", "event_on")
FLAGS = ("urgent", "withdrawn")
FIELDS = frozenset({*LONGEST, *DATES, *FLAGS, "kind", "sex"})
NOT_SAID = frozenset({"", "-", "0", "00000000", "0000-00-00", "00/00/0000", "UNKNOWN", "UNK", "N/A", "NULL"})
SEXES = {"M": "M", "MALE": "M", "F": "F", "FEMALE": "F", "X": "X"}
TRUE = frozenset({"1", "Y", "YES", "TRUE"})
YEARS = range(1900, 2101)
KNOWN = frozenset({"fields", "constants", "kinds", "dates", "sexes", "flags"})


class BadMapping(Exception):
    """A mapping that cannot be used; says what is wrong."""


@dataclass(frozen=True)
class FieldMap:
    """How a source's words become a record. `fields`: ours to theirs, several of them joined with a blank."""

    fields: Mapping[str, Sequence[str]]
    constants: Mapping[str, str]
    kinds: Mapping[str, Kind]
    dates: Sequence[str]
    sexes: Mapping[str, str]
    flags: Mapping[str, frozenset[str]]

    @property
    def theirs(self) -> frozenset[str]:
        """Every column or key that it needs."""
        return frozenset(name for names in self.fields.values() for name in names)

    def record(self, given: Mapping[str, str]) -> RecordIn:
        """The record that a row of texts says. Raises RowFault."""
        said = {**self.constants, **{ours: _joined(given, names) for ours, names in self.fields.items()}}
        if not said.get("record_id"):
            raise RowFault("it has no number of its own (record_id): nobody could correct or withdraw it")
        for name, most in LONGEST.items():
            if len(said.get(name, "")) > most:
                raise RowFault(f"{name} is longer than {most} characters")
        texts: dict[str, Any] = {name: value for name, value in said.items() if name in LONGEST}
        texts |= {name: self._day(name, said.get(name, "")) for name in DATES}
        texts["version"] = _moment(said.get("version", ""), self.dates)
        texts["case_number"] = said.get("case_number", "").upper().replace(" ", "").replace("-", "")
        texts["sex"] = self.sexes.get(said.get("sex", "").upper(), "")
        urgent, withdrawn = (said.get(name, "").upper() in self.flags[name] for name in FLAGS)
        return RecordIn(kind=self._kind(said.get("kind", "")), urgent=urgent, withdrawn=withdrawn, **texts)

    def _kind(self, said: str) -> Kind:
        kind = self.kinds.get(said.upper())
        if kind is None:
            raise RowFault(f"kind “{said[:40]}” is not in the mapping")
        return kind

    def _day(self, name: str, said: str) -> str:
        if said.upper() in NOT_SAID:
            return ""
        for form in self.dates:
            try:
                day = datetime.strptime(said, form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
            if day.year in YEARS:
                return day.isoformat()
        raise RowFault(f"{name} “{said[:40]}” is no day in the form {' or '.join(self.dates)}")


def _moment(said: str, dates: Sequence[str]) -> str:
    """A version that is a moment or a day, so that it sorts as text: in UTC, year first. Others stay as they are."""
    try:
        if "T" in said:
            return datetime.fromisoformat(said).astimezone(UTC).isoformat()
    except ValueError:
        return said
    for form in dates if "/" in said else ():
        with suppress(ValueError):
            return datetime.strptime(said, form).replace(tzinfo=UTC).date().isoformat()
    return said


def _joined(given: Mapping[str, str], names: Sequence[str]) -> str:
    return clean_line(" ".join(filter(None, (given.get(name, "").strip() for name in names))), longest=10_000)


def read_mapping(settings: Settings) -> FieldMap:
    """The mapping of a source's settings. Without one, their names are ours. Raises BadMapping."""
    fields = table_in(settings, "fields") or {name: name for name in FIELDS}
    constants = {name: str(value) for name, value in table_in(settings, "constants").items()}
    if strange := sorted({*fields, *constants} - FIELDS):
        raise BadMapping(f"fields: {', '.join(strange)} is none of ours: {', '.join(sorted(FIELDS))}")
    lacking = {"record_id", "kind"} - {*fields, *constants}
    if lacking or "record_id" in constants:
        raise BadMapping("fields: record_id is needed from a column, and kind from a column or as a constant")
    return FieldMap(
        {ours: _names(ours, theirs) for ours, theirs in fields.items()},
        constants,
        _kinds(table_in(settings, "kinds")),
        _dates(settings.get("dates", ["%Y-%m-%d"])),
        {str(code).upper(): str(sex) for code, sex in {**SEXES, **table_in(settings, "sexes")}.items()},
        {name: _true(table_in(settings, "flags").get(name)) for name in FLAGS},
    )


def table_in(settings: Settings, name: str) -> Mapping[str, Any]:
    """One of the tables of the settings, empty where it is not there. Raises BadMapping."""
    found = settings.get(name, {})
    if not isinstance(found, Mapping):
        raise BadMapping(f"{name}: a table of names is needed")
    return found


def _names(ours: str, theirs: object) -> list[str]:
    names = [theirs] if isinstance(theirs, str) else theirs
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise BadMapping(f"fields.{ours}: a name, or a list of names, is needed")
    return names


def _kinds(given: Mapping[str, Any]) -> dict[str, Kind]:
    codes: dict[str, Any] = {**{kind: kind for kind in Kind}, **given}
    try:
        return {str(code).upper(): Kind(kind) for code, kind in codes.items()}
    except ValueError as error:
        raise BadMapping(f"kinds: {error}; use {', '.join(Kind)}") from error


def _dates(given: object) -> list[str]:
    if not isinstance(given, list) or not given or not all(isinstance(one, str) and "%" in one for one in given):
        raise BadMapping("dates: a list of forms such as %m/%d/%Y is needed")
    return given


def _true(given: object) -> frozenset[str]:
    if given is None:
        return TRUE
    if not isinstance(given, list):
        raise BadMapping("flags: a list of their words for yes is needed")
    return frozenset(str(one).upper() for one in given)


def refuse_strange(settings: Settings, own: frozenset[str]) -> None:
    """Raises BadMapping for a setting that nothing reads; it would be a slip of the pen."""
    if strange := sorted(set(settings) - KNOWN - own):
        raise BadMapping(f"settings: {', '.join(strange)} is not known here: {', '.join(sorted(KNOWN | own))}")
