"""Which version of a policy holds, where and when. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from adsum.core.knobs import KnobDoc, Policy, Reach, knobs_of

P = TypeVar("P", bound=Policy)


class BadPolicy(Exception):
    """These values cannot be set there; the message says which, and what would be possible."""


@dataclass(frozen=True)
class Scope:
    """Where a version holds. Narrower beats wider: office and level, then office, then level, then programme."""

    office_id: int | None = None
    level: str = ""

    @property
    def reach(self) -> Reach:
        """What a knob must allow to be set here."""
        if self.level:
            return Reach.LEVEL
        return Reach.PROGRAMME if self.office_id is None else Reach.OFFICE

    def from_the_widest(self) -> tuple["Scope", ...]:
        """The scopes that have a say here, the narrowest last."""
        return (Scope(), Scope(None, self.level), Scope(self.office_id), self)


@dataclass(frozen=True)
class Version:
    """One approved version: these values of the policy `kind`, from `since` to before `until`."""

    id: int
    kind: str
    scope: Scope
    values: Mapping[str, Any]
    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """True while it lasts; the end does not belong to it."""
        return self.since <= at and (self.until is None or at < self.until)


def version_at(versions: Iterable[Version], at: datetime) -> Version | None:
    """Of the versions of one policy in one scope: the one begun last that has not ended.

    So a version with an end stands in for the one before it, which holds again afterwards.
    """
    holding = [one for one in versions if one.holds(at)]
    return max(holding, key=lambda one: (one.since, one.id), default=None)


class Book:
    """All approved versions. Answers what holds, has held and will hold, without asking again."""

    def __init__(self, versions: Iterable[Version]) -> None:
        self._versions: dict[tuple[str, Scope], list[Version]] = {}
        for one in versions:
            self._versions.setdefault((one.kind, one.scope), []).append(one)
        self._answers: dict[tuple[type[Policy], Scope], tuple[list[datetime], list[Policy]]] = {}

    def find(self, kind: type[P], *, at: datetime, scope: Scope) -> P:
        """The policy that holds at `at` in `scope`."""
        known = self._answers.get((kind, scope))
        if known is None:
            known = self._answers[kind, scope] = self._all_answers(kind, scope)
        turns, answers = known
        return cast(P, answers[bisect_right(turns, at)])

    def everywhere(self, kind: type[P], *, at: datetime) -> Iterator[P]:
        """What holds in the programme, and in each scope that has a version of its own."""
        scopes = {scope for name, scope in self._versions if name == kind.__name__}
        both = {Scope(office.office_id, level.level) for office in scopes for level in scopes}
        for scope in {Scope(), *scopes, *both}:
            yield self.find(kind, at=at, scope=scope)

    def setting(self, kind: type[Policy], *, at: datetime, scope: Scope) -> dict[str, Version]:
        """Which version has set a knob there; knobs with their default are absent."""
        found: dict[str, Version] = {}
        for one in dict.fromkeys(scope.from_the_widest()):
            version = version_at(self._versions.get((kind.__name__, one), []), at)
            found.update(dict.fromkeys(version.values, version) if version else {})
        return found

    @property
    def is_empty(self) -> bool:
        """True where nothing but the defaults has ever held."""
        return not self._versions

    def trying(
        self, kind: type[Policy], scope: Scope, values: Mapping[str, Any], *, at: datetime, replaces: bool, number: int
    ) -> "Book":
        """This book, were these values to hold there from `at` on.

        `replaces`: instead of the version that holds there, as a stored one would; else on top of it.
        """
        every = [one for some in self._versions.values() for one in some]
        standing = version_at(self._versions.get((kind.__name__, scope), ()), at)
        kept = standing.values if standing and not replaces else {}
        trial = Version(number, kind.__name__, scope, {**kept, **values}, at)
        rest = (one for one in every if one is not standing)
        return Book([*rest, trial])

    def _all_answers(self, kind: type[Policy], scope: Scope) -> tuple[list[datetime], list[Policy]]:
        layers = [self._versions.get((kind.__name__, one), []) for one in dict.fromkeys(scope.from_the_widest())]
        every = [version for layer in layers for version in layer]
        turns = sorted({one.since for one in every} | {one.until for one in every if one.until is not None})
        return turns, [kind()] + [_put_together(kind, layers, turn) for turn in turns]


def _put_together(kind: type[Policy], layers: Iterable[Iterable[Version]], at: datetime) -> Policy:
    holding = [one for one in (version_at(layer, at) for layer in layers) if one is not None]
    values: dict[str, Any] = {}
    for one in holding:
        values.update(read_values(kind, one.values))
    return kind(**values).citing(tuple(one.id for one in holding))


def read_values(kind: type[Policy], raw: Mapping[str, Any], *, reach: Reach | None = None) -> dict[str, Any]:
    """The knobs that `raw` sets, in their own types. Raises BadPolicy with every fault, not only the first."""
    docs = {doc.name: doc for doc in knobs_of(kind)}
    values, faults = {}, []
    for name, value in raw.items():
        doc = docs.get(name)
        try:
            if doc is None:
                raise BadPolicy(f"{name}: {kind.__name__} has no such knob; it has {', '.join(docs)}")
            if reach is not None and not doc.reach.allows(reach):
                raise BadPolicy(f"{name}: this knob can be set {doc.reach.words}")
            values[name] = _read(doc, value)
            kind(**{name: values[name]})
        except (BadPolicy, ValueError) as fault:
            faults.append(str(fault))
    if not faults:
        try:
            kind(**values)
        except ValueError as fault:
            faults.append(str(fault))
    if faults:
        raise BadPolicy("; ".join(faults))
    return values


def _read(doc: KnobDoc, value: Any) -> Any:
    default = doc.default
    if isinstance(default, tuple):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise BadPolicy(f"{doc.name}: a list is needed, such as {list(default)}")
        return tuple(_read_one(doc, part, doc.like) for part in value)
    return _read_one(doc, value, type(default))


def _read_one(doc: KnobDoc, value: Any, wanted: type) -> Any:
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted and not (issubclass(wanted, str) and isinstance(value, str)):
        raise BadPolicy(f"{doc.name}: {value!r} is no {_KINDS.get(wanted, wanted.__name__)}")
    return value


def read_typed(doc: KnobDoc, typed: str) -> Any:
    """What somebody typed for a knob, such as "24", "yes" or "0, 24, 72". Raises BadPolicy."""
    if isinstance(doc.default, tuple):
        parts = [part.strip() for part in typed.replace(";", ",").split(",")]
        return tuple(_read_word(doc, part, doc.like) for part in parts if part)
    return _read_word(doc, typed.strip(), type(doc.default))


def _read_word(doc: KnobDoc, word: str, wanted: type) -> Any:
    if wanted is bool:
        if word.lower() not in _YES_OR_NO:
            raise BadPolicy(f"{doc.name}: write yes or no")
        return _YES_OR_NO[word.lower()]
    try:
        return wanted(word)
    except ValueError:
        raise BadPolicy(f"{doc.name}: {word!r} is no {_KINDS.get(wanted, 'possible value')}") from None


_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}
_KINDS = {int: "whole number", float: "number", bool: "yes or no (true, false)", str: "text"}


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True)
class Change:
    """One knob that differs between two policies."""

    knob: KnobDoc
    before: Any
    after: Any


def changes_between(before: Policy, after: Policy) -> list[Change]:
    """The knobs that differ, in their written order."""
    return [
        Change(doc, getattr(before, doc.name), getattr(after, doc.name))
        for doc in knobs_of(type(before))
        if getattr(before, doc.name) != getattr(after, doc.name)
    ]


def value_in_words(value: Any) -> str:
    """A value as it is typed and read: yes, 24, or 0, 24, 72."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(str(part) for part in value) if isinstance(value, tuple | list) else str(value)
