"""What was acknowledged against what is there. Pure: records in, figures out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """A check-in as the service has it. `marker` is what its phone had put into it."""

    report_id: int
    marker: str
    number: str


@dataclass(frozen=True)
class Told:
    """What the consumer was told, in its own record: the sequence, and about whom."""

    sequence: int
    participant_id: int


@dataclass(frozen=True)
class Fault:
    """Kinds of faults, each with the markers, numbers or sequences that show it."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)
    wrong_number: list[str] = field(default_factory=list)


def compare_check_ins(*, sent: Collection[str], receipts: Mapping[str, str], rows: Sequence[Row]) -> Fault:
    """Acknowledged is present exactly once, under the number of its receipt; nothing is present that was not sent."""
    numbers: dict[str, list[str]] = {}
    for row in rows:
        numbers.setdefault(row.marker, []).append(row.number)
    return Fault(
        lost=[marker for marker in receipts if marker not in numbers],
        doubled=[marker for marker, found in numbers.items() if marker in sent for _ in found[1:]],
        not_sent=[f"{row.number} {row.marker}" for row in rows if row.marker not in sent],
        wrong_number=[m for m, number in receipts.items() if m in numbers and number not in numbers[m]],
    )


def compare_decisions(*, acknowledged: Mapping[int, str], there: Mapping[int, str], lines: Sequence[int]) -> Fault:
    """A decision that was acknowledged stands, with its reason, and the ledger has it exactly once.

    `there` are the reasons of decided flags, `lines` the flags of the ledger's lines about decisions.
    """
    times = Counter(lines)
    return Fault(
        lost=[str(flag) for flag, reason in acknowledged.items() if there.get(flag) != reason or not times[flag]],
        doubled=[str(flag) for flag, count in times.items() if count > 1],
        not_sent=[str(flag) for flag in times if flag not in there],
    )


@dataclass(frozen=True)
class Deliveries:
    """What the outbox owed against what the consumer was told."""

    undelivered: int
    untrue: int
    out_of_order: int
    again: int


def compare_deliveries(*, reports: Collection[int], owed: Mapping[int, int | None], told: Sequence[Told]) -> Deliveries:
    """Each report has its event, each event was told, nothing else was, and each person's facts came in order.

    `owed` are all events there: sequence and, where it is about one, the report.
    """
    sequences = {one.sequence for one in told}
    never_owed = set(reports) - set(owed.values())
    return Deliveries(
        undelivered=len(never_owed) + len(owed.keys() - sequences),
        untrue=len(sequences - owed.keys()),
        out_of_order=_out_of_order(told),
        again=len(told) - len(sequences),
    )


def _out_of_order(told: Sequence[Told]) -> int:
    """How many facts came for the first time after a later one about the same person."""
    newest: dict[int, int] = {}
    seen: set[int] = set()
    late = 0
    for one in told:
        if one.sequence not in seen:
            late += one.sequence < newest.get(one.participant_id, 0)
            newest[one.participant_id] = max(newest.get(one.participant_id, 0), one.sequence)
            seen.add(one.sequence)
    return late
