"""The tracker's database: subjects, a log of what changed, which messages it has taken, and how far it has told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, islice, pairwise
from operator import attrgetter
from pathlib import Path
from threading import Lock

from peers.legacy_tracker.rows import COLUMNS, SAID, BadValue, Subject, check, digest

_BY_DIGEST = "CREATE INDEX IF NOT EXISTS by_digest ON subject (a_no, hi, lo)"
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS subject (
    {", ".join(f"{name} {'INTEGER' if name == 'rev' else 'TEXT'} NOT NULL" for name in COLUMNS)},
    hi INTEGER NOT NULL, lo INTEGER NOT NULL, PRIMARY KEY (a_no)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS by_number ON subject (subj_no);
{_BY_DIGEST};
CREATE TABLE IF NOT EXISTS change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, subj_no TEXT NOT NULL, columns TEXT NOT NULL, by TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS taken (ref TEXT PRIMARY KEY, rev INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (seq INTEGER PRIMARY KEY);
"""
# Only this program's own columns stand in these statements.
_ADD = f"INSERT INTO subject VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"  # noqa: S608
_SET = f"UPDATE subject SET {', '.join(f'{name} = ?' for name in (*COLUMNS, 'hi', 'lo'))} WHERE a_no = ?"  # noqa: S608
_LOG = "INSERT INTO change (subj_no, columns, by, at) VALUES (?, ?, ?, ?)"
_READ = f"SELECT {', '.join(COLUMNS)} FROM subject"  # noqa: S608
_CHANGES = f"""
    SELECT seq, at, {", ".join(f"s.{name}" for name in COLUMNS)} FROM change c JOIN subject s USING (subj_no)
    WHERE """  # noqa: S608
_SUMS = "SELECT count(*), coalesce(sum(hi), 0), coalesce(sum(lo), 0) FROM subject INDEXED BY by_digest WHERE a_no >= ?"
AT_ONCE, CACHE_KB = 10_000, 256_000
Change = tuple[int, str, Subject]


class NoSubject(Exception):
    """The tracker has nobody under this number."""


