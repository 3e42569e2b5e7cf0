"""Knobs: every rule value of Adsum has a default, a range and a reason, and stands in `docs/policies.md`."""

import dataclasses
import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any


@dataclasses.dataclass(frozen=True)
class KnobDoc:
    """What `docs/policies.md` says of one knob."""

    name: str
    default: Any
    low: Any
    high: Any
    why: str


def knob(default: Any, *, why: str, low: Any = None, high: Any = None) -> Any:
    """A policy value: `low` and `high` are inclusive, in the unit that the knob's name ends in."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "why": why})


@dataclasses.dataclass(frozen=True)
class Policy:
    """A frozen set of knobs. A value outside its range raises ValueError and names the knob."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, low, high = (
                getattr(self, field.name),
                field.metadata["low"],
                field.metadata["high"],
            )
            if (low is not None and value < low) or (high is not None and value > high):
                raise ValueError(f"{type(self).__name__}.{field.name} is {value}; it must lie in {low} to {high}")

    @cached_property
    def version(self) -> str:
        """Name and fingerprint of the values, as decisions, flags and ledger lines cite them."""
        digest = hashlib.sha256(repr(dataclasses.astuple(self)).encode()).hexdigest()
        return f"{type(self).__name__}@{digest[:10]}"


def knobs_of(policy: type[Policy]) -> Iterator[KnobDoc]:
    """The knobs of a policy in their written order."""
    for field in dataclasses.fields(policy):
        meta = field.metadata
        yield KnobDoc(field.name, field.default, meta["low"], meta["high"], meta["why"])
