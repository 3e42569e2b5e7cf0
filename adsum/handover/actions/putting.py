"""Rows about a person are rows again: each under a number of its own, pointing to what it pointed to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import JSONField, Model
from django.db.models import fields as kinds

from adsum.core.copying import draw_keys
from adsum.handover.actions.naming import Namer
from adsum.handover.file_queries import Table
from adsum.handover.rules import BundleRefused, Goes, Opened, in_batches, turn_about, turn_keys
from adsum.offices.models import FieldOffice

Row = dict[str, Any]


@dataclass
class PutBack:
    """The rows of one bundle on their way in. `numbers`: of each table, the number there and the one here."""

    opened: Opened
    namer: Namer
    office: FieldOffice
    site: str
    now: datetime
    numbers: dict[str, dict[int, int]] = field(default_factory=dict)
    mark: int = 0

    def __post_init__(self) -> None:
        self.numbers = dict(self.namer.numbers)

    def number_of(self, table: str, old: int) -> int:
        """What has this number there. Raises BundleRefused where the bundle does not have it."""
        here = self.numbers.get(table, {}).get(old)
        if here is None:
            raise BundleRefused(f"it lacks row {old} of {table}, to which another one points")
        return here

    def number(self, table: Table) -> None:
        """A number here for each row of a table, before any row that speaks of it is put."""
        name, mine = _file_of(table), self.numbers.setdefault(table.name, {})
        for batch in in_batches(self.opened.rows(name)):
            try:
                old = [int(row["id"]) for row in batch]
            except (KeyError, TypeError, ValueError) as error:
                raise BundleRefused(f"{name} has a row without a number") from error
            mine |= dict(zip(old, draw_keys(table.model, len(old))(), strict=True))
        if table.name == "participant":
            if len(mine) != 1:
                raise BundleRefused(f"it is about {len(mine)} people")
            self.mark = next(iter(mine.values()))

    def back(self, table: Table) -> int:
        """All rows of a table; returns how many."""
        name = _file_of(table)
        return sum(self._put(table, name, batch) for batch in in_batches(self.opened.rows(name)))

    def _put(self, table: Table, name: str, batch: list[Row]) -> int:
        try:
            rows = [self._turned(table, row) for row in batch]
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise BundleRefused(f"{name} has a row that this Adsum cannot read ({error})") from error
        table.model._base_manager.bulk_create(rows, ignore_conflicts=table.shared)
        return len(rows)

    def _turned(self, table: Table, told: Row) -> Model:
        row = _MENDED[table.name](self, told) if table.name in _MENDED else told
        known = {one.attname: one for one in table.model._meta.concrete_fields}
        if strange := set(row) - set(known):
            raise BundleRefused(f"{table.name} has a column that this Adsum does not know: {min(strange)}")
        if missing := [one.attname for one in known.values() if one.attname not in row and not _has_default(one)]:
            raise BundleRefused(f"{table.name} lacks a column: {missing[0]}")
        values = {name: self._value(table, known[name], value) for name, value in row.items()}
        return table.model(**values)

    def _value(self, table: Table, one: Any, value: Any) -> Any:
        if one.primary_key:
            return self.number_of(table.name, value)
        if value is None:
            return None
        if one.attname in table.ids:
            return self._inside(table.ids[one.attname], value)
        if one.remote_field is not None:
            return self._points_to(one, value)
        return value if isinstance(one, JSONField) else one.to_python(value)

    def _points_to(self, one: Any, value: int) -> int | None:
        """The row here. What did not travel is pointed to no more, where a row can do without."""
        if one.remote_field.model is FieldOffice and one.model._meta.model_name == "participant":
            return self.office.pk
        table = one.remote_field.model._meta.model_name
        here = self.numbers.get(table, {}).get(value)
        return here if here is not None or one.null else self.number_of(table, value)

    def _inside(self, kind: str, value: Any) -> Any:
        if kind == "about":
            return turn_about(value, self.numbers, mark=self.mark)
        if kind == "abouts":
            return [turn_about(one, self.numbers, mark=self.mark) for one in value]
        if kind == "keys":
            return turn_keys(value, self.numbers)
        return [self.number_of("staff", one) for one in value]

    def person(self, row: Row) -> Row:
        """In the new office; who has the case there is said once all of it is here."""
        if row["case_number"] != self.opened.head().case_number:
            raise BundleRefused("it is about somebody else than it says")
        return row | {"officer_id": None}

    def representative(self, row: Row) -> Row:
        """Who looked, and until when; the link of the old site opens nothing here."""
        ends_at = max(min(row["ends_at"], self.now.isoformat()), row["made_at"])
        return row | {"token_hash": secrets.token_hex(32), "ends_at": ends_at}

    def phone_change(self, row: Row) -> Row:
        """A code that is on its way ends: its secret is the old site's."""
        return row | {"ended_at": row["ended_at"] or self.now.isoformat()}

    def order(self, row: Row) -> Row:
        """A sharing window does not travel; an officer here may ask anew."""
        return row | {"share_asked_at": row["share_asked_at"] if row["ended_at"] else None}

    def reply(self, row: Row) -> Row:
        """Another gateway's number of a text may be one of ours."""
        return row | {"gateway_id": f"{self.mark}:{row['gateway_id']}"[:100]}


def _file_of(table: Table) -> str:
    return f"{Goes.BACK}/{table.name}.jsonl"


def _has_default(one: Any) -> bool:
    return bool(one.has_default() or one.has_db_default() or one.null or isinstance(one, kinds.AutoField))


_MENDED: dict[str, Callable[[PutBack, Row], Row]] = {
    "participant": PutBack.person,
    "representative": PutBack.representative,
    "phonechange": PutBack.phone_change,
    "order": PutBack.order,
    "reply": PutBack.reply,
}
