"""Knobs about reviews: the criteria beside the facts, how often one can ask, what an appeal holds up."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob

EVERY_CRITERION = ("time-at-level", "on-time", "misses", "hearings", "records", "alerts")


@dataclass(frozen=True)
class ReviewsPolicy(Policy):
    """What speaks for a lower level. A person decides; a criterion is met, not met, or nobody knows."""

    criteria: tuple[str, ...] = knob(
        EVERY_CRITERION,
        reach=Reach.LEVEL,
        among=EVERY_CRITERION,
        why="Which criteria stand beside the facts. Alerts stand there only at levels with a monitor.",
    )
    least_level_months: int = knob(
        6, reach=Reach.LEVEL, low=0, high=60, why="Half a year shows how somebody keeps to a level."
    )
    look_back_months: int = knob(
        12,
        reach=Reach.LEVEL,
        low=1,
        high=60,
        why="What is longer ago, or from before this level, is in the file but counts neither way.",
    )
    on_time_percent: int = knob(
        90,
        reach=Reach.LEVEL,
        low=50,
        high=100,
        why="Of the check-ins that came in time, came late or never came. Excused ones and outages count neither way.",
    )
    least_check_ins: int = knob(
        3, reach=Reach.LEVEL, low=1, high=60, why="A share of fewer check-ins says nothing: there is no data yet."
    )
    most_misses: int = knob(
        0, reach=Reach.LEVEL, low=0, high=20, why="Check-ins that never came and that nobody has excused."
    )
    misses_months: int = knob(6, reach=Reach.LEVEL, low=1, high=60, why="A miss of last year says little of today.")
    most_absences: int = knob(
        0, reach=Reach.LEVEL, low=0, high=10, why="Hearings and appointments at which somebody noted: did not come."
    )
    record_kinds: tuple[str, ...] = knob(
        ("arrest", "warrant", "protection-order"),
        reach=Reach.LEVEL,
        among=("arrest", "warrant", "court-event", "protection-order"),
        why="Only what the agency itself has confirmed counts. A possible match never does.",
    )
    check_fresh_days: int = knob(
        30, reach=Reach.LEVEL, low=1, high=365, why="An older look at outside records says nothing of today."
    )
    most_true_alerts: int = knob(
        0,
        reach=Reach.LEVEL,
        low=0,
        high=50,
        why="Alerts that an officer has judged true. Elsewhere four of five were false, so none counts by itself.",
    )
    compare_months: int = knob(
        12, low=1, high=60, why="So far back go like cases, and the comparison of offices: older ones were other times."
    )
    like_cases: int = knob(
        2000,
        low=100,
        high=20_000,
        why="Among so many of the newest decisions like cases are looked for.",
    )
    like_files: int = knob(5, low=1, high=20, why="So many like cases a decider can read beside one.")
    asks_per_day: int = knob(
        10,
        reach=Reach.OFFICE,
        low=3,
        high=100,
        why="Requests join one review, so more do no harm; a script's thousands do. Staff note without limit.",
    )
    appeal_stays_a_step_up: bool = knob(
        True,
        reach=Reach.OFFICE,
        why="While somebody who had no part in it looks at a step up, it does not count: what is worn is worn.",
    )
    snooze_days: int = knob(
        60,
        reach=Reach.OFFICE,
        low=7,
        high=180,
        why="For so long an office may put off looking at a level on its own. A request is taken at any time.",
    )
    snoozes_a_year: int = knob(
        2,
        reach=Reach.OFFICE,
        low=0,
        high=6,
        why="Putting off again and again would be a refusal that nobody signs.",
    )
    keep_days: int = knob(
        1825, low=365, high=7300, why="A closed review can be asked about in court for years; then it is erased."
    )
