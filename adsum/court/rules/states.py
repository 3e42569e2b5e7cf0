"""What the court has decided, and where that leaves a case. A lawyer can read it; a table tests it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Ruling(StrEnum):
    """What a proceeding ends with, as far as a row says."""

    NONE = "none"
    IN_ABSENTIA = "in_absentia"
    REMOVAL = "removal"
    RELIEF = "relief"
    OTHER = "other"


class CaseState(StrEnum):
    """Where a case stands. RESCINDED: an order in absentia was taken back, and the case is open again."""

    PENDING = "pending"
    IN_ABSENTIA = "in_absentia"
    REMOVAL_ORDERED = "removal_ordered"
    RELIEF_GRANTED = "relief_granted"
    RESCINDED = "rescinded"
    CLOSED = "closed"


# Codes of decisions in the court's dump (tblDecCode): removal, deportation and exclusion are orders to leave.
ORDERS = frozenset({"X", "D", "E"})
RELIEF = frozenset({"R"})

_STATES = {
    Ruling.NONE: CaseState.PENDING,
    Ruling.IN_ABSENTIA: CaseState.IN_ABSENTIA,
    Ruling.REMOVAL: CaseState.REMOVAL_ORDERED,
    Ruling.RELIEF: CaseState.RELIEF_GRANTED,
    Ruling.OTHER: CaseState.CLOSED,
}


@dataclass(frozen=True)
class Version:
    """A proceeding as one drop tells it. `appeal`: somebody has kept the right to appeal, or waived it."""

    decision: str = ""
    in_absentia: bool = False
    decided_on: date | None = None
    appeal: str = ""


def ruling_of(version: Version) -> Ruling:
    """What this row says that the court has decided."""
    if not version.decision:
        return Ruling.NONE
    if version.decision in RELIEF:
        return Ruling.RELIEF
    if version.decision in ORDERS:
        return Ruling.IN_ABSENTIA if version.in_absentia else Ruling.REMOVAL
    return Ruling.OTHER


def state_of_proceeding(versions: Sequence[Version]) -> CaseState:
    """The newest version says it (they come oldest first); only what it no longer says must be looked for before it."""
    rulings = [ruling_of(version) for version in versions]
    made = [ruling for ruling in rulings if ruling is not Ruling.NONE]
    if rulings and rulings[-1] is Ruling.NONE and made and made[-1] is Ruling.IN_ABSENTIA:
        return CaseState.RESCINDED
    return _STATES[rulings[-1]] if rulings else CaseState.PENDING


def state_of_case(proceedings: Mapping[int, Sequence[Version]]) -> CaseState:
    """The newest proceeding says it. One that is open after an order in absentia means that the order is gone."""
    state = CaseState.PENDING
    for number in sorted(proceedings):
        before, state = state, state_of_proceeding(proceedings[number])
        if state is CaseState.PENDING and before in (CaseState.IN_ABSENTIA, CaseState.RESCINDED):
            state = CaseState.RESCINDED
    return state
