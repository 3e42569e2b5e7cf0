"""Writes the crowd: batch by batch, each in one transaction, two at a time."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from psycopg import sql

from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import ExcuseReason, first_due_on
from adsum.core.languages import written_in
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.flags.rules import REASONS, Reason
from adsum.ledger.rules import OPERATOR
from adsum.management import crowd_ledger, crowd_life, crowd_people
from adsum.management.crowd_stock import ALPHABET, CHECK_INS, MOVES, ROWS, Rows, stock
from adsum.notices.rules import NoticeKind
from adsum.offices.queries import officers_of
from adsum.orders.rules import Ground
from adsum.people.policy import PeoplePolicy
from adsum.people.rules import LANGUAGES
from adsum.places.policy import PlacesPolicy

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice

AT_ONCE = 2
GET_IN = 0.93
LISTED_FROM, LISTED_DAYS = 2, 28  # the agency lists first due days from the day after tomorrow on, over four weeks
MADE = {
    "crowd_person": crowd_people.PEOPLE,
    "crowd_duty": crowd_life.DUTIES,
    "crowd_report": crowd_life.REPORTED,
    "crowd_move": crowd_life.MOVES,
    "crowd_flag": crowd_life.FLAGGED,
    "crowd_notice": crowd_life.TOLD,
}
KEYS = dict.fromkeys(MADE, "participant_id") | {"crowd_person": "id"}  # all that the plans below need to know
WRITTEN = {
    "participant": crowd_people.PARTICIPANTS,
    "contact": crowd_people.CONTACTS,
    "device": crowd_people.DEVICES,
    "address": crowd_people.ADDRESSES,
    "order": crowd_people.ORDERS,
    "plan": crowd_people.PLANS,
    "enrolment": crowd_people.ENROLMENTS,
    "duty": crowd_life.DUTY_ROWS,
    "excuse": crowd_life.EXCUSES,
    "locationfix": crowd_life.FIXES,
    "report": crowd_life.REPORTS,
    "flag": crowd_life.FLAGS,
    "notice": crowd_life.NOTICES,
    "ledgerline": crowd_ledger.LINES,
}
FILLED = ("wave", *WRITTEN)
# The words of the rules, as the SQL names them.
KINDS: dict[str, Any] = {
    "checkins": CheckinPolicy().version, "places": PlacesPolicy().version, "enrolment": EnrolmentPolicy().version,
    "rows": ROWS, "check_ins": CHECK_INS, "moves": MOVES,
    "written": json.dumps({code: written_in(code) for code in LANGUAGES}),
    "ground": str(Ground.AGENCY_LIST), "source": "agency", "kind": str(NoticeKind.CHECKIN_MISSED),
    "never": str(Reason.NEVER_SIGNED_IN), "never_in": str(ExcuseReason.NEVER_SIGNED_IN),
    "graded": str(Reason.FILE_GRADED), "missed": str(Reason.MISSED_CHECK_IN), "concern": str(Reason.CHECK_IN_CONCERN),
    "device_days": PeoplePolicy().device_days, "ahead": CheckinPolicy().made_ahead_days,
    "urgency": json.dumps({reason: doc.urgency for reason, doc in REASONS.items()}),
}  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """The people of one transaction: from number `start` on, before `stop`, of the wave that begins with `first`."""

    wave_id: int
    wave_name: str
    enrolled_at: datetime
    first: int
    start: int
    stop: int

    @property
    def people(self) -> int:
        return self.stop - self.start

    @property
    def first_row(self) -> int:
        return self.start - self.first + 2


def _next(waiting: deque[Batch]) -> Batch | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


@dataclass
class Writer:
    """Knows whom to write where; a batch is made in tables that end with the connection, then written."""

    office: FieldOffice
    seed: int
    began: datetime
    now: datetime
    using: str
    drawn_from: dict[str, Rows] = field(default_factory=dict)
    officers: int = 0
    connected: list[Any] = field(default_factory=list)

    def write_all(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        """Write these, two at a time on connections of their own; inside a transaction one by one, on its own."""
        if not batches:
            return
        self._draw_up()
        if connections[self.using].in_atomic_block:
            self._prepare()
            yield from map(self._write, batches)
        else:
            yield from self._write_at_once(batches)
        self._tidy()

    def _draw_up(self) -> None:
        officers = list(officers_of(office=self.office, seen_by=OPERATOR))
        self.officers = max(1, len(officers))
        self.drawn_from = stock(office=self.office, seed=self.seed, began=self.began, now=self.now)
        self.drawn_from["crowd_officer"] = [(turn, officer.pk) for turn, officer in enumerate(officers)]

    def _write_at_once(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        """Each thread has a connection of its own, and takes the next batch until none is left."""
        waiting, done = deque(batches), SimpleQueue[Batch | BaseException]()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in range(AT_ONCE):
                pool.submit(self._work, waiting, done)
            try:
                for _ in batches:
                    if isinstance(ended := done.get(), BaseException):
                        raise ended
                    yield ended
            except BaseException:
                waiting.clear()
                for connection in self.connected:
                    connection.cancel()
                raise

    def _work(self, waiting: deque[Batch], done: SimpleQueue[Batch | BaseException]) -> None:
        owner = connections[self.using]
        try:
            owner.ensure_connection()
            self.connected.append(owner.connection)
            with owner.cursor() as cursor:
                cursor.execute("SET temp_buffers = '128MB'")
            self._prepare()
            while batch := _next(waiting):
                done.put(self._write(batch))
        except BaseException as error:
            done.put(error)
        finally:
            owner.close()

    def _prepare(self) -> None:
        """The functions and tables that the SQL draws from, for this connection."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(crowd_people.functions(self.seed, ALPHABET))
            for table, columns in crowd_people.TABLES.items():
                cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TEMP TABLE {table} ({columns})")
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in self.drawn_from[table]:
                        copy.write_row(row)
                cursor.execute(f"ANALYZE {table}")

    def _write(self, batch: Batch) -> Batch:
        values = {name: sql.Literal(value) for name, value in self._values(batch).items()}
        with transaction.atomic(using=self.using), connections[self.using].cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL synchronous_commit = off")
            for table, statement in MADE.items():
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
                cursor.execute(statement.format(**values))
                cursor.execute(f"ANALYZE {table} ({KEYS[table]})")
            for statement in WRITTEN.values():
                cursor.execute(statement.format(**values))
        return batch

    def _values(self, batch: Batch) -> dict[str, Any]:
        joined = self._day(batch.enrolled_at)
        listed = (joined + timedelta(days=LISTED_FROM + day) for day in range(LISTED_DAYS))
        first_days = [first_due_on(day, enrolled_on=joined, policy=CheckinPolicy()) for day in listed]
        return KINDS | {
            "wave": batch.wave_id, "first": batch.first, "note": f"wave {batch.wave_name}",
            "start": batch.start, "stop": batch.stop, "enrolled_at": batch.enrolled_at, "now": self.now,
            "office": self.office.pk, "officers": self.officers, "get_in": GET_IN,
            "first_days": first_days, "listed_days": LISTED_DAYS,
            "last_day": self._day(self.now) + timedelta(days=CheckinPolicy().made_ahead_days),
            "keep_fix_from": self.now - timedelta(days=PlacesPolicy().keep_fix_days),
        }  # fmt: skip

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.office.zone).date()

    def _tidy(self) -> None:
        """Fresh statistics, hint bits and visibility map for what was filled; inside a transaction statistics only."""
        verb = "ANALYZE" if connections[self.using].in_atomic_block else "VACUUM (ANALYZE)"
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"{verb} {', '.join(f'adsum_{table}' for table in FILLED)}")
