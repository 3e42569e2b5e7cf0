"""Questions about many things at once, asked so often that they are worth writing in SQL; the rows become models.

A question has one shape whatever the number of things, so the server plans it once a connection. Questions and writes
that stand in one `together` cross to the server and back once (PostgreSQL's pipeline mode, libpq 34.5). With `copying`
and `database`, the files of core that know Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.db import connections, models

from adsum.core.copying import numbers, texts

T = TypeVar("T")
Later = Callable[[], T]  # what was asked for already; calling it waits for the answer
Table = type[models.Model] | tuple[type[models.Model], Sequence[str]]


@contextmanager
def together(using: str = "default") -> Iterator[None]:
    """Statements in here are sent one after the other without waiting for answers, which are all there at the end.

    They run in their order, each seeing what those before it did; the first error skips the rest and is raised at the
    end. For questions, `put_rows` and `bulk_create` with keys: the ORM's own writes look for an answer at once.
    """
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


class Question:
    """A SELECT in which `{name}` stands for the columns of that model; its answer is a tuple of models a row.

    A table is a model, or a model and the columns that are wanted; the others are fetched when somebody looks at them.
    """

    def __init__(self, statement: str, **tables: Table) -> None:
        self._statement, self._tables = statement, tables
        self._ready = ""
        self._cuts: list[tuple[type[models.Model], list[str], slice]] = []

    def ask(self, *values: Any, using: str = "default") -> Iterator[tuple[Any, ...]]:
        """Ask now; the rows in the order of the statement. Values stand where it has %s; lists go to `= ANY(%s)`."""
        if not self._ready:
            self._prepare()
        cursor = connections[using].cursor()
        cursor.execute(self._ready, values)
        return self._read(cursor, using)

    def _read(self, cursor: Any, using: str) -> Iterator[tuple[Any, ...]]:
        with cursor:
            for row in cursor.fetchall():
                yield tuple(model.from_db(using, names, row[cut]) for model, names, cut in self._cuts)

    def _prepare(self) -> None:
        columns, cuts, begin = {}, [], 0
        for name, table in self._tables.items():
            model, wanted = table if isinstance(table, tuple) else (table, None)
            fields = [field for field in model._meta.concrete_fields if wanted is None or field.column in wanted]
            columns[name] = ", ".join(f'{name}."{field.column}"' for field in fields)
            end = begin + len(fields)
            cuts.append((model, [field.attname for field in fields], slice(begin, end)))
            begin = end
        self._cuts = cuts
        self._ready = self._statement.format(**columns)


def any_of(column: str, values: Iterable[str] | Iterable[int]) -> models.Func:
    """For `filter(any_of(column, values))`: as `column__in`, but one statement whatever their number (`= ANY`)."""
    given = list(values)
    if given and isinstance(given[0], int):  # as one text: each value on its own costs more than the question
        sought, kind = models.Value(numbers(cast("list[int]", given)), models.TextField()), "::bigint[]"
    else:
        sought, kind = models.Value(texts(cast("list[str]", given)), models.TextField()), "::text[]"
    return models.Func(
        models.F(column),
        sought,
        template=f"%(expressions)s{kind})",
        arg_joiner=" = ANY(",
        output_field=models.BooleanField(),
    )


def give_back(using: str = "default") -> None:
    """Give the thread's connection back to the pool, but for one in a transaction: who waits for others holds none."""
    connection = connections[using]
    if not connection.in_atomic_block:
        connection.close()
