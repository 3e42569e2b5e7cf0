"""Knobs about notices."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class NoticesPolicy(Policy):
    """When people are reminded, at which hours, how often a message is tried, how long notices are kept."""

    keep_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="A person must be able to show what they were told for as long as it can matter.",
    )
    first_reminder_days: int = knob(
        7,
        low=1,
        high=30,
        why="A week is enough to borrow a phone or to ask for help.",
    )
    second_reminder_days: int = knob(
        3,
        low=1,
        high=30,
        why="Who waited for the weekend or a free day still has time.",
    )
    last_reminder_days: int = knob(
        1,
        low=1,
        high=30,
        why="The evening before, most people know what tomorrow looks like.",
    )
    remind_on_the_day: bool = knob(
        True,
        why="The day itself is when most people do it.",
    )
    earliest_hour: int = knob(
        9,
        low=8,
        high=12,
        why="In the field office's zone; earlier it wakes people up. US law (TCPA) lets nobody text before eight.",
    )
    latest_hour: int = knob(
        20,
        low=13,
        high=21,
        why="In the field office's zone; several states end the day at eight in the evening, US law (TCPA) at nine.",
    )
    least_spread_minutes: int = knob(
        60,
        low=10,
        high=240,
        why="With less of the day left, a day's reminders wait for the next morning instead of all going at once. Half"
        " of it is kept free before the latest hour, for what has to be tried again.",
    )
    tries: int = knob(
        6,
        low=1,
        high=20,
        why="With doubling pauses about half an hour: longer, and the next reminder is near.",
    )
    first_pause_seconds: int = knob(
        60,
        low=10,
        high=3600,
        why="A gateway that refuses now has often recovered within a minute.",
    )
    news_days: int = knob(
        7,
        low=1,
        high=30,
        why="News that could not be sent for so long is old; it stands in the portal, and nothing follows from it.",
    )
    failures_until_broken: int = knob(
        2,
        low=1,
        high=10,
        why="One failure may be a phone that was off; after two in a row a human looks for another way.",
    )
    batch_size: int = knob(
        500,
        low=1,
        high=5000,
        why="So many messages go to a gateway at once, and so many may go twice after a kill in the middle.",
    )
