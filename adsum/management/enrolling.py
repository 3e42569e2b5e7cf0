"""Enrolling a file of any length: first all of it is looked at, then it is enrolled chunk by chunk, two at a time.

Rows are graded, found new and given to officers here, one after the other in their order; only the writing of chunks
runs side by side. Each is one transaction, so whoever runs the same again after a stop goes on where it stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection

from adsum.enrolment.actions import end_wave, enrol_people, start_wave
from adsum.enrolment.actions.waves import ALONE, CHUNK, CHUNKS
from adsum.enrolment.queries import grader_of, pick_fresh, take_census
from adsum.enrolment.rules import Census, Fresh, Graded, Grades
from adsum.ledger.rules import RULES, Actor
from adsum.management.wave_file import WaveFile
from adsum.staffing.queries import caseloads_of

if TYPE_CHECKING:
    from adsum.enrolment.models import Wave
    from adsum.offices.models import FieldOffice

WRITERS = 2


def look_at_file(file: WaveFile, *, office_code: str, wave_name: str) -> Census:
    """Read the whole file once, and write nothing. Raises FileRefused where there is anything wrong with the file."""
    return take_census(rows=file.rows(), office_code=office_code, wave_name=wave_name, seen_by=RULES)


def grade_file(file: WaveFile, *, census: Census, today: date, now: datetime) -> Iterator[Graded]:
    """Every row with its grades, in the file's order; it writes nothing. `today` is the office's."""
    return map(grader_of(census=census, today=today, now=now).grade, file.rows())


def enrol_file(
    file: WaveFile,
    *,
    census: Census,
    office: FieldOffice,
    wave_name: str,
    actor: Actor,
    now: datetime,
    say: Callable[[int], None] = lambda done: None,
    reject: Callable[[Graded], None] = lambda row: None,
    writers: int = WRITERS,
) -> Grades:
    """Enrol a file that has been looked at, inside `one_list_at_a_time`.

    `say` hears how many rows are done; `reject` of each row that is kept out. So many `writers` work at a time; with 0
    this thread writes, so that the machine is left to others.
    """
    grades = Grades()
    wave = start_wave(office=office, name=wave_name, actor=actor, now=now)
    caseloads = caseloads_of(office_id=office.pk, now=now, seen_by=actor)
    coming = grade_file(file, census=census, today=now.astimezone(office.zone).date(), now=now)
    with _Writers(wave, actor, now, writers) as pens:
        while graded := list(islice(coming, CHUNK)):
            fresh = pick_fresh(graded=graded, caseloads=caseloads, seen_by=RULES)
            pens.put(fresh)
            grades.count(graded, fresh=len(fresh))
            for row in graded:
                if row.rejection:
                    reject(row)
            say(grades.read)
    end_wave(wave=wave, grades=grades, actor=actor, now=now)
    return grades


class _Writers:
    """Writes chunks, some at a time; who puts one more waits until one of them is done. Errors come out of here."""

    def __init__(self, wave: Wave, actor: Actor, now: datetime, writers: int) -> None:
        self._wave, self._actor, self._now, self._writers = wave, actor, now, writers
        self._threads = ThreadPoolExecutor(max(1, writers), thread_name_prefix="enrol")
        self._under_way: deque[Future[None]] = deque()

    def __enter__(self) -> _Writers:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            while self._under_way and error[0] is None:
                self._under_way.popleft().result()
        finally:
            self._threads.shutdown(cancel_futures=True)

    def put(self, people: list[Fresh]) -> None:
        if not people:
            return
        if not self._writers:
            self._enrol(people)
            return
        while len(self._under_way) >= self._writers:
            self._under_way.popleft().result()
        self._under_way.append(self._threads.submit(self._write, people))

    def _write(self, people: list[Fresh]) -> None:
        try:
            self._enrol(people)
        finally:
            connection.close()

    def _enrol(self, people: list[Fresh]) -> None:
        enrol_people(people=people, wave=self._wave, actor=self._actor, now=self._now)


@contextmanager
def one_list_at_a_time() -> Iterator[None]:
    """Waits for who enrols another list, and until what a killed run was still writing is over.

    The server lets go of the lock when this process is gone, however that comes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({ALONE})")
        cursor.execute(f"SELECT pg_advisory_lock({CHUNKS}), pg_advisory_unlock({CHUNKS})")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({ALONE})")
