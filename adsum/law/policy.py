"""Knobs about clocks."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class LawPolicy(Policy):
    """How long each clock runs where no rule of law is entered, what is given back, and who hears of a late answer."""

    answer_days: int = knob(
        30, low=1, high=365, why="Who asks for a review hears within a month; silence is never an answer."
    )
    evidence_days: int = knob(14, low=1, high=365, why="Two weeks suffice to get a paper from a doctor or a landlord.")
    appeal_days: int = knob(30, low=1, high=365, why="A month suffices to find a lawyer and to write an appeal.")
    appeal_answer_days: int = knob(30, low=1, high=365, why="An appeal is answered as soon as a request.")
    panel_answer_days: int = knob(45, low=1, high=365, why="Two people who read a case need a little longer than one.")
    easing_days: int = knob(
        7, low=1, high=365, why="8 CFR 1236.1(d)(1): within seven days of release a judge can be asked to ease it."
    )
    mail_days: int = knob(
        5, low=0, high=30, why="What is posted counts as received so many days later: nobody loses them to the post."
    )
    least_notice_days: int = knob(
        10, low=1, high=90, why="Where a rule makes open clocks shorter, everybody has at least so many days from then."
    )
    outage_day_hours: int = knob(
        2, low=1, high=24, why="A day on which the service was down for so long counts for nobody."
    )
    escalate_days: int = knob(
        3,
        low=0,
        high=60,
        why="A supervisor has so many days to see that a late answer comes; then the programme hears.",
    )
    keep_days: int = knob(
        2555, low=30, high=3650, why="Whether a deadline was kept is asked for years later: as long as the decision."
    )
