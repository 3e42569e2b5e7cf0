"""Questions about many things at once, asked so often that they are worth writing in SQL; the rows become models.

A question has one shape whatever the number of things, so the server plans it once a connection. With `copying`, the
files of core that know Django.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, models

Table = type[models.Model] | tuple[type[models.Model], Sequence[str]]


class Question:
    """A SELECT in which `{name}` stands for the columns of that model; asking it yields a tuple of models a row.

    A table is a model, or a model and the columns that are wanted; the others are fetched when somebody looks at them.
    """

    def __init__(self, statement: str, **tables: Table) -> None:
        self._statement, self._tables = statement, tables
        self._ready = ""
        self._cuts: list[tuple[type[models.Model], list[str], slice]] = []

    def ask(self, *values: Any, using: str = "default") -> Iterator[tuple[Any, ...]]:
        """The rows, in the order of the statement. Values stand where it has %s; lists go to `= ANY(%s)`."""
        if not self._ready:
            self._prepare()
        with connections[using].cursor() as cursor:
            cursor.execute(self._ready, values)
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


def give_back(using: str = "default") -> None:
    """Give the thread's connection back to the pool, but for one in a transaction: who waits for others holds none."""
    connection = connections[using]
    if not connection.in_atomic_block:
        connection.close()
