"""What goes wrong at the tracker, as often as it is told to: answers late, doubled, shuffled, cut, or not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from random import Random
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class BadFaults(ValueError):
    """These faults cannot be set; the message says why."""


@dataclass(frozen=True)
class Rates:
    """How often each happens, from 0 to 1. `seconds`: the longest that a late answer is late."""

    lag: float = 0.0  # the answer comes late, and without the newest rows
    repeat: float = 0.0  # rows come twice
    reorder: float = 0.0  # rows come in any order
    truncate: float = 0.0  # the answer, or the file, ends in its middle
    error: float = 0.0  # 500, before or after the work was done
    clock: float = 0.0  # a moment is hours, a day or decades off
    seconds: float = 0.5


NAMES = tuple(one.name for one in fields(Rates))


def read_rates(said: object) -> Rates:
    """Rates from JSON. Raises BadFaults."""
    if not isinstance(said, dict) or not set(said) <= set(NAMES):
        raise BadFaults(f"an object with some of {', '.join(NAMES)}")
    most = {"seconds": 60}
    if not all(type(one) in (int, float) and 0 <= one <= most.get(name, 1) for name, one in said.items()):
        raise BadFaults("each rate from 0 to 1; seconds from 0 to 60")
    return Rates(**{name: float(one) for name, one in said.items()})


@dataclass
class Faults:
    """Draws by a seed, so that a run can be told again; counts what it has done."""

    rates: Rates = field(default_factory=Rates)
    seed: int = 1
    done: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random, self._lock = Random(self.seed), Lock()  # noqa: S311

    def strikes(self, kind: str) -> bool:
        """Whether this goes wrong now."""
        with self._lock:
            struck: bool = self._random.random() < getattr(self.rates, kind)
            if struck:
                self.done[kind] = self.done.get(kind, 0) + 1
        return struck

    def half(self) -> bool:
        """One way or the other, as often."""
        with self._lock:
            return self._random.random() < 0.5

    def pause(self) -> float:
        """How many seconds this answer is late."""
        with self._lock:
            return self._random.random() * self.rates.seconds

    def late(self, rows: Sequence[T]) -> Sequence[T]:
        """What the tracker knows by now of what has changed, in its order: the newest may not be there yet."""
        return rows[: -max(1, len(rows) // 4)] if rows and self.strikes("lag") else rows

    def rows(self, rows: Sequence[T]) -> list[T]:
        """The rows as they are sent: some twice, in another order."""
        sent = list(rows)
        if sent and self.strikes("repeat"):
            with self._lock:
                sent += self._random.choices(sent, k=max(1, len(sent) // 4))
        if self.strikes("reorder"):
            with self._lock:
                self._random.shuffle(sent)
        return sent

    def cut(self, content: bytes) -> bytes:
        """What is sent of an answer or a file: all of it, or its beginning."""
        if content and self.strikes("truncate"):
            with self._lock:
                return content[: self._random.randrange(len(content))]
        return content

    def moment(self, at: datetime) -> datetime:
        """What the tracker's clock says."""
        if self.strikes("clock"):
            with self._lock:
                return at + self._random.choice(
                    (timedelta(hours=-5), timedelta(hours=1), timedelta(days=1), timedelta(days=-365 * 40))
                )
        return at
