"""What sources cover, and what nobody does. “Not searched” never looks like “nothing found”. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adsum.records.rules import Heard, Kind

EVERYWHERE = "US"  # as a state of a source: all of them
_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI
SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
"""
STATES = tuple(_STATES.split())


@dataclass(frozen=True)
class Covers:
    """What one source says that it knows, whether it can be heard, and whether it watches for the person at hand."""

    title: str
    states: Collection[str]
    kinds: Collection[str]
    since: date
    heard: Heard
    heard_at: datetime | None = None
    failing_since: datetime | None = None
    watches: bool = True

    @property
    def is_heard(self) -> bool:
        """True where a person is searched by it: it answers and, if it must be subscribed to, watches for them."""
        return self.heard is Heard.ANSWERED and self.watches

    def is_about(self, kind: str, state: str) -> bool:
        """True where it knows of this kind of thing in this state."""
        return kind in self.kinds and (state in self.states or EVERYWHERE in self.states)


@dataclass(frozen=True)
class KindCovered:
    """One kind of record in one state: who is looked at for it. Without anybody it is not searched."""

    kind: Kind
    answering: Sequence[Covers]
    missing: Sequence[Covers]


def covered_in(state: str, sources: Sequence[Covers]) -> list[KindCovered]:
    """For each kind of record, who covers this state and who of them cannot be heard."""
    found = []
    for kind in Kind:
        about = [one for one in sources if one.is_about(kind, state)]
        answering = [one for one in about if one.is_heard]
        found.append(KindCovered(kind, answering, [one for one in about if not one.is_heard]))
    return found


def uncovered(sources: Sequence[Covers]) -> dict[Kind, list[str]]:
    """For each kind of record, the states that no source covers."""
    return {kind: [state for state in STATES if not any(one.is_about(kind, state) for one in sources)] for kind in Kind}
