"""A crowd of made-up people with a history, for demos and benches: a million in minutes, the same for the same seed.

It goes around the actions, straight into the tables: decisions/0008 says why, and what keeps it true. Only where
everybody is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from psycopg import sql

from adsum.ledger.rules import OPERATOR
from adsum.management.crowd_people import ADD_WAVE
from adsum.management.crowd_writer import FILLED, Batch, Writer
from adsum.management.demo import DEMO_WAVE, OFFICE_NAME
from adsum.offices.queries import find_office, list_offices

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice

BATCH = 10_000
LEAST_DAYS, MOST_DAYS = 7, 1_825
OURS = "demo crowd "
ALONE = "SELECT pg_try_advisory_lock(hashtext('adsum.crowd'))"
NOT_ALONE = "SELECT pg_advisory_unlock(hashtext('adsum.crowd'))"
WAVES = "SELECT id, name, started_at FROM adsum_wave ORDER BY id"
COUNT = sql.SQL("SELECT count(*) FROM {}")
FIRST = "SELECT count(*) FROM adsum_enrolment e JOIN adsum_wave w ON w.id = e.wave_id WHERE w.name = %s"
DONE = "SELECT wave_id, row_number FROM adsum_enrolment WHERE wave_id = ANY (%s) AND mod(row_number - 2, %s) = 0"


class CrowdRefused(Exception):
    """No crowd can be added so; the message says what to do."""


@dataclass(frozen=True)
class Crowd:
    """What makes a crowd: with the same values and the same `now`, the same people and the same rows."""

    people: int
    seed: int
    history_days: int

    @property
    def waves(self) -> int:
        """In how many waves they joined: one a week at most, thirteen in all."""
        return min(13, self.history_days // 7)

    def name(self, wave: int) -> str:
        """The name of a wave; a run that was killed is known again by it."""
        made_of = f"{self.people} people, {self.history_days} days, seed {self.seed}"
        return f"{OURS}{wave + 1} of {self.waves} ({made_of})"

    def started_at(self, wave: int, now: datetime) -> datetime:
        """When this wave joined: the first one when the history begins."""
        return now - timedelta(days=self.history_days) * ((self.waves - wave) / self.waves)

    def start(self, wave: int) -> int:
        """The number of the wave's first person."""
        return self.people * wave // self.waves


@dataclass(frozen=True)
class KnownWave:
    """A wave as the database has it."""

    pk: int
    name: str
    started_at: datetime


def add_crowd(
    *,
    office_code: str,
    people: int,
    now: datetime,
    seed: int,
    history_days: int = 365,
    say: Callable[[int], None] = lambda done: None,
    using: str = "owner",
) -> int:
    """Write the crowd, batch by batch, and return how many people were added; `say` hears how many are there.

    A run that was killed is finished by the same call, as of the moment of the first one. Raises CrowdRefused.
    """
    if not (people > 0 and LEAST_DAYS <= history_days <= MOST_DAYS):
        raise CrowdRefused(f"a crowd has at least one person, and {LEAST_DAYS} to {MOST_DAYS} days of history")
    crowd = Crowd(people, seed, history_days)
    with _alone(using):
        office = _demo_office(office_code, using)
        waves = _waves(crowd, office, now, using)
        waiting = _waiting(crowd, waves, using)
        added = sum(batch.people for batch in waiting)
        done = people - added
        say(done)
        began = waves[0].started_at
        writer = Writer(office, seed, began, began + timedelta(days=history_days), using)
        for batch in writer.write_all(waiting):
            done += batch.people
            say(done)
    return added


def count_first_people(*, office_code: str, using: str = "owner") -> int:
    """How many people the demo has without a crowd. Raises CrowdRefused where anybody could be real."""
    _demo_office(office_code, using)
    count: int = _ask(using, FIRST, [DEMO_WAVE])[0][0]
    return count


def count_rows(*, using: str = "owner") -> dict[str, int]:
    """How many rows each table has that a crowd fills."""
    tables = {table: sql.Identifier(f"adsum_{table}") for table in FILLED}
    return {name: _ask(using, COUNT.format(table))[0][0] for name, table in tables.items()}


def _demo_office(code: str, using: str) -> FieldOffice:
    """The demo's office. Raises CrowdRefused where anybody could be real."""
    office = find_office(code=code, seen_by=OPERATOR)
    offices = {known.name for known in list_offices(seen_by=OPERATOR)}
    strange = [wave for wave in _known_waves(using) if wave.name != DEMO_WAVE and not wave.name.startswith(OURS)]
    if office is None or offices != {OFFICE_NAME} or strange:
        raise CrowdRefused(
            "made-up people are added only where everybody is made up, and this database has more than the demo's"
            f" office {code} and its waves: use an empty one"
        )
    return office


@contextmanager
def _alone(using: str) -> Iterator[None]:
    if not _ask(using, ALONE)[0][0]:
        raise CrowdRefused("another command is adding made-up people just now: wait until it has ended")
    try:
        yield
    finally:
        _ask(using, NOT_ALONE)


def _ask(using: str, statement: str | sql.Composed, values: Any = None) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _known_waves(using: str) -> list[KnownWave]:
    return [KnownWave(*row) for row in _ask(using, WAVES)]


def _waves(crowd: Crowd, office: FieldOffice, now: datetime, using: str) -> list[KnownWave]:
    """The crowd's waves, planned by this run or an earlier one."""
    names = [crowd.name(wave) for wave in range(crowd.waves)]
    known = [wave for wave in _known_waves(using) if wave.name.startswith(OURS)]
    if not known:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            rows = [(office.pk, name, crowd.started_at(wave, now)) for wave, name in enumerate(names)]
            cursor.executemany(ADD_WAVE, rows)
        known = [wave for wave in _known_waves(using) if wave.name.startswith(OURS)]
    if [wave.name for wave in known] != names:
        made_of = known[0].name.partition("(")[2].rstrip(")")
        raise CrowdRefused(
            f"a crowd is here already, of {made_of}, besides the demo's first people: ask for the same again to finish"
            " it, or use an empty database"
        )
    return known


def _waiting(crowd: Crowd, waves: list[KnownWave], using: str) -> list[Batch]:
    """The batches that are not written yet."""
    done = set(_ask(using, DONE, [[wave.pk for wave in waves], BATCH]))
    planned = (batch for number, wave in enumerate(waves) for batch in _batches(crowd, number, wave))
    return [batch for batch in planned if (batch.wave_id, batch.first_row) not in done]


def _batches(crowd: Crowd, number: int, wave: KnownWave) -> list[Batch]:
    first, end = crowd.start(number), crowd.start(number + 1)
    starts = range(first, end, BATCH)
    return [Batch(wave.pk, wave.name, wave.started_at, first, start, min(start + BATCH, end)) for start in starts]
