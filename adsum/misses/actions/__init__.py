"""Decide about missed check-ins, sign, contest, answer; begin and end “absconded”; forget."""

from adsum.misses.actions.absconding import end_absconding, flag_returns
from adsum.misses.actions.contesting import answer_contest, contest_step
from adsum.misses.actions.deciding import decide_miss, forget
from adsum.misses.actions.grounds import flag_groundless
from adsum.misses.actions.signing import sign_step

__all__ = [
    "answer_contest",
    "contest_step",
    "decide_miss",
    "end_absconding",
    "flag_groundless",
    "flag_returns",
    "forget",
    "sign_step",
]
