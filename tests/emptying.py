"""Emptying a test database between lives that really commit."""

import psycopg

from adsum.management.rights import APPEND_ONLY


def empty_tables(url: str) -> None:
    """Empty all tables of ours at this address, the append-only ones too: with the owner's rights."""
    with psycopg.connect(url, autocommit=True) as owner:
        rows = owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'adsum_%'").fetchall()
        tables = ", ".join(row[0] for row in rows)
        for table in APPEND_ONLY:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(f"TRUNCATE {tables} CASCADE")
        for table in APPEND_ONLY:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
