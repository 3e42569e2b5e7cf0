"""The figures of a torture, and what they say."""

import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from adsum.management.instruments.collecting import Comparison
from adsum.management.instruments.faults import KILLS
from adsum.management.instruments.record import Record

MUST_BE_NOTHING = (
    "lost",
    "doubled",
    "undelivered",
    "not_sent_but_present",
    "receipts_bad",
    "delivered_untrue",
    "out_of_order",
    "never_back",
    "left_behind",
)


@dataclass
class Toll:
    """Which faults struck, and how many seconds after each the first check-in was acknowledged."""

    recoveries: dict[str, list[float]] = field(default_factory=dict)
    never_back: int = 0

    def add(self, fault: str, seconds: float) -> None:
        """One fault more."""
        self.recoveries.setdefault(fault, []).append(seconds)

    @property
    def struck(self) -> Counter[str]:
        return Counter({fault: len(found) for fault, found in self.recoveries.items()})

    @property
    def seconds(self) -> list[float]:
        return sorted(second for found in self.recoveries.values() for second in found)


def figures_of(compared: Comparison, record: Record, toll: Toll) -> dict[str, Any]:
    """What `adsum torture` answers."""
    kinds = (compared.check_ins, compared.decisions)
    return {
        "sent": len(record.sent),
        "acknowledged": len(record.receipts) + len(record.decisions) + len(record.activations),
        "lost": sum(len(kind.lost) for kind in kinds) + compared.devices_lost,
        "doubled": sum(len(kind.doubled) for kind in kinds),
        "undelivered": compared.deliveries.undelivered,
        "not_sent_but_present": sum(len(kind.not_sent) for kind in kinds),
        "receipts_bad": len(record.bad_receipts) + len(compared.check_ins.wrong_number),
        "delivered_untrue": compared.deliveries.untrue,
        "delivered_again": compared.deliveries.again,
        "out_of_order": compared.deliveries.out_of_order,
        "conflicts": record.counts["conflicts"],
        "ledger_ok": bool(compared.ledger.get("ok")),
        "ledger_lines": compared.ledger.get("lines", 0),
        **_toll(toll),
        "of_which": _of_which(record),
        "answers": dict(sorted(record.counts.items())),
        "examples": _examples(compared, record),
    }


def _toll(toll: Toll) -> dict[str, Any]:
    return {
        "faults": dict(sorted(toll.struck.items())),
        "kills": sum(count for fault, count in toll.struck.items() if fault in KILLS),
        "never_back": toll.never_back,
        "recovery_median_s": at_share(toll.seconds, 0.5),
        "recovery_p90_s": at_share(toll.seconds, 0.9),
        "recovery_worst_s": at_share(toll.seconds, 1.0),
        "recovery_by_fault_s": {
            fault: round(statistics.median(found), 2) for fault, found in sorted(toll.recoveries.items())
        },
    }


def at_share(ordered: list[float], share: float) -> float:
    """The value below which this share lies; 0 where there is none."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0


def _of_which(record: Record) -> dict[str, int]:
    return {
        "check_ins": len(record.receipts),
        "decisions": len(record.decisions),
        "activations": len(record.activations),
    }


def _examples(compared: Comparison, record: Record) -> dict[str, list[str]]:
    faults = {
        "lost": compared.check_ins.lost + compared.decisions.lost,
        "doubled": compared.check_ins.doubled + compared.decisions.doubled,
        "not_sent_but_present": compared.check_ins.not_sent + compared.decisions.not_sent,
        "receipts_bad": record.bad_receipts + compared.check_ins.wrong_number,
    }
    return {name: found[:3] for name, found in faults.items() if found}


def what_is_wrong(answer: dict[str, Any]) -> str:
    """One line for who reads only that; empty when all is well."""
    cut = answer["power_cut"] if isinstance(answer["power_cut"], dict) else {}
    wrong = [*_wrong(answer), *(f"{what} after power cuts" for what in _wrong(cut))]
    if cut and not cut["control_lost"]:
        wrong.append("the power cuts prove nothing: without fsync nothing was lost either")
    return ", ".join(wrong)


def _wrong(answer: dict[str, Any]) -> list[str]:
    found = [f"{answer[name]} {name.replace('_', ' ')}" for name in MUST_BE_NOTHING if answer.get(name)]
    return found if answer.get("ledger_ok", not answer) else [*found, "the ledger broken"]
