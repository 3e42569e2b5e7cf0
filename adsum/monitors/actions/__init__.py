"""Verbs of GPS devices: add, hand out, take back; hear what they tell; judge alerts; forget."""

from adsum.monitors.actions.forgetting import forget
from adsum.monitors.actions.hearing import Taken, take_heard
from adsum.monitors.actions.inventory import (
    MonitorRefused,
    add_monitor,
    charge_monitor,
    issue_monitor,
    mend_monitor,
    return_monitor,
    swap_monitor,
)
from adsum.monitors.actions.judging import AlertRefused, judge_alert

__all__ = [
    "AlertRefused",
    "MonitorRefused",
    "Taken",
    "add_monitor",
    "charge_monitor",
    "forget",
    "issue_monitor",
    "judge_alert",
    "mend_monitor",
    "return_monitor",
    "swap_monitor",
    "take_heard",
]
