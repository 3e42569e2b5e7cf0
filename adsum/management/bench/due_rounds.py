"""The rounds of `adsum bench due`: bare statements and our actions in turn, on the same rows."""

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connections, transaction

from adsum.checkins.actions import make_duties, make_reminders
from adsum.checkins.policy import CheckinPolicy
from adsum.management.sweeping import sweep_duties
from adsum.notices.rules import Channel
from adsum.policies.queries import in_force

SHARE = 7  # a seventh of the people are due in a round
_LIMIT_OF_MAKING = """
INSERT INTO adsum_duty (plan_id, participant_id, due_on, made_at, opens_at, due_at, missed_after, set_aside)
SELECT p.id, p.participant_id, p.next_due_on, %(now)s,
    (greatest(p.next_due_on - 28, p.last_due_on) + 1)::timestamp AT TIME ZONE o.time_zone,
    (p.next_due_on + 1)::timestamp AT TIME ZONE o.time_zone,
    (p.next_due_on + 1)::timestamp AT TIME ZONE o.time_zone + interval '24 hours', ''
FROM adsum_plan p JOIN adsum_participant w ON w.id = p.participant_id JOIN adsum_fieldoffice o ON o.id = w.office_id
WHERE p.ended_at IS NULL AND p.next_due_on <= (%(now)s::timestamptz AT TIME ZONE o.time_zone)::date + %(ahead)s
"""
_LIMIT_OF_MOVING_ON = """
UPDATE adsum_plan p SET last_due_on = next_due_on, next_due_on = next_due_on + interval_days
FROM adsum_participant w JOIN adsum_fieldoffice o ON o.id = w.office_id
WHERE w.id = p.participant_id AND p.ended_at IS NULL
    AND p.next_due_on <= (%(now)s::timestamptz AT TIME ZONE o.time_zone)::date + %(ahead)s
"""
_LIMIT_OF_SWEEPING = """
UPDATE adsum_duty SET outcome = 'missed', settled_at = %(now)s
WHERE outcome IS NULL AND set_aside = '' AND missed_after <= %(now)s
"""
_DAYS_UNTIL_A_SHARE = """
SELECT days FROM generate_series(1, 56) AS days
WHERE (SELECT count(*) FROM adsum_plan WHERE ended_at IS NULL AND next_due_on <= %(today)s::date + %(ahead)s + days)
    >= (SELECT count(*) FROM adsum_participant) / %(share)s
ORDER BY days LIMIT 1
"""


@dataclass
class Rounds:
    """What each round took, in seconds, and how many rows it was about."""

    days: int = 0
    made: list[int] = field(default_factory=list)
    made_by_limit: list[int] = field(default_factory=list)
    reminded: list[int] = field(default_factory=list)
    swept: list[int] = field(default_factory=list)
    swept_by_limit: list[int] = field(default_factory=list)
    make_s: list[float] = field(default_factory=list)
    make_limit_s: list[float] = field(default_factory=list)
    make_insert_s: list[float] = field(default_factory=list)
    remind_s: list[float] = field(default_factory=list)
    sweep_s: list[float] = field(default_factory=list)
    sweep_limit_s: list[float] = field(default_factory=list)
    make_cpu_s: list[float] = field(default_factory=list)
    make_limit_cpu_s: list[float] = field(default_factory=list)
    sweep_cpu_s: list[float] = field(default_factory=list)
    sweep_limit_cpu_s: list[float] = field(default_factory=list)
    peak_mb: float = 0.0


class Took(NamedTuple):
    """How long something took, and the processor time of it, here and in the database."""

    seconds: float
    cpu_s: float


