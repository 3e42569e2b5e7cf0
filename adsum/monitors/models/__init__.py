"""Tables of GPS devices: the devices, who wears them, where they were, what they warned of."""

from adsum.monitors.models.alerts import AlertSignal, MonitorAlert
from adsum.monitors.models.devices import Monitor, MonitorEvent, MonitorIssue
from adsum.monitors.models.positions import DeadSpot, DroppedCount, MonitorPosition

__all__ = [
    "AlertSignal",
    "DeadSpot",
    "DroppedCount",
    "Monitor",
    "MonitorAlert",
    "MonitorEvent",
    "MonitorIssue",
    "MonitorPosition",
]
