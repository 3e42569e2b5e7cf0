"""Work on many pieces, shared out to processes. Each piece asks one thing; answers are given in the order of pieces.

So what depends on the order (who came first, whose turn it is) is decided in one place, and the rest runs side by side.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeAlias, TypeVar, cast

Piece = TypeVar("Piece")
Question = TypeVar("Question")
Reply = TypeVar("Reply")
Result = TypeVar("Result")
Pipe: TypeAlias = "Connection[Any, Any]"
# What is done with one piece: it yields its one question, is sent the answer, and returns its result.
Work = Callable[[Piece], Generator[Question, Reply, Result]]
AnyWork = Callable[[Any], Generator[Any, Any, Any]]
_ASKS, _DONE, _FAILED = "asks", "done", "failed"


class CrewLost(Exception):
    """A process of a crew has ended in the middle of its piece; the pieces that were done are done."""


def share_out(
    pieces: Iterable[Piece],
    work: Work[Piece, Question, Reply, Result],
    answer: Callable[[Question], Reply],
    *,
    processes: int,
    begin: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """What becomes of each piece, as they are done; never more pieces are under way than there are processes.

    The processes are forked here, know what this one knows, and each calls `begin` first. They end when this one
    ends, however it ends, but not in the middle of a piece. An error of a piece comes out here, the first in the
    order of pieces where it came before the question. With no processes the work is done here, piece by piece.
    """
    if not processes:
        for piece in pieces:
            steps = work(piece)
            yield finish(steps, answer(next(steps)))
        return
    crew = _Crew(work, answer, processes, begin)
    try:
        yield from crew.run(iter(pieces))
    finally:
        crew.dismiss()


def finish(steps: Generator[Question, Reply, Result], answer: Reply) -> Result:
    """The result of a piece that has asked, now that it is answered."""
    try:
        steps.send(answer)
    except StopIteration as end:
        result: Result = end.value
        return result
    raise AssertionError("a piece asks once")


class _Crew(Generic[Piece, Question, Reply, Result]):
    """Who works, which pieces are under way, and whose question is the next to be answered."""

    def __init__(
        self,
        work: Work[Piece, Question, Reply, Result],
        answer: Callable[[Question], Reply],
        processes: int,
        begin: Callable[[], None],
    ) -> None:
        self._answer = answer
        self._under_way: dict[Pipe, int] = {}
        self._asking: dict[int, tuple[Pipe, str, Any]] = {}
        self._turn = 0
        fork, ours, theirs = multiprocessing.get_context("fork"), [], []
        for _ in range(processes):
            here, there = fork.Pipe()
            ours.append(here)
            theirs.append(there)
        self._pipes: list[Pipe] = ours
        gc.freeze()  # a collection in a process would copy what all of them share
        try:
            self._processes = [
                fork.Process(target=_toil, args=(there, [*ours, *theirs], work, begin)) for there in theirs
            ]
            for process in self._processes:
                process.start()
        finally:
            gc.unfreeze()
        for there in theirs:
            there.close()

    def run(self, pieces: Iterator[Piece]) -> Iterator[Result]:
        """All results; a process that is done gets the next piece."""
        for number, (pipe, piece) in enumerate(zip(self._pipes, pieces, strict=False)):
            self._send(pipe, number, piece)
        number = len(self._under_way)
        while self._under_way:
            for pipe in cast(list[Pipe], wait(list(self._under_way))):
                kind, said = self._hear(pipe)
                if kind == _DONE:
                    del self._under_way[pipe]
                    yield said
                    for piece in pieces:
                        self._send(pipe, number, piece)
                        number += 1
                        break
                elif kind == _FAILED and self._under_way[pipe] < self._turn:
                    raise said
                else:
                    self._asking[self._under_way[pipe]] = pipe, kind, said
            self._answer_in_turn()

    def _send(self, pipe: Pipe, number: int, piece: Piece) -> None:
        self._under_way[pipe] = number
        with _missed():
            pipe.send(piece)

    def _hear(self, pipe: Pipe) -> tuple[str, Any]:
        with _missed():
            kind, said = pipe.recv()
        return kind, said

    def _answer_in_turn(self) -> None:
        while (asking := self._asking.pop(self._turn, None)) is not None:
            pipe, kind, said = asking
            if kind == _FAILED:
                raise said
            answer = self._answer(said)
            with _missed():
                pipe.send(answer)
            self._turn += 1

    def dismiss(self) -> None:
        """Nobody gets another piece; who has one finishes it."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()


@contextmanager
def _missed() -> Iterator[None]:
    try:
        yield
    except (EOFError, BrokenPipeError, ConnectionResetError) as error:
        raise CrewLost("one of the processes that shared the work was ended") from error


def _toil(pipe: Pipe, others: list[Pipe], work: Work[Any, Any, Any, Any], begin: Callable[[], None]) -> None:
    """The life of a process: its pipe ends when whoever started it is gone, since nobody else holds the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for other in others:
        if other is not pipe:
            other.close()
    begin()
    gc.disable()  # thousands of rows at a time are no garbage; what little there is goes after each piece
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            piece = pipe.recv()
            pipe.send(_work_on(piece, work, pipe))
            del piece
            gc.collect()


def _work_on(piece: Any, work: AnyWork, pipe: Pipe) -> tuple[str, Any]:
    try:
        steps = work(piece)
        question = next(steps)
    except Exception as error:
        return _failed(error)
    pipe.send((_ASKS, question))
    answer = pipe.recv()
    try:
        return _DONE, finish(steps, answer)
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> tuple[str, Exception]:
    error.add_note(f"in a process that shared the work:\n{''.join(traceback.format_exception(error))}")
    return _FAILED, error
