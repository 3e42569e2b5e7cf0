"""The checker's own record: what was sent, and what the service has acknowledged. Kept apart from the service."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Condition


@dataclass(frozen=True)
class CheckIn:
    """A check-in as its phone keeps it before sending. `marker` is in what is sent, whatever becomes of the key."""

    key: str
    marker: str
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Decision:
    """An officer's decision. `reason` is a text that no other one has."""

    flag_id: int
    reason: str


@dataclass(frozen=True)
class Activation:
    """A device that was let in; what its cookie holds."""

    case_number: str
    token: str


class Record:
    """Of all clients, in memory and as lines of a file, each written before the next step is taken."""

    def __init__(self, path: Path) -> None:
        self.sent: dict[str, CheckIn] = {}
        self.receipts: dict[str, str] = {}
        self.decisions: dict[int, Decision] = {}
        self.reasons: set[str] = set()
        self.activations: list[Activation] = []
        self.counts: Counter[str] = Counter()
        self.bad_receipts: list[str] = []
        self._successes: list[tuple[float, float]] = []
        self._changed, self._file = Condition(), path.open("a")

    def note_sending(self, check_in: CheckIn) -> None:
        """This check-in is about to be sent for the first time."""
        with self._changed:
            self.sent[check_in.marker] = check_in
            self._write("sent", {"key": check_in.key, "marker": check_in.marker})

    def note_receipt(self, check_in: CheckIn, number: str, *, sent_at: float) -> None:
        """The request that left at `sent_at` was answered with this receipt. Another number than before is bad."""
        with self._changed:
            known = self.receipts.setdefault(check_in.marker, number)
            if known != number:
                self.bad_receipts.append(f"{check_in.key}: {number} after {known}")
                return
            self._write("receipt", {"key": check_in.key, "number": number})
            self._successes.append((sent_at, time.monotonic()))
            self._changed.notify_all()

    def note_bad_receipt(self, check_in: CheckIn, why: str) -> None:
        """An answer that looks like a receipt and is none."""
        with self._changed:
            self.bad_receipts.append(f"{check_in.key}: {why}")
            self._write("bad-receipt", {"key": check_in.key, "why": why})

    def note_reason(self, decision: Decision) -> None:
        """This decision is about to be sent."""
        with self._changed:
            self.reasons.add(decision.reason)
            self._write("deciding", asdict(decision))

    def note_decision(self, decision: Decision) -> None:
        """The console has said that this is decided."""
        with self._changed:
            self.decisions[decision.flag_id] = decision
            self._write("decided", asdict(decision))

    def note_activation(self, activation: Activation) -> None:
        """This device is in."""
        with self._changed:
            self.activations.append(activation)
            self._write("activated", asdict(activation))

    def count(self, what: str) -> None:
        """One more of these."""
        with self._changed:
            self.counts[what] += 1

    def seconds_to_success(self, since: float, *, patience: float) -> float | None:
        """How long after `since` the first receipt came for a request that left after it; None when none comes."""
        deadline = time.monotonic() + patience
        with self._changed:
            while time.monotonic() < deadline:
                found = [came for left, came in self._successes if left >= since]
                if found:
                    return min(found) - since
                self._changed.wait(min(0.5, max(0.0, deadline - time.monotonic())))
        return None

    def close(self) -> None:
        """Nothing comes any more."""
        with self._changed:
            self._file.close()

    def _write(self, what: str, facts: Mapping[str, object]) -> None:
        if not self._file.closed:
            self._file.write(f"{json.dumps({'what': what, **facts})}\n")
            self._file.flush()
