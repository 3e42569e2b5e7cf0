"""Rows at once: the same `bulk_create`, several times as fast. Many go by COPY, few as one prepared statement.

With `asking`, the files of core that know Django. Triggers, constraints and rights hold as for INSERT; primary keys
come from the table's own sequence.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from django.db import connections, models, transaction
from psycopg import sql

if TYPE_CHECKING:
    from adsum.core.asking import Later

M = TypeVar("M", bound=models.Model)
WORTH_COPYING = 100


class CopyQuerySet(models.QuerySet[M]):
    """A queryset whose plain `bulk_create` copies."""

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[M]:
        """Insert the rows and set their primary keys. Rows that may conflict are left to Django."""
        rows = list(objs)
        if ignore_conflicts or update_conflicts:
            return super().bulk_create(
                rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )
        if rows:
            with transaction.atomic(using=self.db, savepoint=False):
                put = _copy if len(rows) >= WORTH_COPYING or _has_bytes(self.model) else _insert
                put(self.model, rows, self.db)
        return rows


class CopyManager(models.Manager[M]):
    """A manager whose `bulk_create` copies."""

    def get_queryset(self) -> CopyQuerySet[M]:
        """The querysets of this manager."""
        return CopyQuerySet(self.model, using=self._db)

    def put_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows given by column, without making models of them; for what nobody asks for again at once."""
        with transaction.atomic(using=self.db, savepoint=False):
            if len(rows) >= WORTH_COPYING:
                _copy(self.model, [self.model(**row) for row in rows], self.db)
            elif rows:
                _send_rows(self.model, rows, self.db, with_keys=False)


def draw_keys(model: type[models.Model], count: int, *, using: str = "default") -> Later[list[int]]:
    """New primary keys of a table, for rows that others point to before they are there."""
    cursor = connections[using].cursor()
    statement = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    cursor.execute(statement, [f'"{model._meta.db_table}"', model._meta.pk.column, count])

    def read() -> list[int]:
        with cursor:
            return [key for (key,) in cursor.fetchall()]

    return read


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.has_db_default()]


@cache
def _has_bytes(model: type[models.Model]) -> bool:
    return any(isinstance(field, models.BinaryField) for field in model._meta.concrete_fields)


@cache
def _insert_statement(model: type[models.Model], *, with_keys: bool) -> str:
    meta = model._meta
    names = ", ".join(f'"{field.column}"' for field in _fields(model) if with_keys or not field.primary_key)
    rows = f'jsonb_populate_recordset(NULL::"{meta.db_table}", %s)'
    return f'INSERT INTO "{meta.db_table}" ({names}) SELECT {names} FROM {rows}'  # noqa: S608


def _insert(model: type[models.Model], rows: Sequence[models.Model], using: str) -> None:
    _give_keys(model, rows, using)
    names = [(str(field.column), field.attname) for field in _fields(model)]
    values = [{column: getattr(row, name) for column, name in names} for row in rows]
    _send_rows(model, values, using, with_keys=True)
    for row in rows:
        row._state.adding, row._state.db = False, using


def _give_keys(model: type[models.Model], rows: Sequence[models.Model], using: str) -> None:
    if rows[0].pk is None:
        for row, key in zip(rows, draw_keys(model, len(rows), using=using)(), strict=True):
            row.pk = key


def _send_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]], using: str, *, with_keys: bool) -> None:
    """All rows as one JSON value: one statement per table, whatever their number, so that it stays prepared."""
    with connections[using].cursor() as cursor:
        cursor.execute(_insert_statement(model, with_keys=with_keys), [orjson.dumps(rows, default=str).decode()])


def _copy(model: type[M], rows: Sequence[M], using: str) -> None:
    meta = model._meta
    fields = _fields(model)
    table = sql.Identifier(meta.db_table)
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    with connections[using].wrap_database_errors, connections[using].cursor() as cursor:
        _give_keys(model, rows, using)
        names = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
            for row in rows:
                copy.write_row([_plain(getattr(row, name), is_json) for name, is_json in names])
    for row in rows:
        row._state.adding, row._state.db = False, using


def _plain(value: Any, is_json: bool) -> Any:
    if is_json:
        return json.dumps(value)
    return value.value if isinstance(value, Enum) else value
