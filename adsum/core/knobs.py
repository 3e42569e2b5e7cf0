"""Knobs: every rule value of Adsum has a default, a range and a reason, and stands in `docs/policies.md`."""

import dataclasses
import hashlib
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, Self


class Reach(StrEnum):
    """How finely a knob may differ: only with the whole programme, by office, or by level and office."""

    PROGRAMME = "programme"
    OFFICE = "office"
    LEVEL = "level"

    def allows(self, other: "Reach") -> bool:
        """True where a knob of this reach may be set at `other`."""
        order = list(Reach)
        return order.index(other) <= order.index(self)

    @property
    def words(self) -> str:
        """Where a knob of this reach can be set."""
        return {
            Reach.PROGRAMME: "only for the whole programme",
            Reach.OFFICE: "for the programme or an office, not for a level",
            Reach.LEVEL: "for the programme, an office, a level, or a level in an office",
        }[self]


@dataclasses.dataclass(frozen=True)
class KnobDoc:
    """What `docs/policies.md` says of one knob. `among` are the possible values where it is a choice or a list."""

    name: str
    default: Any
    low: Any
    high: Any
    why: str
    reach: Reach = Reach.PROGRAMME
    among: tuple[Any, ...] = ()

    @property
    def like(self) -> type:
        """The type of a list's parts."""
        parts = self.default or self.among
        return type(parts[0]) if parts else str


def knob(
    default: Any,
    *,
    why: str,
    low: Any = None,
    high: Any = None,
    reach: Reach = Reach.PROGRAMME,
    among: Collection[Any] = (),
) -> Any:
    """A policy value, or a tuple of them.

    `low` and `high` are inclusive, in the unit that the knob's name ends in; `among` lists what is possible.
    """
    limits = {"low": low, "high": high, "why": why, "reach": reach, "among": tuple(among)}
    return dataclasses.field(default=default, metadata=limits)


@dataclasses.dataclass(frozen=True)
class Policy:
    """A frozen set of knobs. A value outside its range raises ValueError and names the knob."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            for part in value if isinstance(value, tuple) else (value,):
                if fault := _fault_of(part, **field.metadata):
                    raise ValueError(f"{type(self).__name__}.{field.name} is {part}; it must {fault}")

    @cached_property
    def version(self) -> str:
        """Name, fingerprint of the values and the stored versions they come from: what a decision cites."""
        digest = hashlib.sha256(repr(dataclasses.astuple(self)).encode()).hexdigest()
        stored = "+".join(str(number) for number in self.stored_versions)
        return f"{type(self).__name__}@{digest[:10]}" + (f":{stored}" if stored else "")

    @cached_property
    def stored_versions(self) -> tuple[int, ...]:
        """The numbers of the stored versions that set these values; none where all are the defaults."""
        return ()

    def citing(self, versions: tuple[int, ...]) -> Self:
        """The same values, said to come from these stored versions."""
        same = dataclasses.replace(self)
        same.__dict__["stored_versions"] = versions
        return same


def _fault_of(value: Any, *, low: Any, high: Any, among: tuple[Any, ...], **_: Any) -> str:
    if (low is not None and value < low) or (high is not None and value > high):
        return f"lie in {low} to {high}"
    return f"be one of {', '.join(map(str, among))}" if among and value not in among else ""


def known_policies() -> dict[str, type[Policy]]:
    """Every policy by the name that its versions carry, in the order of their domains' names."""
    mine = (one for one in Policy.__subclasses__() if one.__module__.startswith("adsum."))
    return {one.__name__: one for one in sorted(mine, key=lambda one: one.__module__)}


def knobs_of(policy: type[Policy]) -> Iterator[KnobDoc]:
    """The knobs of a policy in their written order."""
    for field in dataclasses.fields(policy):
        meta = field.metadata
        yield KnobDoc(field.name, field.default, meta["low"], meta["high"], meta["why"], meta["reach"], meta["among"])
