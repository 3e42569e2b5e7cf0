"""Knobs about outside records: what a person judges, how long an agency may take, when a source counts as silent."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, Reach, knob


@dataclass(frozen=True)
class RecordsPolicy(Policy):
    """How possible matches become leads, and leads become facts. No number here decides about anybody."""

    least_percent: float = knob(
        2.0,
        low=0.1,
        high=50,
        why="A pair less likely than this is not shown: of fifty such pairs forty-nine would waste a person's time.",
    )
    grey_from_percent: float = knob(
        20.0,
        low=1,
        high=99,
        why="From here to the upper end of the grey band two people judge, each without seeing what the other said.",
    )
    grey_to_percent: float = knob(
        90.0, low=1, high=100, why="Above it the fields agree so well that one careful person is enough."
    )
    urgent_minutes: int = knob(
        10,
        low=1,
        high=120,
        why="Hit confirmation, urgent: the practice of police information systems is ten minutes.",
    )
    routine_minutes: int = knob(
        60, low=5, high=1440, why="Hit confirmation, routine: the practice of police information systems is one hour."
    )
    silent_hours: int = knob(
        36,
        low=1,
        high=720,
        why="A source that should bring something each day and has brought nothing for so long counts as silent, "
        "and checks say so. A day and a half spares a late night.",
    )
    retry_minutes: int = knob(10, low=1, high=240, why="How soon a source that did not answer is asked again.")
    retry_hours: int = knob(
        48, low=1, high=240, why="For how long it is asked again for one check; then the check says that it never was."
    )
    check_pages: int = knob(25, low=5, high=100, why="How many possible matches stand on one page.")
    keep_days: int = knob(
        1825,
        low=90,
        high=3650,
        why="A record that somebody was judged to be meant by can be questioned as long as their case lasts.",
    )
    keep_unmatched_days: int = knob(
        365,
        low=30,
        high=1825,
        why="Records of people who are not participants are no business of this programme. They are kept only so "
        "that somebody who is enrolled later is matched with what was just before.",
    )
    keep_aside_days: int = knob(90, low=7, high=365, why="Long enough to ask the agency about a line set aside.")
    subscription_days: int = knob(
        365,
        low=30,
        high=1825,
        why="For how long an agency is asked to tell of new events about a person (rap back). It ends by itself where "
        "nobody renews it.",
    )
    renew_days: int = knob(
        30,
        low=1,
        high=90,
        why="So long before its end a subscription is renewed; a month bears an agency that is away.",
    )
    validate_days: int = knob(
        180,
        low=30,
        high=730,
        why="So often a supervisor says that the case is still open. A subscription that nobody has looked at is not "
        "renewed: nobody is watched out of habit.",
    )
    answer_hours: int = knob(
        24,
        low=1,
        high=240,
        reach=Reach.OFFICE,
        why="Possible matches that wait longer than this for a judgement are shown to the supervisor.",
    )
    learn_days: int = knob(
        7,
        low=1,
        high=90,
        why="So often a new version of the model is learnt from what people judged. It waits until somebody looks at "
        "its figures and switches it on.",
    )
    learn_pairs: int = knob(
        50,
        low=10,
        high=10_000,
        why="From fewer judged pairs nothing is learnt: the weights that Adsum is delivered with know more.",
    )
