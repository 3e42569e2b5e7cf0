"""Work shared out to processes: all of it, answered in order; errors come out, and nobody outlives who started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from adsum.core.crew import CrewLost, share_out

ORPHANS = r"""
import os, sys, time
from adsum.core.crew import share_out
def work(piece):
    os.write(1, b"%d\n" % os.getpid())
    yield piece
    time.sleep(0.5)
    open(sys.argv[1] + str(piece), "w").close()
for _ in share_out(range(100), work, lambda piece: None, processes=3):
    pass
"""


def squares(piece: int) -> Generator[int, int, tuple[int, int]]:
    time.sleep((piece * 7 % 5) / 500)
    turn = yield piece
    return piece * piece, turn


@pytest.mark.parametrize("processes", [0, 1, 2, 5])
@pytest.mark.parametrize("pieces", [0, 1, 3, 40])
def test_each_piece_is_done_once_and_answered_in_order(processes: int, pieces: int) -> None:
    asked: list[int] = []

    def answer(piece: int) -> int:
        asked.append(piece)
        return len(asked)

    done = list(share_out(range(pieces), squares, answer, processes=processes))
    assert asked == list(range(pieces))
    assert sorted(done) == [(piece * piece, piece + 1) for piece in range(pieces)]


def test_no_more_pieces_are_taken_than_there_are_processes() -> None:
    taken = 0

    def pieces() -> Iterator[int]:
        nonlocal taken
        for piece in range(30):
            taken += 1
            yield piece

    for done, _ in enumerate(share_out(pieces(), squares, lambda piece: 0, processes=3), 1):
        assert taken <= done + 3


@pytest.mark.parametrize("processes", [0, 3])
def test_the_first_error_in_the_order_of_pieces_comes_out(processes: int) -> None:
    def work(piece: int) -> Generator[int, None, None]:
        time.sleep(0.02 * (10 - piece))  # the later ones fail sooner
        if piece >= 4:
            raise ValueError(f"piece {piece} is wrong")
        yield piece

    with pytest.raises(ValueError, match="piece 4 is wrong"):
        list(share_out(range(9), work, lambda piece: None, processes=processes))


@pytest.mark.parametrize("processes", [0, 2])
def test_an_error_after_the_answer_comes_out(processes: int) -> None:
    def work(piece: int) -> Generator[int, None, None]:
        yield piece
        raise ValueError(f"piece {piece} was not written")

    with pytest.raises(ValueError, match="was not written"):
        list(share_out(range(9), work, lambda piece: None, processes=processes))


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_process_that_is_ended_is_missed(asked_first: bool) -> None:
    def work(piece: int) -> Generator[int, None, None]:
        if piece == 2 and not asked_first:
            os.kill(os.getpid(), signal.SIGKILL)
        yield piece
        if piece == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(CrewLost, match="was ended"):
        list(share_out(range(9), work, lambda piece: None, processes=2))


def test_a_process_that_is_ended_before_its_answer_is_missed() -> None:
    def work(piece: int) -> Generator[int, None, None]:
        yield os.getpid()

    def answer(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    with pytest.raises(CrewLost, match="was ended"):
        list(share_out(range(9), work, answer, processes=2))


def test_who_stops_listening_leaves_no_process_behind() -> None:
    pids: set[int] = set()

    def work(piece: int) -> Generator[int, None, int]:
        yield os.getpid()
        return piece

    for _ in share_out(range(1000), work, pids.add, processes=2):
        if len(pids) == 2:
            break
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_when_who_started_them_is_killed_they_finish_their_piece_and_end(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ORPHANS, f"{tmp_path}/"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pids = [int(starter.stdout.readline()) for _ in range(3)]
        time.sleep(0.2)
        starter.kill()
        assert starter.wait() == -signal.SIGKILL
        assert starter.stdout.read() == ""  # the last process that holds its end of it is gone
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1", "2"]
    assert len(set(pids)) == 3
