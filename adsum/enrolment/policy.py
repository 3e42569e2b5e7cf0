"""Knobs about waves, invitations and activation."""

from dataclasses import dataclass

from adsum.core.knobs import Policy, knob


@dataclass(frozen=True)
class EnrolmentPolicy(Policy):
    """How long a code lives, what is asked beside it, and how often it may be tried."""

    code_length: int = knob(
        10,
        low=8,
        high=16,
        why="Ten characters are fifty bits: short to type, hopeless to guess.",
    )
    code_days: int = knob(
        45,
        low=1,
        high=180,
        why="A letter takes days, a person on the move takes weeks.",
    )
    file_check: str = knob(
        "case-digits",
        among=("case-digits", "family-name"),
        why="A stolen letter must not be enough. Three digits stand on the person's papers and need no spelling.",
    )
    tries_per_code: int = knob(5, low=3, high=20, why="Enough for a mistyped birthday, too few to guess one.")
    tries_per_device: int = knob(
        10,
        low=5,
        high=50,
        why="Two people's mistakes on one phone; whoever makes more waits, and others on the network do not.",
    )
    tries_per_network: int = knob(
        60,
        low=10,
        high=1000,
        why="A library or a shelter is one network for many people: who has all three right gets in even afterwards.",
    )
    tries_overall: int = knob(
        2_000,
        low=200,
        high=100_000,
        why="A wave of 100,000 mistypes less in an hour; from here on somebody guesses from many networks.",
    )
    slow_answer_ms: int = knob(
        400,
        low=0,
        high=2_000,
        why="After too many tries each wrong one waits so long: a person hardly sees it, a machine loses its speed.",
    )
    tries_window_minutes: int = knob(60, low=5, high=1440, why="After so long a person may try again.")
    keep_tries_days: int = knob(30, low=1, high=365, why="Long enough to see an attack, then forgotten.")


@dataclass(frozen=True)
class PhonePolicy(Policy):
    """How a person changes their phone number by a code that is texted to the new one."""

    code_minutes: int = knob(10, low=3, high=60, why="A text comes in a minute or two; a code that lies about is risk.")
    code_tries: int = knob(5, low=3, high=10, why="Five of a million codes; then it takes a new one.")
    codes_per_day: int = knob(
        3, low=1, high=20, why="To one person in 24 hours: a mistyped number, a lost text, and once more."
    )
    codes_per_number: int = knob(
        3, low=1, high=20, why="To one number in 24 hours, whoever asks: nobody is pestered with codes through Adsum."
    )
    keep_days: int = knob(
        1825, low=30, high=3650, why="Who changed a number, and why, for as long as notices are kept."
    )


@dataclass(frozen=True)
class ComingBackPolicy(Policy):
    """How who was in comes back on their own device, by its passkey or by a PIN."""

    passkeys_at_once: int = knob(5, low=1, high=20, why="A phone, an older phone, a computer: more is a mistake.")
    pin_days: int = knob(400, low=1, high=400, why="As long as a browser keeps the cookie without which it is nothing.")
    pin_tries: int = knob(
        5, low=3, high=10, why="Five of a million PINs on one device; then it takes a new code, by whoever it was."
    )
    challenge_minutes: int = knob(
        10, low=2, high=60, why="Time to find the finger or the phone's own code; afterwards the page asks anew."
    )
