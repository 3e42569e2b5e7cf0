"""Coming in with a code: what is typed, how often, which answer there is. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from adsum.core.ids import derived_digits
from adsum.core.text import plain_letters

CASE_DIGITS = 3  # of the case number, its last ones: what somebody types who comes in with a code


class ActivationAnswer(StrEnum):
    """What a stranger learns from trying a code. NO_MATCH never says what did not match.

    WAIT: too many tries with this code or on this device; nothing gets in for a while. BUSY: no match, and too many
    tries from this network or from everywhere; who has all of it right gets in even so.
    """

    IN = "in"
    NO_MATCH = "no-match"
    WAIT = "wait"
    BUSY = "busy"


class Limit(StrEnum):
    """What too many failed tries were made with, or from."""

    CODE = "code"
    DEVICE = "device"
    NETWORK = "network"
    OVERALL = "overall"


CLOSING = frozenset({Limit.CODE, Limit.DEVICE})  # behind these even the right answer waits


@dataclass(frozen=True)
class Trier:
    """Keyed hashes of the code that is tried, and of where from; no `device_hash` where a counter's tablet asks."""

    code_hash: str
    network_hash: str
    device_hash: str


def read_from_file(typed: str, *, check: str) -> str:
    """The one thing from the file as it is compared: three digits, or a name's letters; "" where it is neither.

    Whoever types the whole case number means its end; digits of any script count.
    """
    if check == "case-digits":
        digits = "".join(str(unicodedata.digit(char)) for char in typed[:60] if char.isdigit())
        return digits[-CASE_DIGITS:] if len(digits) >= CASE_DIGITS else ""
    return plain_letters(typed[:200])


def stands_in_file(read: str, *, case_number: str, surnames: str, given_names: str, check: str) -> bool:
    """Whether the file says so. Of several family names each is right, alone or all together.

    Who has no family name in the file gives the other name; who has none at all, the digits.
    """
    names = surnames.strip() or given_names.strip()
    if check == "case-digits" or not names:
        right = {case_number[-CASE_DIGITS:]}
    else:
        right = {plain_letters(part) for part in (names, *names.replace("-", " ").split())} - {""}
    return read in right


@dataclass(frozen=True)
class Activation:
    """The answer to an attempt; `token` is for the device's cookie only."""

    answer: ActivationAnswer
    token: str = ""
    language: str = ""
    wait_until: datetime | None = None


def why_weak(pin: str) -> str:
    """Why this is no PIN: "not-six" digits, all the "same", or numbers in a "row"; "" where it is one."""
    if not re.fullmatch(r"[0-9]{6}", pin):
        return "not-six"
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return {frozenset({0}): "same", frozenset({1}): "row", frozenset({-1}): "row"}.get(frozenset(steps), "")


def phone_code_of(change_id: int, *, asked_at: datetime, secret: str) -> str:
    """The six digits that prove a new phone number; the same each time they are written."""
    return derived_digits(secret, "phone-code", f"{change_id}:{asked_at.isoformat()}", 6)
