"""Rows of a drop go in by COPY and one statement a chunk, with how far the file has been read: all of it or nothing.

So a run that is killed goes on behind the last chunk that it kept, and no line counts twice.
"""

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F

from adsum.court.models import CourtAside, CourtCase, CourtCrosswalk, CourtFile, CourtHearing, CourtProceeding
from adsum.court.rules import COLUMNS, Chunk, RowKind
from adsum.ledger.actions import record_lines
from adsum.ledger.rules import Actor, Line

_TABLES: dict[str, type[models.Model]] = {
    RowKind.CROSSWALK: CourtCrosswalk,
    RowKind.CASE: CourtCase,
    RowKind.PROCEEDING: CourtProceeding,
    RowKind.HEARING: CourtHearing,
}
# Of one thing its newest row is kept; rows that say the same only move their place. The last line of a file wins.
_NEWEST = """
WITH came AS (
    SELECT DISTINCT ON (number) * FROM {staging} ORDER BY number, line DESC
), news AS (
    SELECT came.*, ({old}) IS DISTINCT FROM ({came}) AS differs
    FROM came LEFT JOIN LATERAL (SELECT * FROM {table} one WHERE one.number = came.number LIMIT 1) old ON true
    WHERE old.rank IS NULL OR old.rank <= %(rank)s
), kept AS (
    INSERT INTO {table} ({columns}, line, drop_id, rank)
    SELECT {columns}, line, %(drop)s, %(rank)s FROM news ORDER BY number
    ON CONFLICT (number) DO UPDATE SET {set}, line = excluded.line, drop_id = excluded.drop_id, rank = excluded.rank
)
SELECT count(*) FILTER (WHERE differs) FROM news
"""
# Of a proceeding each drop's version is kept: it counts as changed where it differs from the version before it.
_VERSIONS = """
WITH came AS (
    SELECT DISTINCT ON (number) * FROM {staging} ORDER BY number, line DESC
), news AS (
    SELECT came.*, ({old}) IS DISTINCT FROM ({came}) AS differs FROM came LEFT JOIN LATERAL (
        SELECT * FROM {table} one WHERE one.number = came.number AND one.rank <= %(rank)s
        ORDER BY one.rank DESC, one.drop_id DESC LIMIT 1
    ) old ON true
), kept AS (
    INSERT INTO {table} ({columns}, line, drop_id, rank)
    SELECT {columns}, line, %(drop)s, %(rank)s FROM news ORDER BY number
    ON CONFLICT (number, drop_id) DO UPDATE SET {set}, line = excluded.line
)
SELECT count(*) FILTER (WHERE differs) FROM news
"""


def merge_chunk(*, file: CourtFile, chunk: Chunk, actor: Actor, now: datetime) -> int:
    """Keep these rows, and those set aside beside them; returns how many rows were new or said something new."""
    with transaction.atomic():
        held = CourtFile.objects.select_for_update(of=("self",)).select_related("drop").get(pk=file.pk)
        if held.done >= chunk.end:  # somebody has kept it meanwhile
            return 0
        changed = _merge(held, chunk) if chunk.rows else 0
        aside = [(held.pk, one.line, one.reason[:200], one.text[:300], now) for one in chunk.aside]
        CourtAside.objects.put_tuples(("file_id", "line", "reason", "text", "at"), aside)
        counts = {"read": len(chunk.rows), "changed": changed, "set_aside": len(aside)}
        more = {name: F(name) + count for name, count in counts.items()}
        CourtFile.objects.filter(pk=held.pk).update(done=chunk.end, lines=chunk.lines, **more)
        facts = {"lines": chunk.lines, **counts}
        record_lines(lines=[Line("court.rows-kept", actor, "courtfile", held.pk, facts=facts)], now=now)
    return changed


def _merge(file: CourtFile, chunk: Chunk) -> int:
    table, names = _TABLES[file.kind], COLUMNS[RowKind(file.kind)]
    staging = f"court_{file.kind}_in"
    with connection.cursor() as cursor:
        cursor.execute(_staging_of(table, staging, names))
        cursor.execute(f"TRUNCATE {staging}")
        with cursor.copy(f"COPY {staging} FROM STDIN") as copy:
            copy.write("".join(chunk.rows))
        cursor.execute(_statement_of(table, staging, names), {"rank": file.drop.rank, "drop": file.drop_id})
        return int(cursor.fetchone()[0])


def _staging_of(table: type[models.Model], staging: str, names: tuple[str, ...]) -> str:
    """The temporary table with the columns of a row; it belongs to the connection."""
    columns = ", ".join(f"{name} {_type_of(table, name)}" for name in (*names, "line"))
    return f"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ({columns})"


def _type_of(table: type[models.Model], name: str) -> str:
    field: models.Field[Any, Any] = table._meta.get_field(name)  # type: ignore[assignment]
    return field.db_type(connection) or ""


def _statement_of(table: type[models.Model], staging: str, names: tuple[str, ...]) -> str:
    said = [name for name in names if name != "number"]
    template = _VERSIONS if table is CourtProceeding else _NEWEST
    return template.format(
        staging=staging,
        table=table._meta.db_table,
        columns=", ".join(names),
        old=", ".join(["old.number", *(f"old.{name}" for name in said)]),
        came=", ".join(["came.number", *(f"came.{name}" for name in said)]),
        set=", ".join(f"{name} = excluded.{name}" for name in said),
    )
