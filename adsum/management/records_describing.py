"""The description of a source in a file, TOML or JSON: who it is, what it covers, how it comes, its mapping."""

from datetime import date
from pathlib import Path
from typing import Any

from adsum.core.describing import BadDescription, faults_of_names, read_table
from adsum.core.text import clean_line
from adsum.records.rules import Kind
from adsum.records.sources.all import ADAPTERS
from adsum.records.sources.coverage import EVERYWHERE, STATES
from adsum.records.sources.mapping import BadMapping

NEEDED = ("code", "title", "agency", "adapter", "states", "kinds", "covers_since")
SPARED = ("agency_phone", "is_daily", "settings")
LONGEST = {"title": 120, "agency": 160, "agency_phone": 60}


def read_description(path: Path) -> dict[str, Any]:
    """What `add_source` takes, from a file. Raises BadDescription."""
    return described(read_table(path))


def described(said: dict[str, Any]) -> dict[str, Any]:
    """The same from what a file says."""
    if faults := list(faults_of_names(said, needed=NEEDED, spared=SPARED, like="nj-arrests")):
        raise BadDescription("; ".join(faults))
    adapter = ADAPTERS.get(str(said["adapter"]))
    if adapter is None:
        raise BadDescription(f"adapter: one of {', '.join(ADAPTERS)} is needed")
    own = said.get("settings", {})
    if not isinstance(own, dict):
        raise BadDescription("settings: a table of names and values is needed")
    try:
        adapter.check(own)
    except BadMapping as error:
        raise BadDescription(f"settings: {error}") from error
    return {
        "code": str(said["code"]),
        **{name: clean_line(str(said.get(name, "")))[:most] for name, most in LONGEST.items()},
        "transport": adapter.transport,
        "adapter": said["adapter"],
        "settings": own,
        "states": _states(said["states"]),
        "kinds": _kinds(said["kinds"]),
        "covers_since": _day(said["covers_since"]),
        "is_daily": said.get("is_daily", True) is True,
    }


def _states(given: object) -> list[str]:
    known = {*STATES, EVERYWHERE}
    if not isinstance(given, list) or not given or not known.issuperset(map(str, given)):
        raise BadDescription(f"states: a list of states such as NJ, or {EVERYWHERE} for all of them, is needed")
    return [str(state) for state in given]


def _kinds(given: object) -> list[Kind]:
    if not isinstance(given, list) or not given or not set(Kind).issuperset(map(str, given)):
        raise BadDescription(f"kinds: a list of {', '.join(Kind)} is needed")
    return [Kind(str(kind)) for kind in given]


def _day(given: object) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise BadDescription("covers_since: the day from which the source knows everything, as 2019-01-01") from error