class Watch:
    """Runs from when it is made. Processor time says more than the clock while others use the machine."""

    def __init__(self, using: str) -> None:
        connections[using].ensure_connection()
        backend = connections[using].connection.info.backend_pid
        self.server = int(_stat(backend)[1])
        self.began, self.cpu_began = time.perf_counter(), self._cpu_s()

    def read(self) -> Took:
        """What it says now."""
        return Took(time.perf_counter() - self.began, self._cpu_s() - self.cpu_began)

    def _cpu_s(self) -> float:
        """Here, and in all of the server's processes, those that have ended among them."""
        ended = sum(int(field) for field in _stat(self.server)[13:15])
        children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text().split()
        living = sum(int(field) for child in children for field in _stat(int(child))[11:13])
        return time.process_time() + (ended + living) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third one on; nothing where the process has just ended (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class DueBench:
    """The rounds: each lets the same number of days pass, so that another seventh is due."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.ahead = in_force(CheckinPolicy, now=now).made_ahead_days
        self.rounds = Rounds()

    def run(self, count: int) -> Rounds:
        """Up to date first, unmeasured; then the rounds."""
        make_duties(now=self.now)
        sweep_duties(now=self.now)
        values: dict[str, Any] = {"today": self.now.date(), "ahead": self.ahead, "share": SHARE}
        with connections["owner"].cursor() as cursor:
            cursor.execute(_DAYS_UNTIL_A_SHARE, values)
            [self.rounds.days] = cursor.fetchone() or [SHARE]
        for number in range(1, count + 1):
            self.now += timedelta(days=self.rounds.days)
            self._round()
            _say(f"round {number} of {count}: {self._last_words()}")
        self.rounds.peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        return self.rounds

    def _round(self) -> None:
        rounds, values = self.rounds, {"now": self.now, "ahead": self.ahead}
        made, [insert, move_on] = self._limit([_LIMIT_OF_MAKING, _LIMIT_OF_MOVING_ON], values)
        rounds.make_insert_s.append(insert.seconds)
        rounds.make_limit_s.append(insert.seconds + move_on.seconds)
        rounds.make_limit_cpu_s.append(insert.cpu_s + move_on.cpu_s)
        rounds.made_by_limit.append(made)
        rounds.make_cpu_s.append(self._measure(make_duties, rounds.make_s, rounds.made))
        self._measure(self._remind, rounds.remind_s, rounds.reminded)
        swept, [update] = self._limit([_LIMIT_OF_SWEEPING], values)
        rounds.sweep_limit_s.append(update.seconds)
        rounds.sweep_limit_cpu_s.append(update.cpu_s)
        rounds.swept_by_limit.append(swept)
        rounds.sweep_cpu_s.append(self._measure(sweep_duties, rounds.sweep_s, rounds.swept))

    def _remind(self, *, now: datetime) -> int:
        return make_reminders(can=[Channel.SMS, Channel.EMAIL], now=now)

    def _measure(self, action: Callable[..., int], seconds: list[float], counts: list[int]) -> float:
        self._rest()
        watch = Watch("default")
        counts.append(action(now=self.now))
        took = watch.read()
        seconds.append(took.seconds)
        return took.cpu_s

    def _limit(self, statements: list[str], values: dict[str, Any]) -> tuple[int, list[Took]]:
        """Rows, and how long each bare statement takes, the commit not counted: they are rolled back and swept up."""
        self._rest()
        took, rows = [], 0
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for statement in statements:
                watch = Watch("owner")
                cursor.execute(statement, values)
                took.append(watch.read())
                rows = rows or cursor.rowcount
            transaction.set_rollback(True, using="owner")
        return rows, took

    def _rest(self) -> None:
        """Dead rows gone: each measurement begins alike."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) adsum_duty, adsum_plan")

    def _last_words(self) -> str:
        rounds = self.rounds
        return (
            f"{rounds.made[-1]:,} made in {rounds.make_s[-1]:.2f} s (bare {rounds.make_limit_s[-1]:.2f}), "
            f"{rounds.reminded[-1]:,} reminders in {rounds.remind_s[-1]:.2f} s, "
            f"{rounds.swept[-1]:,} swept in {rounds.sweep_s[-1]:.2f} s (bare {rounds.sweep_limit_s[-1]:.2f}); processor"
            f" {rounds.make_cpu_s[-1]:.2f} ({rounds.make_limit_cpu_s[-1]:.2f}),"
            f" {rounds.sweep_cpu_s[-1]:.2f} ({rounds.sweep_limit_cpu_s[-1]:.2f})"
        )


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
