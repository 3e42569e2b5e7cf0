"""Enrolling a file of any length: first all of it is looked at, then it is enrolled piece by piece, side by side.

Pieces are read, graded and written by processes of their own; who stands in the list twice and which officer somebody
gets is decided here, in the order of the rows. Each piece is one transaction, so whoever runs the same again after a
stop goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, connections

from adsum.core.crew import share_out
from adsum.enrolment.actions import end_wave, enrol_rows, start_wave
from adsum.enrolment.actions.waves import ALONE, CHUNKS
from adsum.enrolment.queries import grader_of, take_census
from adsum.enrolment.rules import Census, Desk, Graded, Grades, Seats, Sheet
from adsum.ledger.rules import RULES, Actor
from adsum.management.wave_file import Piece, WaveFile
from adsum.staffing.queries import caseloads_of

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice

MOST_HELPERS = 8


def count_helpers() -> int:
    """One process a core, but two at least: the database works while a process waits for it."""
    return min(MOST_HELPERS, max(2, len(os.sched_getaffinity(0))))


def look_at_file(file: WaveFile, *, office_code: str, wave_name: str, helpers: int = 0) -> Census:
    """Read the whole file once, and write nothing. Raises FileRefused where there is anything wrong with the file.

    So many `helpers` read side by side; with 0 this process reads, so that the machine is left to others.
    """

    def look(piece: Piece) -> Generator[Census, None, None]:
        yield take_census(rows=piece.rows(), office_code=office_code, wave_name=wave_name, seen_by=RULES)

    census = Census(office_code)
    for _ in share_out(file.pieces(), look, census.add, processes=helpers, begin=_begin):
        pass
    return census


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
    helpers: int = 0,
) -> Grades:
    """Enrol a file that has been looked at, inside `one_list_at_a_time`.

    `say` hears how many rows are done; `reject` of each row that is kept out, in order. `helpers` as above.
    """
    wave = start_wave(office=office, name=wave_name, actor=actor, now=now)
    grader = grader_of(census=census, today=now.astimezone(office.zone).date(), now=now)
    desk = Desk(grader.repeats, caseloads_of(office_id=office.pk, now=now, seen_by=actor), reject)

    def enrol(piece: Piece) -> Generator[Sheet, Seats, int]:
        return enrol_rows(rows=piece.rows(), grader=grader, wave=wave, actor=actor, now=now)

    done = 0
    for rows in share_out(file.pieces(), enrol, desk.answer, processes=helpers, begin=_begin):
        done += rows
        say(done)
    end_wave(wave=wave, grades=desk.grades, actor=actor, now=now)
    return desk.grades


_inherited: list[object] = []


def _begin() -> None:
    """A process has connections of its own. Those it was forked with are its parent's: kept, never used or closed."""
    _inherited.extend(connections.all(initialized_only=True))
    for alias in list(connections):
        connections.settings[alias]["OPTIONS"].pop("pool", None)
        del connections[alias]


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
