"""Knobs about waves: stages, sending, cost, and when a wave stops itself."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob

WAYS = ("sms", "email", "letter")


@dataclass(frozen=True)
class WavesPolicy(Policy):
    """How a wave is sent in stages, what a message costs, and what must be measured before it goes on."""

    stage_percents: tuple[int, ...] = knob(
        (1, 5, 25, 100),
        low=1,
        high=100,
        reach=Reach.OFFICE,
        why="How much of the wave is invited by the end of each stage. One per cent finds most faults and harms few.",
    )
    channels: tuple[str, ...] = knob(
        WAYS,
        among=WAYS,
        reach=Reach.OFFICE,
        why="In this order: the first that reaches a person is used, the next one when it fails.",
    )
    messages_per_minute: int = knob(
        100,
        low=1,
        high=6000,
        reach=Reach.OFFICE,
        why="People open a link within minutes of the message: what is sent slowly is opened slowly.",
    )
    earliest_hour: int = knob(
        9,
        low=8,
        high=12,
        reach=Reach.OFFICE,
        why="In the office's zone. Who is stuck can call: so messages go when somebody answers.",
    )
    latest_hour: int = knob(
        17,
        low=13,
        high=20,
        reach=Reach.OFFICE,
        why="In the office's zone; the last hour in which somebody who is stuck still finds help the same day.",
    )
    again_hours: int = knob(
        24,
        low=1,
        high=168,
        reach=Reach.OFFICE,
        why="So long after an invitation no officer sends another: each new code ends the one before, and confuses.",
    )
    letters_per_batch: int = knob(
        500,
        low=1,
        high=1000,
        reach=Reach.OFFICE,
        why="One print run: a ream of paper, and what one person can fold and post in a day.",
    )
    letter_days: int = knob(
        7,
        low=1,
        high=30,
        reach=Reach.OFFICE,
        why="First-class mail takes up to five days (USPS service standards), and people open letters at weekends.",
    )
    cents_per_sms: int = knob(
        2, low=0, high=100, why="With two segments of text at about one cent each (gateways' list prices, 2026)."
    )
    cents_per_email: int = knob(0, low=0, high=100, why="A mail server of one's own costs nothing a message.")
    cents_per_letter: int = knob(
        100, low=0, high=1000, why="First-class postage (78 cents, USPS 2025), paper, envelope and print."
    )
    measured_hours: int = knob(
        72,
        low=1,
        high=336,
        reach=Reach.OFFICE,
        why="So long after the message a person counts: most who come, come within three days.",
    )
    active_percent: int = knob(
        80,
        low=1,
        high=99,
        reach=Reach.OFFICE,
        why="The lower end of what the measured share may truly be. Below it, too many are lost to go on unseen.",
    )
    error_percent: int = knob(
        2,
        low=1,
        high=50,
        reach=Reach.OFFICE,
        why="One kind of error that meets more than one in fifty is a fault to mend, not an accident.",
    )
    slowest_ms: int = knob(
        1000,
        low=100,
        high=30_000,
        why="95 of 100 page views must be faster: beyond a second people doubt that it works (Nielsen 1993).",
    )
    load_minutes: int = knob(30, low=5, high=240, why="So far back the speed of the pages is looked at.")
    least_measured: int = knob(
        30,
        low=1,
        high=1000,
        reach=Reach.OFFICE,
        why="With fewer people a single accident would decide; a smaller stage is judged once all its people count.",
    )
    measured_percent: int = knob(
        80,
        low=1,
        high=100,
        reach=Reach.OFFICE,
        why="A few late letters need not stop everybody; four of five must be measured.",
    )
    group_doubt_percent: int = knob(
        1,
        low=1,
        high=10,
        why="How likely a false alarm about any group may be at one look (family-wise, by Holm's correction).",
    )
    group_points: int = knob(
        10,
        low=1,
        high=50,
        why="A group is named when it is this many points behind: with many people even a trifle is no accident.",
    )
    group_least: int = knob(
        5, low=3, high=100, why="Of fewer people nothing can be said, and naming them would name persons."
    )
    keep_file_days: int = knob(
        30, low=1, high=365, why="An uploaded list that nobody enrolled is forgotten; an enrolled one is at once."
    )
    keep_days: int = knob(1825, low=365, high=3650, why="As long as notices: how somebody was invited can matter.")
    keep_load_days: int = knob(7, low=1, high=90, why="The speed of last week's pages decides nothing any more.")
