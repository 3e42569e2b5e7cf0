"""Why a record may be about somebody, in words: what was seen in each field. Pure."""

from collections.abc import Sequence

from adsum.records.rules.kinds import Verdict

SAID = {
    ("given", "near"): "a given name is spelt differently",
    ("given", "initial"): "a given name is only an initial",
    ("given", "crossed"): "a given name stands among the surnames",
    ("given", "extra"): "the record has a given name more",
    ("surname", "near"): "a surname is spelt differently",
    ("surname", "initial"): "a surname is only an initial",
    ("surname", "crossed"): "a surname stands among the given names",
    ("surname", "extra"): "the record has a surname more",
    ("first given", "lost"): "the first given name is missing",
    ("later given", "lost"): "a second given name is missing",
    ("only surname", "lost"): "the surname is missing",
    ("one of the surnames", "lost"): "one of the surnames is missing",
    ("order", "turned"): "the surnames stand the other way round",
    ("fields", "exchanged"): "given names and surnames have changed places",
    ("birthday", "same"): "the same birthday",
    ("birthday", "turned"): "day and month the other way round",
    ("birthday", "one digit"): "one digit of the birthday differs",
    ("birthday", "one part"): "day, month or year differs",
    ("birthday", "placeholder"): "1 January, which often stands for “not known”",
    ("birthday", "other"): "another birthday",
    ("place", "city"): "the same city",
    ("place", "state"): "the same state",
    ("place", "other"): "another place",
    ("sex", "same"): "the same",
    ("sex", "other"): "not the same",
    ("number", "same"): "the same case number",
    ("number", "near"): "one digit of the case number differs",
    ("number", "other"): "another case number",
}
NAMES = ("given names", "surnames")

# What people usually give as their reason; each can be said with, or instead of, own words.
COMMON_REASONS = {
    Verdict.SAME: {
        "all": "Name, birthday and more agree",
        "number": "The case number is theirs",
        "spelling": "The same name, only written differently",
        "papers": "The agency’s papers show that it is them",
        "told": "The person told us about it",
    },
    Verdict.NOT_SAME: {
        "birthday": "Born on another day",
        "name": "Another name that only looks alike",
        "relative": "A relative",
        "namesake": "Somebody else with the same name",
        "elsewhere": "The person was elsewhere at that time",
        "papers": "The agency’s papers show somebody else",
    },
    Verdict.CANNOT_TELL: {
        "little": "The record says too little",
        "several": "It fits several people as well",
        "contradicts": "The fields contradict each other",
    },
}


def how_in_words(field: str, how: Sequence[tuple[str, str]]) -> str:
    """One plain sentence about a field; "" where there is nothing to say."""
    told = list(dict.fromkeys(SAID[seen] for seen in how if seen in SAID))
    if not told and how and field in NAMES:
        told = ["the same"]
    words = ", ".join(told)
    return words[:1].upper() + words[1:]


def common_reason(verdict: str, key: str) -> str:
    """The words of a usual reason for this verdict; "" where it is none."""
    return next((listed.get(key, "") for one, listed in COMMON_REASONS.items() if one == verdict), "")
