"""What an operator describes in a file of their own: a table of names and values, TOML or JSON."""

import json
import tomllib
from pathlib import Path
from typing import Any


class NoTable(Exception):
    """The file holds no table of names and values; the message says what to mend."""


def read_table(path: Path) -> dict[str, Any]:
    """The table in this file: JSON by the ending of its name, TOML else. Raises NoTable."""
    try:
        text = path.read_text(encoding="utf-8")
        said = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise NoTable(f"{path} cannot be read as TOML or JSON: {error}") from error
    if not isinstance(said, dict):
        raise NoTable(f"{path} is no table of names and values")
    return said
