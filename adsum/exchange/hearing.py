"""Reading what another system says of people: its log by asking, its nightly files. Both may lag, repeat and break."""

from __future__ import annotations

import random
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from django.utils import timezone

from adsum.counterparts.actions import hear_rows, note_away, note_received, note_their_answer
from adsum.counterparts.policy import CounterpartsPolicy
from adsum.counterparts.queries import strangers_now_here
from adsum.exchange.adapters import ADAPTERS
from adsum.exchange.adapting import Answered, Away, DropRefused, OddRow
from adsum.exchange.secrets import key_of
from adsum.ledger.rules import RULES
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from threading import Event as Signal

    from adsum.counterparts.models import Counterpart
    from adsum.counterparts.rules import Row
    from adsum.exchange.adapting import Adapter, Line

log = structlog.get_logger(__name__)

AT_ONCE = 500
LONGEST_PAUSE = timedelta(minutes=1)


class Hearer:
    """One counterpart, its adapter, and the line to it."""

    def __init__(self, counterpart: Counterpart) -> None:
        self.counterpart, self.code = counterpart, counterpart.subscriber.code
        self.adapter: Adapter = ADAPTERS[counterpart.adapter]
        self.line: Line = self.adapter.connect(counterpart.subscriber.address, key=key_of(self.code))
        self._read_at = timezone.now()
        self._looked_at: dict[Path, tuple[int, int]] = {}

    def hear(self, rows: Sequence[Row], *, anew: bool = False) -> None:
        """Hold these rows against ours, a transaction each so many."""
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            now = timezone.now()
            read = self.adapter.read_values
            hear_rows(counterpart=self.counterpart, rows=part, read=read, now=now, anew=anew)

    def read_if_due(self, *, now: datetime, stop: Signal) -> None:
        """Ask for what has changed there, now and then. Who does not answer is asked more and more rarely."""
        if now < self._read_at:
            return
        try:
            self.read_changes(stop)
            pause = timedelta(seconds=in_force(CounterpartsPolicy, now=now).poll_seconds)
        except (Away, Answered) as error:
            silent = self.note_away(error)
            pause = min(max(silent, timedelta(seconds=1)), LONGEST_PAUSE)
        self._read_at = timezone.now() + pause * (0.75 + random.random() / 2)  # noqa: S311

    def note_away(self, error: Exception) -> timedelta:
        """They do not answer, or not so that it can be read; returns since how long."""
        now = timezone.now()
        note_away(counterpart=self.counterpart, error=str(error), now=now)
        log.warning("exchange.not-heard", counterpart=self.code, error=str(error))
        assert self.counterpart.silent_since is not None
        return now - self.counterpart.silent_since

    def read_changes(self, stop: Signal) -> None:
        """All that has changed since we read last, a page at a time. Raises Away or Answered; what was read stays."""
        most = in_force(CounterpartsPolicy, now=timezone.now()).rows_at_once
        while not stop.is_set():
            page = self.line.changes(self.counterpart.cursor, most=most)
            self.hear(page.shown.rows)
            self._set_aside(page.shown.odd)
            read_on = page.last > self.counterpart.cursor
            note_their_answer(counterpart=self.counterpart, now=timezone.now(), cursor=page.last)
            if not read_on:
                break
        self._begin_anew_if_set_back()
        for case_number in strangers_now_here(counterpart=self.counterpart, most=AT_ONCE, seen_by=RULES):
            try:
                row = self.line.row_of(case_number)
            except OddRow as odd:
                self._set_aside([odd])
            else:
                self.hear([row] if row else [])

    def _set_aside(self, odd: Sequence[OddRow]) -> None:
        """Rows that cannot be read: each is noted with the reason, and keeps no other from being heard.

        By its number in their log, or once a day: whose row it is stands only in what a look at both files finds.
        """
        for one in odd:
            now = timezone.now()
            name = f"row {one.place} of its log" if one.place else f"a row asked for on {now:%Y-%m-%d}"
            if note_received(counterpart=self.counterpart, name=name, now=now, refused=str(one)):
                log.warning("exchange.row-refused", counterpart=self.code)

    def _begin_anew_if_set_back(self) -> None:
        """A log that is shorter than what we read of it comes from a restored database: read it from its beginning."""
        last = self.line.last_change()
        if last < self.counterpart.cursor:
            log.warning("exchange.set-back", counterpart=self.code, ours=self.counterpart.cursor, theirs=last)
            note_their_answer(counterpart=self.counterpart, now=timezone.now(), cursor=0)

    def read_files(self, *, now: datetime) -> None:
        """Files that are new in the folder, the oldest first: each whole, or none of it and the reason kept."""
        folder = Path(self.counterpart.folder) if self.counterpart.folder else None
        if folder is None or not folder.is_dir():
            return
        for path in self.adapter.find_files(folder):
            try:
                stat = path.stat()
                if self._looked_at.get(path) != (stat.st_size, stat.st_mtime_ns):
                    self._read_file(path, now)
                    self._looked_at[path] = (stat.st_size, stat.st_mtime_ns)
            except OSError as error:
                log.warning("exchange.file-away", counterpart=self.code, file=path.name, error=type(error).__name__)

    def _read_file(self, path: Path, now: datetime) -> None:
        name = f"{path.name} {sha256(path.read_bytes()).hexdigest()[:16]}"
        try:
            drop = self.adapter.read_file(path)
        except DropRefused as refusal:
            note_received(counterpart=self.counterpart, name=name, now=now, refused=str(refusal))
            log.warning("exchange.file-refused", counterpart=self.code, file=path.name)
            return
        self.hear(drop.rows)
        note_received(counterpart=self.counterpart, name=name, now=now, rows=len(drop.rows), left=drop.left)
