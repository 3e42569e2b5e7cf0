"""Start, pause and stop clocks; enter, approve and vacate rules; see what is late; forget."""

from adsum.law.actions.easing import open_easing
from adsum.law.actions.reckoning import reckon_clocks
from adsum.law.actions.ruling import approve_rule, enter_rule, vacate_rule
from adsum.law.actions.running import ClockRefused, forget, pause_clock, resume_clock, start_clock, stop_clock
from adsum.law.actions.sweeping import sweep_clocks

__all__ = [
    "ClockRefused",
    "approve_rule",
    "enter_rule",
    "forget",
    "open_easing",
    "pause_clock",
    "reckon_clocks",
    "resume_clock",
    "start_clock",
    "stop_clock",
    "sweep_clocks",
    "vacate_rule",
]
