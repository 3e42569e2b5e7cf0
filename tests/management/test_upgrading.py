"""A database of the first published version goes on: nothing in it is lost, and its schema is that of a new one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adsum.management.postgres import ADMIN, LOGIN, embedded_url, running_server
from tests.homes import empty_home

ADSUM = Path(sys.executable).with_name("adsum")
ROWS = json.loads(Path(__file__).with_name("first_steps.json").read_text())  # a made-up person of that version
AS_IT_WAS = """
import django
django.setup()
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from adsum.management.rights import ensure_role
ensure_role("owner")
executor = MigrationExecutor(connections["owner"])
executor.loader = MigrationLoader(connections["owner"], replace_migrations=False)
others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "adsum"]
executor.migrate([("adsum", "0018_choices"), *others])
"""
SCHEMA = """
SELECT 'column', format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'rights', format('%s %s', relname, relacl) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with empty_home("old") as home, running_server(home, settings=("fsync=off",)):
        yield home


def run(home: Path, database: str, *command: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_"))}
    there = {"ADSUM_HOME": str(home), "DATABASE_URL": embedded_url(home, database=database)}
    settings = {"DJANGO_SETTINGS_MODULE": "adsum.settings"}
    done = subprocess.run(command, env={**kept, **there, **settings}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fill(database: psycopg.Connection[Any]) -> None:
    for table, rows in ROWS.items():
        for row in rows:
            into = f"INSERT INTO adsum_{table} SELECT * FROM json_populate_record(NULL::adsum_{table}, %s::json)"
            database.execute(into, [json.dumps(row)])


def test_the_first_published_version_is_brought_up_to_date(home: Path) -> None:
    with psycopg.connect(embedded_url(home, user=ADMIN, database="postgres"), autocommit=True) as admin:
        for name in ("old", "new"):
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {name} OWNER {LOGIN}")
    run(home, "old", sys.executable, "-c", AS_IT_WAS)
    with psycopg.connect(embedded_url(home, database="old")) as old:
        fill(old)
    counted = [json.loads(run(home, name, str(ADSUM), "people", "count", "--json")) for name in ("old", "new")]
    assert [one["participants"] for one in counted] == [1, 0]
    with (
        psycopg.connect(embedded_url(home, database="old")) as old,
        psycopg.connect(embedded_url(home, database="new")) as new,
    ):
        assert set(old.execute(SCHEMA)) ^ set(new.execute(SCHEMA)) == set()
        for table, rows in ROWS.items():
            found = old.execute(f"SELECT row_to_json(t) FROM adsum_{table} t ORDER BY id").fetchall()
            kept = [{column: now[column] for column in row} for row, (now,) in zip(rows, found, strict=True)]
            assert kept == rows
        steps = old.execute("SELECT step FROM adsum_funnelstep ORDER BY at, step DESC").fetchall()
        assert [step for (step,) in steps] == ["identity-confirmed", "active"]
        assert old.execute("SELECT count(*) FROM adsum_duty WHERE made_at = opens_at").fetchone() == (2,)
        assert old.execute("SELECT count(*) FROM adsum_wave WHERE whole_at IS NULL").fetchone() == (0,)
