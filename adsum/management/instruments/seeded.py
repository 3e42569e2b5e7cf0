"""Services with a defect on purpose: a checker that does not find these proves nothing.

`python -m adsum.management.instruments.seeded DEFECT run …` is `adsum run …`, except that its web processes are spoilt
before they answer. Nothing of this is reachable from the real service.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import Any
from uuid import uuid4

import django
import psycopg
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import transaction

from adsum.management import entry
from adsum.management.instruments.service import Service
from adsum.management.postgres import ADMIN, embedded_url
from adsum.management.processes import Child

DEFECTS = ("async-commit", "no-idempotency", "dual-write")
IN_THE_WEB = ("no-idempotency", "dual-write")
# The faults that bring each of them to light.
FIND_WITH = {
    "async-commit": ("whole-database", "database-backend"),
    "no-idempotency": ("phones-cut-off", "web-worker"),
    "dual-write": ("whole-web", "web-worker"),
}
_MODULE = "adsum.management.instruments.seeded"
REAL_WEB = "adsum.wsgi:application"


def spoil_database(service: Service) -> None:
    """`async-commit`: the database says yes before it has written, as with synchronous_commit=off."""
    admin = embedded_url(service.home, user=ADMIN, database="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("ALTER DATABASE adsum SET synchronous_commit = off")
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'adsum'")


def no_idempotency(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The web, but each try of a check-in gets an id from the server."""
    return _spoilt_web("no-idempotency")(environ, start_response)


def dual_write(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The web, but facts are put into the outbox after the commit instead of in it."""
    return _spoilt_web("dual-write")(environ, start_response)


@cache
def _spoilt_web(defect: str) -> WSGIHandler:
    application = get_wsgi_application()
    {"no-idempotency": _forget_keys, "dual-write": _write_twice}[defect]()
    return application


def _forget_keys() -> None:
    views = import_module("adsum.portal.views")
    views.read_key = lambda form: uuid4()  # type: ignore[attr-defined]


def _write_twice() -> None:
    reports = import_module("adsum.checkins.actions.reports")
    reports.emit_events = partial(_emit_later, reports.emit_events)  # type: ignore[attr-defined]


def _emit_later(emit: Callable[..., None], **what: Any) -> None:
    def write() -> None:
        time.sleep(random.uniform(0.05, 0.15))  # noqa: S311 - a moment of a busy machine
        emit(**what)

    transaction.on_commit(write)


def _spoilt_child(defect: str, name: str, command: Sequence[str]) -> Child:
    spoilt = f"{_MODULE}:{defect.replace('-', '_')}"
    return Child(name, [spoilt if word == REAL_WEB else word for word in command])


def main() -> None:
    """`adsum run` with a spoilt web."""
    defect = sys.argv.pop(1)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    run = import_module("adsum.management.commands.run")
    run.Child = partial(_spoilt_child, defect)  # type: ignore[attr-defined]
    entry.main()


if __name__ == "__main__":
    main()
