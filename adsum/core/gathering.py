"""What arrives while work is being done is done together next (group commit), for any work on a list of things.

Gray and Reuter, Transaction Processing (1993), 9.4.7: group commit. The first thread that arrives does the work; who
arrives meanwhile waits, and goes along in the next round. Alone, nobody waits for anybody.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def _held() -> Lock:
    """A lock that is held before anybody can see it, so that whoever lets it go is never too early."""
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(eq=False, slots=True)
class _Turn(Generic[T, R]):
    """One thing that waits, and what became of it. Its lock is let go once its thread has something to do."""

    item: T
    lock: Lock = field(default_factory=_held)
    leads: bool = False
    results: tuple[R, ...] = ()
    error: Exception | None = None

    def outcome(self) -> R:
        if self.error is not None:
            raise self.error
        if not self.results:
            raise RuntimeError("the round was broken off: try again")
        return self.results[0]


class Gatherer(Generic[T, R]):
    """Calls `work` with up to `most` things at once. Each thing has a thread that waits, so threads bound the queue.

    `work` returns one result a thing, in their order. When it fails for several, each is tried alone, so that one bad
    thing never harms its neighbours; but with an error of `everybodys` kinds (nothing works just now) it fails for all.
    """

    def __init__(
        self, work: Callable[[Sequence[T]], Sequence[R]], *, most: int, everybodys: tuple[type[Exception], ...] = ()
    ) -> None:
        self._work, self._most, self._everybodys = work, most, everybodys
        self._gate = Lock()
        self._queue: deque[_Turn[T, R]] = deque()
        self._busy = False

    def put(self, item: T) -> R:
        """Have the work done for this thing; returns its own result or raises its own error."""
        turn: _Turn[T, R] = _Turn(item)
        with self._gate:
            turn.leads = not self._busy
            self._busy = True
            self._queue.append(turn)
        if not turn.leads:
            turn.lock.acquire()  # until a round has taken it along, or it is its turn to lead one
        if turn.leads:
            self._lead()
        return turn.outcome()

    def _lead(self) -> None:
        with self._gate:
            round_of = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
        try:
            self._do(round_of)
        finally:
            with self._gate:
                follower = self._queue[0] if self._queue else None
                self._busy = follower is not None
            if follower is not None:
                follower.leads = True
                follower.lock.release()
            for turn in round_of[1:]:
                turn.lock.release()

    def _do(self, turns: Sequence[_Turn[T, R]]) -> None:
        try:
            results = self._work([turn.item for turn in turns])
        except Exception as error:
            if len(turns) == 1 or isinstance(error, self._everybodys):
                for turn in turns:
                    turn.error = error
                return
            for turn in turns:
                self._do([turn])
            return
        for turn, result in zip(turns, results, strict=True):
            turn.results = (result,)