class Known(Exception):
    """The tracker has somebody under this case number already: `now`."""

    def __init__(self, now: Subject) -> None:
        super().__init__(f"is {now.subj_no}")
        self.now = now


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
        self._database.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._database.close()

    def add(self, subjects: Iterable[Subject], *, at: str) -> int:
        """New subjects, all or none, each with its line in the log; whose case number is there is left alone.

        Who has no number gets the next one. Raises BadValue where a number is somebody else's.
        """
        added, coming = 0, iter(subjects)
        with self._writing() as database:
            if not database.execute("SELECT 1 FROM subject LIMIT 1").fetchone():
                database.execute("DROP INDEX by_digest")  # filling it once, at the end, takes half the time
            while some := list(islice(coming, AT_ONCE)):
                added += self._add({subject.a_no: subject for subject in reversed(some)}, at)
            database.execute(_BY_DIGEST)
        return added

    def take_in(self, subject: Subject, *, at: str) -> Subject:
        """One new subject, by a person there; returns the row with its number. Raises Known."""
        known = self.find_case(subject.a_no)
        if known or not self.add([subject], at=at):
            raise Known(known or self.find_case(subject.a_no) or subject)
        return self.find_case(subject.a_no) or subject

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
                self._set(now, new, by=by, at=at)
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

    def changes(self, *, after: int, most: int) -> list[Change]:
        """What changed after this number of the log, in its order: number, when, and the row as it is by now."""
        return self._changes("seq > ? ORDER BY seq LIMIT ?", after, most)

    def owe(self) -> None:
        """Whoever is told of each change is owed what has changed since the last call; nothing at the first one."""
        with self._writing() as database:
            [last] = database.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()
            since = self._mark("owed", last)
            if since < last:
                database.execute("INSERT INTO owed SELECT seq FROM change WHERE seq > ?", [since])
            self._set_mark("owed", last)

    def owed(self, *, most: int) -> list[Change]:
        """What is still to be told, the oldest first."""
        return self._changes("seq IN (SELECT seq FROM owed ORDER BY seq LIMIT ?) ORDER BY seq", most)

    def settle(self, seq: int) -> None:
        """This change was told."""
        with self._writing() as database:
            database.execute("DELETE FROM owed WHERE seq = ?", [seq])

    def mark(self, name: str, usual: int) -> int:
        """How far something has come that is kept under this name."""
        with self._lock:
            return self._mark(name, usual)

    def set_mark(self, name: str, at: int) -> None:
        """It has come so far."""
        with self._writing():
            self._set_mark(name, at)

    def counts(self) -> dict[str, int]:
        """How many rows, the last number of the log, how many changes are still to be told."""
        asked = "SELECT (SELECT count(*) FROM subject), (SELECT max(seq) FROM change), (SELECT count(*) FROM owed)"
        with self._lock:
            rows, last, owed = self._database.execute(asked).fetchone()
        return {"rows": rows, "last": last or 0, "owed": owed}

    def last_change(self) -> int:
        """The newest number of the log; 0 before the first."""
        with self._lock:
            [last] = self._database.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()
        return int(last)

    def hashes(self, bounds: Sequence[str]) -> list[tuple[int, int, int]]:
        """For each range from one bound (with it) to the next (without it): rows, and the sums of both digests.

        Bounds are case numbers in their order; the last range has no end.
        """
        with self._lock:
            ranges = [self._database.execute(f"{_SUMS} AND a_no < ?", pair).fetchone() for pair in pairwise(bounds)]
            ranges.append(self._database.execute(_SUMS, [bounds[-1]]).fetchone())
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

    def _changes(self, condition: str, *given: int) -> list[Change]:
        with self._lock:
            rows = self._database.execute(_CHANGES + condition, given).fetchall()
        return [(seq, at, Subject(*row)) for seq, at, *row in rows]

    def _add(self, subjects: dict[str, Subject], at: str) -> int:
        """Those of them who are not there, in the order in which they were given."""
        asked = "SELECT a_no FROM subject WHERE a_no IN (SELECT value FROM json_each(?))"
        known = {a_no for [a_no] in self._database.execute(asked, [json.dumps(list(subjects))])}
        fresh = self._numbered([one for one in reversed(subjects.values()) if one.a_no not in known])
        try:
            self._database.executemany(_ADD, map(_values, fresh))
        except sqlite3.IntegrityError as error:
            raise BadValue("a subj_no is somebody else's") from error
        columns = " ".join(SAID)
        self._database.executemany(_LOG, ([one.subj_no, columns, "intake", at] for one in fresh))
        return len(fresh)

    def _numbered(self, subjects: list[Subject]) -> list[Subject]:
        [newest] = self._database.execute("SELECT coalesce(max(subj_no), '') FROM subject").fetchone()
        newest = max([newest, *(subject.subj_no for subject in subjects)])
        numbers = count(int(newest[3:] or 0) + 1)
        return [one if one.subj_no else Subject(f"LT-{next(numbers):08}", *_others(one)) for one in subjects]

    def _set(self, subject: Subject, columns: Iterable[str], *, by: str, at: str) -> None:
        self._database.execute(_SET, [*_values(subject), subject.a_no])
        self._database.execute(_LOG, [subject.subj_no, " ".join(columns), by, at])

    def _mark(self, name: str, usual: int) -> int:
        found = self._database.execute("SELECT at FROM mark WHERE name = ?", [name]).fetchone()
        return int(found[0]) if found else usual

    def _set_mark(self, name: str, at: int) -> None:
        self._database.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", [name, at])

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


_columns, _others = attrgetter(*COLUMNS), attrgetter(*COLUMNS[1:])


def _values(subject: Subject) -> list[object]:
    return [*_columns(subject), *digest(subject)]
