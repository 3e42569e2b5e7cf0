"""Knobs about check-ins."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob


@dataclass(frozen=True)
class CheckinPolicy(Policy):
    """When a check-in is owed, when it is missed, and what in it needs an officer's look."""

    grace_hours: int = knob(
        24,
        reach=Reach.LEVEL,
        low=0,
        high=336,
        why="A dead battery or a double shift must not count as a missed check-in.",
    )
    window_days: int = knob(
        28,
        reach=Reach.LEVEL,
        low=1,
        high=56,
        why="So many days before its due day a check-in counts; the first one counts at once.",
    )
    first_notice_days: int = knob(
        7,
        reach=Reach.LEVEL,
        low=1,
        high=60,
        why="Nobody owes a check-in sooner than this after they were enrolled, whatever the file says.",
    )
    schedule_notice_days: int = knob(
        3,
        reach=Reach.LEVEL,
        low=0,
        high=30,
        why="Who gets other check-in days has so long to hear of them before the first one.",
    )
    made_ahead_days: int = knob(
        35,
        low=7,
        high=120,
        why="Duties stand ready this long ahead, so that a stopped worker makes nobody late.",
    )
    default_interval_days: int = knob(
        28,
        reach=Reach.OFFICE,
        low=1,
        high=366,
        why="Holds where the agency's file gives no possible interval.",
    )
    line_credit_hours: int = knob(
        72,
        reach=Reach.LEVEL,
        low=1,
        high=336,
        why="Who was turned away with a place in line and checks in within this time counts from their first try.",
    )
    reported_try_credit_hours: int = knob(
        24,
        reach=Reach.OFFICE,
        low=0,
        high=168,
        why="Who could not send gets so long after their last try; a device may make tries up, so it is no longer.",
    )
    noted_try_credit_hours: int = knob(
        72,
        reach=Reach.LEVEL,
        low=1,
        high=336,
        why="The same for a failure that Adsum itself has seen: nobody can make that up.",
    )
    tries_kept_per_hour: int = knob(
        6,
        low=1,
        high=60,
        why="So many failed tries a person and hour are kept; more say nothing new and would only fill the disk.",
    )
    last_chance_hours: int = knob(
        48,
        reach=Reach.LEVEL,
        low=1,
        high=336,
        why="Many check in on the last days. What was down in these hours before the deadline is given back in full.",
    )
    outage_counts_minutes: int = knob(
        5,
        low=2,
        high=60,
        why="Shorter than this, trying once more was enough; longer, and it stands in the public log.",
    )
    probe_seconds: int = knob(
        15,
        low=5,
        high=60,
        why="So often the worker asks the public address whether it answers, from outside of the web process.",
    )
    doubt_after_seconds: int = knob(
        60,
        low=20,
        high=120,
        why="Not seen alive for so long, it may be the start of an outage: nobody is marked until that is known.",
    )
    sweep_pause_seconds: int = knob(
        90,
        low=70,
        high=600,
        why="Overdue check-ins are looked at each minute. A longer pause is written down, for who replays the past.",
    )
    turned_out_fine_days: int = knob(
        14,
        low=1,
        high=90,
        why="Who was marked missed but checks in within this time had only been slow; trying a rule counts them.",
    )
    tried_on_page_people: int = knob(
        20_000,
        low=100,
        high=1_000_000,
        why="A rule is tried on so many people in a page; more would keep a web process busy that others wait for.",
    )
    receipt_misses_per_network: int = knob(
        30,
        low=5,
        high=1000,
        why="Enough for mistyped receipt numbers; a machine that guesses numbers needs more.",
    )
    receipt_misses_window_minutes: int = knob(60, low=5, high=1440, why="After so long numbers may be looked up again.")
    keep_receipt_misses_days: int = knob(30, low=1, high=365, why="Long enough to see an attack, then forgotten.")
    offline_credit_days: int = knob(
        14,
        low=0,
        high=90,
        why="A check-in made without internet counts from when it was made, if it comes within this time.",
    )
    clock_slack_minutes: int = knob(
        5,
        low=1,
        high=60,
        why="Clocks and slow networks differ by so much without anybody being wrong.",
    )
    pass_days: int = knob(
        90,
        low=7,
        high=366,
        why="So long a check-in made offline can be delivered although its phone was signed out meanwhile.",
    )
    keep_seal_keys_days: int = knob(
        730,
        low=366,
        high=3650,
        why="A key that was replaced opens what still waits on phones: longer than any pass, as its person may be in.",
    )
    unlocated_needs_look: bool = knob(
        True,
        reach=Reach.LEVEL,
        why="A check-in without a place is accepted; an officer sees that the place is not known.",
    )
    coarse_needs_look: bool = knob(
        True,
        reach=Reach.LEVEL,
        why="A fix of many kilometres says as little as none; laptops often give only that.",
    )
    stale_needs_look: bool = knob(
        True, reach=Reach.LEVEL, why="An old place says where the person was, not where they are."
    )
    far_needs_look: bool = knob(
        True,
        reach=Reach.LEVEL,
        why="A place far from the address may mean a journey, or a move that nobody was told of.",
    )
    too_fast_needs_look: bool = knob(
        True,
        reach=Reach.LEVEL,
        why="Two places that no traveller can join mean that one of them is wrong; an officer asks which.",
    )
    other_country_needs_look: bool = knob(
        True,
        reach=Reach.LEVEL,
        why="Looked at only where the operator's proxy names the country of a network (ADSUM_COUNTRY_HEADER).",
    )
    hand_off_minutes: int = knob(
        10,
        low=2,
        high=60,
        why="So long a computer's code waits for the phone: time to find it, not to pass it on.",
    )
    hand_off_code_length: int = knob(6, low=6, high=10, why="Six characters are thirty bits: typed in seconds.")
    hand_off_tries_per_network: int = knob(
        20,
        low=5,
        high=500,
        why="A library's visitors mistype; who guesses thirty bits needs millions of tries.",
    )
    hand_off_tries_minutes: int = knob(60, low=5, high=1440, why="After so long a network may try again.")
    keep_hand_off_hours: int = knob(
        24,
        low=1,
        high=168,
        why="The place has long been taken over into its check-in; what waits here is erased the next night.",
    )
    excuse_hold_days: int = knob(
        7,
        reach=Reach.OFFICE,
        low=0,
        high=60,
        why="Who asks to be excused is not marked as missed for so long after the deadline: an officer answers first.",
    )
    excuse_more_hours: int = knob(
        120,
        reach=Reach.OFFICE,
        low=24,
        high=720,
        why="Whom an officer asks for more has five days to send it: a hospital's letter takes some.",
    )
    excuse_refused_hours: int = knob(
        48,
        reach=Reach.OFFICE,
        low=0,
        high=336,
        why="Whose request is refused still has time to check in: the answer must not come after the deadline.",
    )
    excuse_asked_within_days: int = knob(
        90,
        reach=Reach.OFFICE,
        low=7,
        high=366,
        why="So long after its due day somebody can say why they could not check in; who was held away needs time.",
    )
    excuse_asks_per_day: int = knob(
        10,
        reach=Reach.OFFICE,
        low=2,
        high=100,
        why="Each request is work for an officer; who needs to say more than this should call or come.",
    )
    closed_moves_deadline: bool = knob(
        True,
        reach=Reach.OFFICE,
        why="On a day on which the office is closed nobody can help: what falls due then is due on the next open day.",
    )
    keep_answers_days: int = knob(
        1825,
        low=365,
        high=3650,
        why="Answers serve the pending case; afterwards only the fact and the receipt remain.",
    )


