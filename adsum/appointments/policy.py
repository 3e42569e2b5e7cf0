"""Knobs about appointments."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class AppointmentsPolicy(Policy):
    """How soon and how late an appointment may be, when it stands on the first page, how long it is kept."""

    notice_hours: int = knob(
        48,
        low=0,
        high=720,
        why="Work, children and the bus need two days to arrange. A court's dates are taken as they are.",
    )
    furthest_days: int = knob(1095, low=30, high=3650, why="Later than this is a typing mistake.")
    home_days: int = knob(7, low=1, high=60, why="So many days before, it stands on the participant's first page.")
    keep_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="A person must be able to show when they were expected, and that they came, as long as it can matter.",
    )
