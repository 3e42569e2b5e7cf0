"""The tracker's face towards the rest of the exchange."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from adsum.counterparts.rules import Row
from adsum.exchange.adapting import ReadDrop
from adsum.exchange.legacy import columns, files
from adsum.exchange.legacy.calling import Caller
from adsum.exchange.legacy.rows import read_row


class LegacyTracker:
    """See `adapting.Adapter`."""

    def connect(self, address: str, *, key: str) -> Caller:
        """A line to the tracker at this address. Raises ValueError for an odd one."""
        return Caller(address, key=key)

    def read_values(self, said: str) -> Mapping[str, str]:
        """Each field of a row."""
        return columns.read_values(said)

    def write_values(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """The columns to set."""
        return columns.write_values(values)

    def read_message(self, said: Mapping[str, Any]) -> Row:
        """A row that came as a message. Raises ValueError."""
        return read_row(said)

    def find_files(self, folder: Path) -> Iterable[Path]:
        """The nightly files that lie there, the oldest first."""
        return files.find_files(folder)

    def read_file(self, path: Path) -> ReadDrop:
        """What stands in one of them. Raises DropRefused."""
        return files.read_file(path)