EVERY_STEP = (
    *("excused", "new-date", "reached", "not-reached", "appointment", "home-visit", "warning", "stays-missed"),
    *("level-change", "absconded"),
)


@dataclass(frozen=True)
class LadderPolicy(Policy):
    """After a miss: how we reach out, when an officer's clock runs, which steps they may take, who signs."""

    contact_after_hours: tuple[int, ...] = knob(
        (0, 0, 24, 48, 72),
        reach=Reach.LEVEL,
        low=0,
        high=720,
        why="Spread over days: a phone that is off today is often on tomorrow. Each goes with one of `contact_by`.",
    )
    contact_by: tuple[str, ...] = knob(
        ("sms", "email", "sms", "call", "letter"),
        reach=Reach.LEVEL,
        among=("sms", "email", "call", "letter"),
        why="The way of each attempt, in order; the last one serves for hours beyond it. A call is made by an officer.",
    )
    contact_useful_days: int = knob(
        7, reach=Reach.LEVEL, low=1, high=30, why="An attempt that could not go for so long says nothing new any more."
    )
    task_after_hours: int = knob(
        72,
        reach=Reach.LEVEL,
        low=0,
        high=720,
        why="Most who miss a day answer the first messages. An officer may decide before; nobody has to.",
    )
    task_hours: int = knob(
        120,
        reach=Reach.LEVEL,
        low=4,
        high=720,
        why="So long after it began the officer's task should be done: who waits for a decision should not wait long.",
    )
    steps: tuple[str, ...] = knob(
        EVERY_STEP,
        reach=Reach.LEVEL,
        among=EVERY_STEP,
        why="What an officer may choose about a missed check-in, mildest first.",
    )
    signed_steps: tuple[str, ...] = knob(
        ("level-change", "absconded"),
        reach=Reach.LEVEL,
        among=("home-visit", "warning", "level-change", "absconded"),
        why="These hold only once a supervisor has signed. “Absconded” always needs it, listed or not.",
    )
    new_date_days: int = knob(
        7, reach=Reach.LEVEL, low=1, high=60, why="The new date that is suggested: a week is enough to mend a phone."
    )
    latest_date_days: int = knob(
        60, reach=Reach.LEVEL, low=7, high=180, why="A date further away than this is probably mistyped."
    )
    follow_up_days: int = knob(
        7,
        reach=Reach.LEVEL,
        low=1,
        high=60,
        why="After a call in vain, a visit or an appointment, the officer is asked so much later what came of it.",
    )
    contest_days: int = knob(
        30, reach=Reach.LEVEL, low=7, high=180, why="Time to find a lawyer and to say what is wrong with a decision."
    )
    keep_days: int = knob(
        1825, low=365, high=3650, why="Decisions about a person stay open to question as long as their case can."
    )
