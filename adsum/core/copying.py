"""Rows at once: the same `bulk_create`, several times as fast. Many go by COPY, few as one prepared statement.

With `asking`, the files of core that know Django. Triggers, constraints and rights hold as for INSERT; primary keys
come from the table's own sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, transaction
from psycopg import sql

if TYPE_CHECKING:
    from adsum.core.asking import Later

M = TypeVar("M", bound=models.Model)
WORTH_COPYING = 100
LINES_AT_ONCE = 200
# The sequence is found once, not for each number.
_DRAW = """
WITH sequence AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name)
SELECT nextval(name) FROM sequence, generate_series(1, %s)
"""
NOTHING = "\x01"  # stands for NULL in what is copied; no text that is kept has it
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", NOTHING: r"\001"})


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
                names = list(rows[0])
                _copy_tuples(self.model, names, ([_bare(row[name]) for name in names] for row in rows), self.db)
            elif rows:
                _send_rows(self.model, rows, self.db, with_keys=False)

    def put_tuples(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """The same for rows given as plain values in the order of `columns`.

        Columns that are not named take the model's own default, keys the table's sequence.
        """
        with transaction.atomic(using=self.db, savepoint=False):
            if len(rows) >= WORTH_COPYING:
                _copy_tuples(self.model, columns, rows, self.db)
            elif rows:
                rest = {str(field.column): field.get_default() for field in _unnamed(self.model, columns)}
                values = [rest | dict(zip(columns, row, strict=True)) for row in rows]
                _send_rows(self.model, values, self.db, with_keys=self.model._meta.pk.column in columns)


def draw_keys(model: type[models.Model], count: int, *, using: str = "default") -> Later[list[int]]:
    """New primary keys of a table, for rows that others point to before they are there."""
    cursor = connections[using].cursor()
    cursor.execute(_DRAW, [f'"{model._meta.db_table}"', model._meta.pk.column, count])

    def read() -> list[int]:
        with cursor:
            return [key for (key,) in cursor.fetchall()]

    return read


def numbers(of: Iterable[int]) -> str:
    """Very many whole numbers as PostgreSQL writes an array, for `unnest`; the driver would look at each one."""
    return f"{{{','.join(map(str, of))}}}"


def texts(of: Iterable[str]) -> str:
    """Very many texts as PostgreSQL writes an array; the driver would look at each one longer than this does."""
    return _array(list(of))


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What rows bring: what only the database knows a default of is left to it."""
    return [field for field in model._meta.concrete_fields if field.has_default() or not field.has_db_default()]


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


def _copy_tuples(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], using: str) -> None:
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    rest = _unnamed(model, columns)
    spelt = [_TEXTS.get(type(fields[name])) for name in columns]
    always = [_default_text(field) for field in rest]
    names = sql.SQL(", ").join(sql.Identifier(name) for name in (*columns, *(str(field.column) for field in rest)))
    copied = "COPY {} ({}) FROM STDIN WITH (NULL {})"
    statement = sql.SQL(copied).format(sql.Identifier(model._meta.db_table), names, sql.Literal(NOTHING))
    end = "".join(f"\t{NOTHING if value is None else str(value).translate(ESCAPED)}" for value in always) + "\n"
    with connections[using].wrap_database_errors, connections[using].cursor() as cursor, cursor.copy(statement) as copy:
        coming = iter(rows)
        while block := list(islice(coming, LINES_AT_ONCE)):
            copy.write(_lines(block, spelt, end))


def _lines(rows: Sequence[Sequence[Any]], spelt: Sequence[Callable[[Any], Any] | None], end: str) -> str:
    """Rows in COPY's text format, column by column. Escapes are looked for in all of them first: few have any."""
    columns = list(zip(*rows, strict=True))
    cells = [_cells(column, text) for column, text in zip(columns, spelt, strict=True)]
    lines = list(map("\t".join, zip(*cells, strict=True)))
    whole = "\n".join(lines)
    as_it_is = (
        "\\" not in whole
        and "\r" not in whole
        and whole.count("\t") == len(rows) * (len(columns) - 1)
        and whole.count("\n") == len(rows) - 1
        and whole.count(NOTHING) == sum(column.count(None) for column in columns)
    )
    if not as_it_is:
        escaped = [
            [NOTHING if value is None else cell.translate(ESCAPED) for value, cell in zip(column, mine, strict=True)]
            for column, mine in zip(columns, cells, strict=True)
        ]
        lines = list(map("\t".join, zip(*escaped, strict=True)))
    return end.join(lines) + end


def _cells(column: Sequence[Any], text: Callable[[Any], Any] | None) -> Sequence[str]:
    if text is None:
        if set(map(type, column)) == {str}:
            return column
        return [value if isinstance(value, str) else NOTHING if value is None else str(value) for value in column]
    return [NOTHING if value is None else text(value) for value in column]


def _unnamed(model: type[models.Model], columns: Sequence[str]) -> list[models.Field[Any, Any]]:
    return [field for field in _fields(model) if field.column not in columns and not field.primary_key]


def _default_text(field: models.Field[Any, Any]) -> Any:
    value = field.get_default()
    return None if value is None else _TEXTS.get(type(field), _bare)(value)


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


@lru_cache(10_000)
def _moment(value: date) -> str:
    """The rows of one action have the same few moments."""
    return value.isoformat()


def _array(values: Sequence[Any]) -> str:
    quoted = (str(value).replace("\\", r"\\").replace('"', r"\"") for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}" if values else "{}"


def _bytes(value: bytes) -> str:
    return f"\\x{value.hex()}"


# How the values of these fields are written; the driver would ask each one what it is.
_TEXTS: dict[type[models.Field[Any, Any]], Callable[[Any], Any]] = {
    models.JSONField: _json,
    models.DateTimeField: _moment,
    models.DateField: _moment,
    ArrayField: _array,
    models.BinaryField: _bytes,
}


def _plain(value: Any, is_json: bool) -> Any:
    return _json(value) if is_json else _bare(value)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
