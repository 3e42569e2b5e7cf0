"""The tracker's database: subjects, a log of what changed, and which messages it has taken already."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Lock

from peers.legacy_tracker.rows import COLUMNS, SAID, Subject, check, digest

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS subject (
    {", ".join(f"{name} {'INTEGER' if name == 'rev' else 'TEXT'} NOT NULL" for name in COLUMNS)},
    hi INTEGER NOT NULL, lo INTEGER NOT NULL, PRIMARY KEY (a_no)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS by_number ON subject (subj_no);
CREATE TABLE IF NOT EXISTS change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, subj_no TEXT NOT NULL, columns TEXT NOT NULL, by TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS taken (ref TEXT PRIMARY KEY, rev INTEGER NOT NULL) WITHOUT ROWID;
"""
# Only this program's own columns stand in these statements.
_PUT = f"INSERT OR REPLACE INTO subject VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"  # noqa: S608
_READ = f"SELECT {', '.join(COLUMNS)} FROM subject"  # noqa: S608


class NoSubject(Exception):
    """The tracker has nobody under this number."""


class Behind(Exception):
    """The row has changed since the revision that was named; it is as `now` says."""

    def __init__(self, now: Subject) -> None:
        super().__init__(f"revision is {now.rev}")
        self.now = now


class Store:
    """One SQLite file. Written by one thread at a time; a kill loses nothing that was answered."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._database.close()

    def add(self, subjects: Iterable[Subject], *, at: str) -> int:
        """New subjects, each with its line in the log; those whose case number is there are left alone."""
        count = 0
        with self._writing() as database:
            for subject in subjects:
                known = database.execute("SELECT 1 FROM subject WHERE a_no = ?", [subject.a_no]).fetchone()
                if not known:
                    self._put(subject, SAID, by="intake", at=at)
                    count += 1
        return count

    def change(
        self, subj_no: str, said: Mapping[str, object], *, by: str, at: str, rev: int | None = None, ref: str = ""
    ) -> Subject:
        """Set these columns; returns the row as it is then. What says nothing new leaves even the revision.

        `rev`: only if the row is at this revision, else Behind. `ref`: a message that was taken before is not taken
        again. Raises NoSubject, Behind and BadValue.
        """
        checked = {name: check(name, value) for name, value in said.items()}
        with self._writing() as database:
            now = self._find(subj_no)
            if ref and database.execute("SELECT 1 FROM taken WHERE ref = ?", [ref]).fetchone():
                return now
            if rev is not None and rev != now.rev:
                raise Behind(now)
            new = [name for name, value in checked.items() if getattr(now, name) != value]
            if new:
                now = replace(now, **checked, rev=now.rev + 1)
                self._put(now, new, by=by, at=at)
            if ref:
                database.execute("INSERT INTO taken VALUES (?, ?)", [ref, now.rev])
        return now

    def find(self, subj_no: str) -> Subject:
        """The row with this number. Raises NoSubject."""
        with self._lock:
            return self._find(subj_no)

    def find_case(self, a_no: str) -> Subject | None:
        """The row of this case number."""
        with self._lock:
            row = self._database.execute(f"{_READ} WHERE a_no = ?", [a_no]).fetchone()
        return Subject(*row) if row else None

    def changes(self, *, after: int, most: int) -> list[tuple[int, str, Subject]]:
        """What changed after this number of the log, in its order: number, when, and the row as it is by now."""
        asked = f"""
            SELECT seq, at, {", ".join(f"s.{name}" for name in COLUMNS)} FROM change c JOIN subject s USING (subj_no)
            WHERE seq > ? ORDER BY seq LIMIT ?"""  # noqa: S608
        with self._lock:
            rows = self._database.execute(asked, [after, most]).fetchall()
        return [(seq, at, Subject(*row)) for seq, at, *row in rows]

    def last_change(self) -> int:
        """The newest number of the log; 0 before the first."""
        with self._lock:
            [last] = self._database.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()
        return int(last)

    def hashes(self, bounds: Sequence[str]) -> list[tuple[int, int, int]]:
        """For each range from one bound (with it) to the next (without it): rows, and the sums of both digests.

        Bounds are case numbers in their order; the last range has no end.
        """
        asked = "SELECT count(*), coalesce(sum(hi), 0), coalesce(sum(lo), 0) FROM subject WHERE a_no >= ?"
        with self._lock:
            ranges = [self._database.execute(f"{asked} AND a_no < ?", pair).fetchone() for pair in pairwise(bounds)]
            ranges.append(self._database.execute(asked, [bounds[-1]]).fetchone())
        return [(count, hi, lo) for count, hi, lo in ranges]

    def in_range(self, start: str, end: str, *, most: int) -> list[Subject]:
        """The rows from one case number (with it) to another (without it; empty: to the end), at most so many."""
        asked = f"{_READ} WHERE a_no >= ? AND (? = '' OR a_no < ?) ORDER BY a_no LIMIT ?"
        with self._lock:
            return [Subject(*row) for row in self._database.execute(asked, [start, end, end, most])]

    def _find(self, subj_no: str) -> Subject:
        row = self._database.execute(f"{_READ} WHERE subj_no = ?", [subj_no]).fetchone()
        if row is None:
            raise NoSubject(subj_no)
        return Subject(*row)

    def _put(self, subject: Subject, columns: Iterable[str], *, by: str, at: str) -> None:
        values = [getattr(subject, name) for name in COLUMNS]
        self._database.execute(_PUT, [*values, *digest(subject)])
        logged = [subject.subj_no, " ".join(columns), by, at]
        self._database.execute("INSERT INTO change (subj_no, columns, by, at) VALUES (?, ?, ?, ?)", logged)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
