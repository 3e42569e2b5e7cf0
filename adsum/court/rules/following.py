"""What follows for people from where their case stands. Nothing follows by itself: an officer is asked."""

from dataclasses import dataclass
from datetime import date

from adsum.court.rules.states import CaseState
from adsum.flags.rules import Reason

STATE_WORDS = {
    CaseState.PENDING: "The court has not decided",
    CaseState.IN_ABSENTIA: "Order to leave, made in absentia: the person was not at the hearing",
    CaseState.REMOVAL_ORDERED: "Order to leave",
    CaseState.RELIEF_GRANTED: "Relief granted: the person may stay",
    CaseState.RESCINDED: "The order made in absentia was taken back; the case is open again",
    CaseState.CLOSED: "Ended with another decision",
}
OPEN = frozenset({CaseState.PENDING, CaseState.RESCINDED})
AGAINST = frozenset({CaseState.IN_ABSENTIA, CaseState.REMOVAL_ORDERED})
OF_THE_COURT = (Reason.COURT_ORDER, Reason.COURT_RELIEF, Reason.COURT_REVERSED)
_ASKS = {
    CaseState.IN_ABSENTIA: Reason.COURT_ORDER,
    CaseState.REMOVAL_ORDERED: Reason.COURT_ORDER,
    CaseState.RELIEF_GRANTED: Reason.COURT_RELIEF,
}
APPEAL_KEPT = frozenset({"Y", "B", "R"})  # reserved: by both sides, by one of them


@dataclass(frozen=True)
class Stand:
    """Where a person's case stands, and the row that says so: the line of a drop's file."""

    state: CaseState
    proceeding: int | None = None
    decided_on: date | None = None
    appeal_kept: bool = False
    drop_id: int | None = None
    line: int = 0

    @classmethod
    def unknown(cls) -> "Stand":
        """No row has said anything yet."""
        return cls(CaseState.PENDING)


def asks_for(state: CaseState) -> Reason | None:
    """What an officer is asked when a case comes to stand so; None where there is nothing to ask."""
    return _ASKS.get(state)


def is_reversal(before: CaseState, after: CaseState) -> bool:
    """True where the court has taken back what it had decided."""
    return before not in OPEN and after in OPEN


def words_of(stand: Stand, *, cited: str) -> list[str]:
    """What a flag says of it."""
    found = [STATE_WORDS[stand.state]]
    if stand.decided_on:
        found.append(f"Decided on {stand.decided_on:%B} {stand.decided_on.day}, {stand.decided_on.year}")
    if stand.appeal_kept:
        found.append("The right to appeal was kept: the order may not be final")
    return [*found, f"From {cited}"]
