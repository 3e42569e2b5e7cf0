"""Knobs about partners: how long secrets and tokens hold, how much may be asked, how long what was sent is kept."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class PartnersPolicy(Policy):
    """How long a partner's secrets, tokens and keys hold, and how often it may ask."""

    token_minutes: int = knob(60, low=5, high=720, why="A token that is stolen helps for an hour, and no longer.")
    two_secrets_hours: int = knob(
        24, low=1, high=720, why="While a secret is replaced both hold, so that the other side can change in peace."
    )
    requests_per_minute: int = knob(
        600, low=1, high=100_000, why="Ten a second serve a nightly comparison; more would be felt by participants."
    )
    refusals_per_minute: int = knob(
        30, low=1, high=10_000, why="So often may one network show a wrong secret or token; a program has one fault."
    )
    misses_per_minute: int = knob(
        30, low=1, high=10_000, why="Who asks for so many case numbers that are nobody's is trying all of them."
    )
    page_rows: int = knob(100, low=1, high=1000, why="So many people at most stand on one page of a list.")
    largest_kilobytes: int = knob(64, low=4, high=900, why="The longest report is a few thousand letters.")
    deepest: int = knob(8, low=3, high=64, why="No report is nested deeper than three; what is, is an attack.")
    in_flight_seconds: int = knob(
        60, low=5, high=3600, why="A request that has no answer after a minute was killed; the same key may try again."
    )
    keep_spent_days: int = knob(
        2, low=1, high=60, why="So long does a key for repeats hold. Tokens that have ended and counts go then, too."
    )
    keep_days: int = knob(
        1825, low=365, high=3650, why="As long as what officers decided about it: who reported what can matter later."
    )
