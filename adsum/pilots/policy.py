"""Switches of features, as policy data: each with versions, dates, an author and a second person."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob


@dataclass(frozen=True)
class PilotPolicy(Policy):
    """For how many of a hundred people a feature is on; 100 for everybody, 0 for nobody. Who it is stays the same."""

    ladder_percent: int = knob(
        100,
        reach=Reach.LEVEL,
        low=0,
        high=100,
        why="Attempts to reach people after a missed check-in. Whom they are off for still comes before an officer.",
    )
    push_percent: int = knob(
        100,
        reach=Reach.OFFICE,
        low=0,
        high=100,
        why="Messages pushed to a device. Texts, e-mails and letters go to everybody as they wish.",
    )
    photo_percent: int = knob(
        100,
        reach=Reach.LEVEL,
        low=0,
        high=100,
        why="A photo, where an order or the policy asks for one. It is never owed.",
    )
    sharing_percent: int = knob(
        100,
        reach=Reach.LEVEL,
        low=0,
        high=100,
        why="A place between check-ins, where an officer asks for it with a reason.",
    )
    check_in_off: bool = knob(
        False,
        reach=Reach.OFFICE,
        why="An office that has no check-ins by phone yet, or no more: none is asked for, and none counts as missed.",
    )
