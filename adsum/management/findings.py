"""What `adsum check` looks at: each finding says what is wrong and how to mend it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from adsum.checkins.queries import count_set_aside, outages_since
from adsum.ledger.rules import OPERATOR
from adsum.management.record_checks import sources_now
from adsum.management.records_drop import unknown_folders
from adsum.outbox.queries import Standing, standings, subscribers_to_serve
from adsum.outbox.rules import Way
from adsum.records.rules import Heard

LEAST_FREE = 1_000_000_000
LARGEST_SKEW = timedelta(seconds=2)
OLDEST_JOB = OLDEST_FACT = timedelta(minutes=10)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` is empty when it is in order."""

    name: str
    says: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend


def find_all() -> Iterator[Finding]:
    """Everything, in the order in which one would mend it; after a dead database only what does without it."""
    looks: tuple[Callable[[], Finding], ...] = (_settings, _disk)
    yield from (look() for look in looks)
    database = _database()
    yield database
    if not database.ok:
        return
    migrations = _migrations()
    yield migrations
    if migrations.ok:
        yield from (look() for look in (_rights, _clock, _queue, _pulse, _set_aside, _outbox, _sources))


def _settings() -> Finding:
    url = settings.PUBLIC_URL
    local = url.startswith(("http://127.0.0.1", "http://localhost"))
    if not settings.HTTPS and not local:
        return Finding("settings", f"ADSUM_PUBLIC_URL is {url}", "Use https://: phones share no place over plain http.")
    key = Path(settings.HOME) / "secret-key"
    if key.exists() and key.stat().st_mode & 0o077:
        return Finding("settings", f"{key} can be read by others", f"Run: chmod 600 {key}")
    return Finding("settings", f"public address {url}, data under {settings.HOME}")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.HOME).free
    says = f"{free / 1e9:.1f} GB free under {settings.HOME}"
    return Finding("disk", says, "" if free >= LEAST_FREE else "Free some: below 1 GB the database may stop.")


def _database() -> Finding:
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = str(cursor.fetchone()[0])
    except DatabaseError as error:
        return Finding("database", str(error).strip().splitlines()[0], "Start it, or check DATABASE_URL.")
    old = int(version.split(".")[0]) < 15
    return Finding("database", f"PostgreSQL {version}", "Use PostgreSQL 15 or later." if old else "")


def _migrations() -> Finding:
    executor = MigrationExecutor(connections["owner"])
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return Finding("migrations", f"{waiting} not applied", "Run: adsum run, or adsum enrol; both apply them.")
    return Finding("migrations", "all applied")


def _rights() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, has_table_privilege('adsum_ledgerline', 'UPDATE, DELETE, TRUNCATE')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        role, superuser, may_change = cursor.fetchone()
    if superuser or may_change:
        return Finding(
            "rights",
            f"{role} may change the ledger",
            "Unset ADSUM_DATABASE_ROLE, or let it name a role without rights.",
        )
    return Finding("rights", f"{role} can only append to the ledger")


def _clock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - datetime.now(UTC))
    says = f"{skew.total_seconds():.2f} s between this machine and the database"
    return Finding(
        "clock", says, "" if skew < LARGEST_SKEW else "Synchronise both clocks (NTP): deadlines depend on it."
    )


def _queue() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed'),"
            " (SELECT max(at) FROM procrastinate_events WHERE type = 'succeeded') FROM procrastinate_jobs"
        )
        waiting, failed, last = cursor.fetchone()
    says = f"{waiting} waiting, {failed} failed, the last done {f'{last:%Y-%m-%d %H:%M} UTC' if last else 'never'}"
    if last and datetime.now(UTC) - last > OLDEST_JOB:
        return Finding("queue", says, "Start the worker (adsum run), or read its log: nothing has been done since.")
    return Finding("queue", says, "Read the worker's log: a scheduled job fails." if failed else "")


def _pulse() -> Finding:
    now = datetime.now(UTC)
    down = [one for one in outages_since(since=now, now=now, seen_by=OPERATOR) if one.pk is None]
    if not down:
        return Finding("pulse", "the worker lives, and the public address answers where it can be reached from here")
    says = ", ".join(f"{one.source} not seen alive since {one.began_at:%Y-%m-%d %H:%M} UTC" for one in down)
    return Finding(
        "pulse", says, f"Start adsum run, and see that {settings.PUBLIC_URL} answers: nobody is marked late."
    )


def _set_aside() -> Finding:
    count = count_set_aside(seen_by=OPERATOR)
    mend = "Look at adsum_duty.set_aside: each row holds its error; clear it after mending." if count else ""
    return Finding("set-aside", f"{count} duties the sweep could not mark", mend)


def _outbox() -> Finding:
    told, stand = list(subscribers_to_serve(seen_by=OPERATOR)), standings(seen_by=OPERATOR)
    figures = [stand.get(one.pk, Standing()) for one in told]
    waiting, parked = sum(one.waiting for one in figures), sum(one.parked for one in figures)
    says = f"{len(told)} other systems are told facts; {waiting} facts wait for them, {parked} are parked"
    if parked:
        return Finding("outbox", says, "See why they are refused (adsum outbox show), then: adsum outbox retry")
    for one, figure in zip(told, figures, strict=True):
        late = one.way == Way.WEBHOOK and figure.since and datetime.now(UTC) - figure.since > OLDEST_FACT
        if late or (one.way == Way.FILES and one.silent_since):
            since = one.silent_since or figure.since
            return Finding("outbox", says, f"See why {one.address} takes none since {since:%H:%M}: {one.last_error}.")
    return Finding("outbox", says)


def _sources() -> Finding:
    stand = sources_now(datetime.now(UTC))
    lost = sorted(code for code, how in stand.items() if how in (Heard.DOWN, Heard.SILENT))
    stray = unknown_folders(known=set(stand))
    says = f"{len(stand)} sources of outside records, {len(lost)} not heard"
    if lost:
        return Finding("sources", f"{says}: {', '.join(lost)}", "See /console/records/sources/ and ask their agencies.")
    mend = f"Nobody reads what lies in {', '.join(stray)} below ADSUM_RECORDS_DROP: adsum records source add."
    return Finding("sources", says, mend if stray else "")
