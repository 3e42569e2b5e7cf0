"""The systems with files of their own that we can speak with, by the name of their folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adsum.exchange.legacy.adapter import LegacyTracker

if TYPE_CHECKING:
    from adsum.exchange.adapting import Adapter

ADAPTERS: dict[str, Adapter] = {"legacy": LegacyTracker()}
