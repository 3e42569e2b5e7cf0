"""Knobs about GPS devices: what is kept of where they were, and which alerts are looked at first."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob


@dataclass(frozen=True)
class MonitorsPolicy(Policy):
    """What is kept of a GPS device, and how its alerts are joined and rated. No number here decides about anybody."""

    keep_position_days: int = knob(
        14,
        reach=Reach.LEVEL,
        low=1,
        high=90,
        why="A position serves to understand an alert of these days; then it is erased, not archived.",
    )
    join_minutes: int = knob(
        60,
        reach=Reach.LEVEL,
        low=1,
        high=1440,
        why="The same device often tells the same thing many times: within so many minutes it is one alert.",
    )
    record_days: int = knob(
        90, low=7, high=730, why="So far back goes the record of a device's false alerts that stands beside each alert."
    )
    least_judged: int = knob(
        5, low=1, high=100, why="With fewer judged alerts than this, a device's record says nothing yet."
    )
    often_false_percent: float = knob(
        60,
        low=1,
        high=100,
        why="A device of whose judged alerts so many were false speaks softly. Elsewhere four alerts of five were.",
    )
    short_signal_minutes: int = knob(
        30, low=1, high=240, why="A signal that was away for less was away in a lift, a cellar or a bus."
    )
    long_signal_hours: int = knob(
        6, low=1, high=72, why="A device that was silent for so long needs somebody: it may be broken, or not worn."
    )
    low_battery_percent: int = knob(
        10, low=1, high=50, why="Above it there is time: the person charges the device tonight."
    )
    rough_m: int = knob(150, low=10, high=5000, why="A place this vague cannot say that somebody has left a zone.")
    dead_spot_m: int = knob(200, low=20, high=2000, why="So near to a known dead spot no signal is to be expected.")
    often_told: int = knob(
        5, low=2, high=100, why="A zone or a strap of which the device tells so often is no short slip of the signal."
    )
    page_size: int = knob(25, low=5, high=100, why="How many alerts stand on one page.")
    keep_days: int = knob(
        1825, low=90, high=3650, why="An alert can be asked about as long as the case lasts; so can who wore a device."
    )
    keep_dead_spot_days: int = knob(365, low=30, high=1825, why="Masts are built: a dead spot is noted anew each year.")
