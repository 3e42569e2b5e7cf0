"""Being asked to end (SIGTERM, Ctrl-C, a closed terminal): `Asked` comes up wherever the process is, and is not lost.

Python drops what a signal's handler raises inside a finaliser or another callback (sys.unraisablehook); there the
question is put again a moment later. `Asked` is a KeyboardInterrupt: `except Exception` lets it through.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

ASKED_BY = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
AGAIN_SECONDS = 0.05


class Asked(KeyboardInterrupt):
    """Somebody asked this process to end."""


def end_when_asked() -> None:
    """From now on, raise `Asked` when one of the signals comes; called by the main thread, where it is raised."""
    for number in (*ASKED_BY, signal.SIGALRM):
        signal.signal(number, _raise)
    sys.unraisablehook = _ask_again


def be_deaf() -> None:
    """The end has begun: whoever asks again changes nothing."""
    for number in (*ASKED_BY, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


def _raise(number: int, frame: FrameType | None) -> NoReturn:
    raise Asked


def _ask_again(dropped: sys.UnraisableHookArgs) -> None:
    if issubclass(dropped.exc_type, Asked):
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    else:
        sys.__unraisablehook__(dropped)
