"""What arrives while work is being done is done together next; nobody waits alone, nobody pays for another."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from adsum.core.gathering import Gatherer


class Work:
    """Doubles numbers, in rounds that can be held up; a negative number spoils its round."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.go = threading.Event()
        self.began = threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.rounds.append(list(numbers))
        self.began.set()
        assert self.go.wait(5)
        if any(number < 0 for number in numbers):
            raise ValueError(f"spoilt: {min(numbers)}")
        return [number * 2 for number in numbers]


@pytest.fixture
def work() -> Work:
    return Work()


def held_up(gatherer: Gatherer[int, int], work: Work, pool: ThreadPoolExecutor, numbers: list[int]) -> list[object]:
    """Put these while a first one is being worked on; returns their results, or errors, in order."""
    first = pool.submit(gatherer.put, 100)
    assert work.began.wait(5)
    jobs = []
    for number in numbers:
        jobs.append(pool.submit(gatherer.put, number))
        while len(gatherer._queue) < len(jobs):
            pass
    work.go.set()
    assert first.result(5) == 200
    return [job.exception(5) or job.result() for job in jobs]


def test_alone_it_is_done_at_once_in_the_callers_thread() -> None:
    seen: list[int] = []

    def note(numbers: Sequence[int]) -> list[int]:
        seen.append(threading.get_ident())
        return list(numbers)

    gatherer = Gatherer(note, most=8)
    assert [gatherer.put(1), gatherer.put(2)] == [1, 2]
    assert seen == [threading.get_ident()] * 2


def test_what_arrives_meanwhile_goes_together_each_with_its_own_result(work: Work) -> None:
    gatherer = Gatherer(work, most=8)
    with ThreadPoolExecutor(8) as pool:
        assert held_up(gatherer, work, pool, [1, 2, 3]) == [2, 4, 6]
    assert work.rounds == [[100], [1, 2, 3]]


def test_no_round_is_larger_than_allowed(work: Work) -> None:
    gatherer = Gatherer(work, most=2)
    with ThreadPoolExecutor(8) as pool:
        assert held_up(gatherer, work, pool, [1, 2, 3, 4, 5]) == [2, 4, 6, 8, 10]
    assert work.rounds == [[100], [1, 2], [3, 4], [5]]


def test_a_bad_one_harms_nobody_else(work: Work) -> None:
    gatherer = Gatherer(work, most=8)
    with ThreadPoolExecutor(8) as pool:
        one, bad, three = held_up(gatherer, work, pool, [1, -2, 3])
    assert (one, three, str(bad)) == (2, 6, "spoilt: -2")
    assert work.rounds == [[100], [1, -2, 3], [1], [-2], [3]]
    assert gatherer.put(5) == 10


def test_what_fails_for_all_is_not_tried_for_each(work: Work) -> None:
    gatherer = Gatherer(work, most=8, everybodys=(ValueError,))
    with ThreadPoolExecutor(8) as pool:
        outcomes = held_up(gatherer, work, pool, [1, -2, 3])
    assert [str(outcome) for outcome in outcomes] == ["spoilt: -2"] * 3
    assert work.rounds == [[100], [1, -2, 3]]


def test_a_round_that_is_broken_off_leaves_nobody_waiting() -> None:
    def leave(numbers: Sequence[int]) -> list[int]:
        raise SystemExit

    gatherer = Gatherer(leave, most=8)
    with pytest.raises(SystemExit):
        gatherer.put(1)
    with pytest.raises(SystemExit):
        gatherer.put(2)


class SleepyLock:
    """A lock whose holder falls asleep before it takes it: whatever can come first, comes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self) -> None:
        time.sleep(0.003)
        self._lock.acquire()

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def test_a_round_that_ends_before_its_follower_waits_for_it_loses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by `adsum torture`: the lead was lost, and all who came afterwards waited for ever."""
    monkeypatch.setattr("adsum.core.gathering.Lock", SleepyLock)

    def double(numbers: Sequence[int]) -> list[int]:
        return [number * 2 for number in numbers]

    gatherer = Gatherer(double, most=3)
    with ThreadPoolExecutor(12) as pool:
        jobs = [pool.submit(gatherer.put, number) for number in range(100)]
        try:
            assert [job.result(10) for job in jobs] == [number * 2 for number in range(100)]
        finally:
            for turn in gatherer._queue:
                turn.lock.release()


def test_many_at_once_lose_and_mix_up_nothing() -> None:
    def double(numbers: Sequence[int]) -> list[int]:
        return [number * 2 for number in numbers]

    gatherer = Gatherer(double, most=7)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(gatherer.put, range(5_000))) == [number * 2 for number in range(5_000)]
