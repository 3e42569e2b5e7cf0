"""Knobs about participants."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class PeoplePolicy(Policy):
    """Who can be identified, and how long a device stays signed in."""

    oldest_age_years: int = knob(
        110,
        low=90,
        high=130,
        why="An older date of birth is a placeholder such as 1900-01-01, not a person's.",
    )
    device_days: int = knob(
        400,
        low=1,
        high=400,
        why="The person stays in on their phone; browsers keep no cookie for longer.",
    )
    keep_signed_out_days: int = knob(
        90,
        low=1,
        high=3650,
        why="Long enough to answer “who was signed in?”, then the device is forgotten.",
    )
    representative_days: int = knob(
        90,
        low=1,
        high=400,
        why="A consent to look ends by itself; the participant can give it again, or end it sooner.",
    )
    representatives_at_once: int = knob(5, low=1, high=20, why="A lawyer, a helper, a relative: more is a mistake.")
