"""The tables of the law: its rules, and the clocks that run by them."""

from adsum.law.models.clocks import Clock
from adsum.law.models.laws import LawRule

__all__ = ["Clock", "LawRule"]
