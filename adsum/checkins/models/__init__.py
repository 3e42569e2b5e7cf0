"""Plans, duties, reports, excuses, failed attempts, outages, the ladder."""

from adsum.checkins.models.beside import ExcuseRequest, HandOff, HandOffTry, Rung
from adsum.checkins.models.owed import (
    Attempt,
    CalendarFeed,
    Duty,
    Excuse,
    Heartbeat,
    Outage,
    Pause,
    Plan,
    ReceiptMiss,
    Report,
    SweepRun,
)

__all__ = [
    "Attempt",
    "CalendarFeed",
    "Duty",
    "Excuse",
    "ExcuseRequest",
    "HandOff",
    "HandOffTry",
    "Heartbeat",
    "Outage",
    "Pause",
    "Plan",
    "ReceiptMiss",
    "Report",
    "Rung",
    "SweepRun",
]
