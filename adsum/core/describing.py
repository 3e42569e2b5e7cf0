"""What an operator describes in a file of their own: a table of names and values, TOML or JSON."""

import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from adsum.core.text import clean_line

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class BadDescription(Exception):
    """What the file says cannot be used; the message says what to mend."""


def read_table(path: Path) -> dict[str, Any]:
    """The table in this file: JSON by the ending of its name, TOML else. Raises BadDescription."""
    try:
        text = path.read_text(encoding="utf-8")
        said = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise BadDescription(f"{path} cannot be read as TOML or JSON: {error}") from error
    if not isinstance(said, dict):
        raise BadDescription(f"{path} is no table of names and values")
    return said


def read_description(
    path: Path,
    *,
    needed: Sequence[str],
    spared: Sequence[str] = (),
    like: str,
    faults_of: Callable[[dict[str, Any]], Iterable[str]],
) -> dict[str, Any]:
    """The same where it has each name that is needed, and none that is not known. Raises BadDescription.

    `needed` has "code", which is a code such as `like`, and "title"; both, and "why", are words. `faults_of` says what
    else is wrong.
    """
    said = read_table(path)
    if faults := list(faults_of_names(said, needed=needed, spared=spared, like=like)) or list(faults_of(said)):
        raise BadDescription(f"{path}: {'; '.join(faults)}")
    return said


def faults_of_names(
    said: dict[str, Any], *, needed: Sequence[str], spared: Sequence[str] = (), like: str
) -> Iterable[str]:
    """What is wrong with the names of a table, its code, and what must be words in it."""
    if lacking := [name for name in needed if not said.get(name)]:
        yield f"say {', '.join(lacking)} too"
        return
    if odd := [name for name in ("code", "title", "why") if said.get(name) and not _is_text(said[name])]:
        yield f"{', '.join(odd)}: words are needed"
    if strange := sorted(set(said) - {*needed, *spared}):
        yield f"{', '.join(strange)} is not known: use {', '.join((*needed, *spared))}"
    if not CODE.fullmatch(str(said["code"])):
        yield f"code: small letters, digits and hyphens are needed, such as {like}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(clean_line(value))


def fault_of_list(name: str, given: object, known: Collection[str]) -> list[str]:
    """What is wrong with a list of which each member must be known."""
    if isinstance(given, list) and set(known).issuperset(map(str, given)):
        return []
    return [f"{name}: a list of {', '.join(sorted(known)) or name + ' that are there'} is needed"]
