"""All processes of a running Adsum: kept alive, replaced by fresh ones when asked, ended together."""

import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from adsum.core.ending import Asked, be_deaf, end_when_asked
from adsum.management.processes import Child, bury_orphans

STOP_SECONDS = 12
PROVE_SECONDS = 45  # a fresh web is ready by then, or the old one stays


class NotReplaced(Exception):
    """The fresh children are no good, and the old ones still serve; the message says what happened."""


class Household:
    """The children that serve, the ones that shall take their place, and the ones that are about to end."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.serving, self.coming = list(children), list[Child]()
        self.leaving: list[tuple[Child, float]] = []

    @property
    def everybody(self) -> list[Child]:
        return [*self.serving, *self.coming, *(child for child, _ in self.leaving)]

    def watch(self) -> None:
        """Start again what has died, bury what was asked to end."""
        for child in self.serving:
            child.watch()
        now = time.monotonic()
        for child, deadline in list(self.leaving):
            if child.has_ended() or now > deadline:
                child.stop(now)
                self.leaving.remove((child, deadline))
        bury_orphans(self.everybody)

    def replace(self, is_ready: Callable[[Child], bool]) -> Iterator[None]:
        """Replace all children, in steps between which `watch` is called. Raises NotReplaced.

        The first one's successor must be ready before any of the old ones is asked to end.
        """
        web = self.serving[0].another()
        self.coming.append(web)
        web.start()
        try:
            yield from _wait_until(is_ready, web)
        except NotReplaced:
            self._dismiss([web])
            raise
        finally:
            self.coming.clear()
        old, self.serving = self.serving, [web, *(child.another() for child in self.serving[1:])]
        self._dismiss(old)
        while self.leaving:
            yield

    def _dismiss(self, children: Sequence[Child]) -> None:
        self.leaving += [(child, time.monotonic() + STOP_SECONDS) for child in children if child.process]
        for child in children:
            child.ask_to_end()

    def end(self) -> None:
        """Ask all to end, wait, and end by force what does not."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.everybody:
            child.ask_to_end()
        for child in self.everybody:
            child.stop(deadline)


def _wait_until(is_ready: Callable[[Child], bool], web: Child) -> Iterator[None]:
    deadline = time.monotonic() + PROVE_SECONDS
    while not is_ready(web):
        if web.has_ended():
            raise NotReplaced("the fresh web ended at once")
        if time.monotonic() > deadline:
            raise NotReplaced(f"the fresh web is not ready after {PROVE_SECONDS} s")
        yield


class Reloads:
    """Replacing a household when SIGUSR1 asks for it; `tell` hears how it ended: "" or what went wrong."""

    def __init__(self, household: Household, is_ready: Callable[[Child], bool], tell: Callable[[str], None]) -> None:
        self._household, self._is_ready, self._tell = household, is_ready, tell
        self._asked = False
        self._steps: Iterator[None] | None = None

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The signal's handler."""
        self._asked = True

    def go_on(self) -> None:
        """Take the next step of a replacement, or begin one that was asked for."""
        if self._steps is None and self._asked:
            self._asked, self._steps = False, self._household.replace(self._is_ready)
        if self._steps is not None:
            self._step(self._steps)

    def _step(self, steps: Iterator[None]) -> None:
        try:
            next(steps)
        except StopIteration:
            self._end("")
        except NotReplaced as failure:
            said = f"{failure}: the old one still serves; read what it wrote to `adsum run`"
            sys.stderr.write(f"Reload: {said}\n")
            self._end(said)

    def _end(self, failure: str) -> None:
        self._steps = None
        self._tell(failure)


def keep_running(
    household: Household, reloads: Reloads, *, after_start: Callable[[], None], each_second: Callable[[], None]
) -> None:
    """Start the children, the first one alone until it serves; watch them until Ctrl-C or SIGTERM; end them cleanly.

    `after_start` returns when the first one serves.
    """
    end_when_asked()
    try:
        household.serving[0].start()
        after_start()
        signal.signal(signal.SIGUSR1, reloads.ask)
        for turn in itertools.count():
            time.sleep(0.2)
            household.watch()
            reloads.go_on()
            if turn % 5 == 0:
                each_second()
    except Asked:
        sys.stderr.write("Stopping …\n")
    finally:
        be_deaf()
        household.end()
