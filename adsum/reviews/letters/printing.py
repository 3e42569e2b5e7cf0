"""Many letters at once, on all cores: drafted and set in processes of their own, a file for every few of them."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import django

from adsum.reviews.letters.drafting import draft
from adsum.reviews.letters.facts import Decided
from adsum.reviews.letters.paper import letters_pdf

TO_KEEP, TO_PRINT = 1, 50  # letters a file: a person's own one, or a pile for the printer


@dataclass(frozen=True)
class Wanted:
    """A letter to print: what was decided, in the reader's language; English is behind it."""

    decided: Decided
    language: str


@dataclass(frozen=True)
class Printed:
    """One file: the numbers of the decisions in it, in order, its PDF, and the processor time that it took."""

    numbers: tuple[str, ...]
    pdf: bytes
    cpu_s: float


def print_letters(wanted: Iterable[Wanted], *, letters_a_file: int = TO_PRINT) -> Iterator[Printed]:
    """The files, in the order of the letters, as they become ready.

    The processes are started afresh: a typst that was forked waits for threads that it has not got.
    """
    fresh = multiprocessing.get_context("spawn")
    with fresh.Pool(len(os.sched_getaffinity(0)), _begin) as pool:
        yield from pool.imap(print_file, list(_piles(wanted, letters_a_file)))


def print_file(pile: tuple[Wanted, ...]) -> Printed:
    """One file of these letters, each on sheets of its own."""
    began = time.process_time()
    pairs = [(draft(one.decided, language=one.language), draft(one.decided, language="en")) for one in pile]
    pdf = letters_pdf(pairs, made_at=pile[0].decided.signed_at)
    return Printed(tuple(one.decided.number for one in pile), pdf, time.process_time() - began)


def _begin() -> None:
    """A process uses one core: who has the others are its neighbours. Ctrl-C ends them all by their parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.putenv("RAYON_NUM_THREADS", "1")  # read by typst
    django.setup()


def _piles(wanted: Iterable[Wanted], size: int) -> Iterator[tuple[Wanted, ...]]:
    pile: list[Wanted] = []
    for one in wanted:
        pile.append(one)
        if len(pile) == size:
            yield tuple(pile)
            pile = []
    if pile:
        yield tuple(pile)
