"""Why a person is suggested for a record: one line for each field, that a page can put into words."""

from enum import StrEnum
from math import exp
from typing import NamedTuple

from adsum.records.matching.asking import Asked
from adsum.records.matching.evidence import Evidence, Scorer, Seen
from adsum.records.matching.lexicon import Token
from adsum.records.matching.population import KEPT, MONTH, YEAR, Description

MOST_RARE = 10**9
GROUPS = {
    "given names": ("given", "first given", "later given", "fields"),
    "surnames": ("surname", "only surname", "one of the surnames", "order"),
    "birthday": ("birthday",),
    "place": ("place",),
    "sex": ("sex",),
    "case number": ("number",),
}
DISAGREE = frozenset({("birthday", "other"), ("place", "other"), ("sex", "other"), ("number", "other")})
AGREE = frozenset({"same", "kept", "city"})
WORDS = frozenset({"same", "near", "initial", "crossed"})


class Agreement(StrEnum):
    """How what the record says relates to what the file says."""

    AGREES = "agrees"
    PARTLY = "partly"
    DISAGREES = "disagrees"
    MISSING = "missing"  # from the record or from the file


class FieldLine(NamedTuple):
    """One field of a record beside that of a person.

    `field` is one of GROUPS; `record_says` is as it came, `file_says` as it is compared (capitals, without accents and
    particles). `how` names what was seen, such as ("surname", "near") or ("birthday", "turned"): the groups and names
    of `weights.STARTS`. `weight_nats` above 0 speaks for this person, below against. `one_in`: one in so many
    strangers with such a name would agree as well; None where nothing agrees.
    """

    field: str
    record_says: str
    file_says: str
    agreement: Agreement
    how: tuple[Seen, ...]
    weight_nats: float
    one_in: int | None


def explain(scorer: Scorer, record: Description, asked: Asked, evidence: Evidence) -> tuple[FieldLine, ...]:
    """The fields in the order in which one reads them aloud."""
    file_says = _file_says(scorer, evidence.person)
    record_says = {
        "given names": record.given_names,
        "surnames": record.surnames,
        "birthday": record.date_of_birth,
        "place": ", ".join(part for part in (record.city, record.state) if part),
        "sex": record.sex,
        "case number": record.case_number,
    }
    weights = {
        "given names": evidence.given,
        "surnames": evidence.surname,
        "birthday": evidence.birthday,
        "place": evidence.place,
        "sex": evidence.sex,
        "case number": evidence.number,
    }
    lines = []
    for field, groups in GROUPS.items():
        how = tuple(seen for seen in evidence.seen if seen[0] in groups)
        if field == "place" and not how:
            how = _same_state(scorer, asked, evidence)
        is_said = bool(record_says[field].strip() and file_says[field])
        agreement = _agreement(how, weights[field]) if is_said else Agreement.MISSING
        agrees = agreement in (Agreement.AGREES, Agreement.PARTLY)
        rare = _one_in(scorer, field, asked, evidence) if agrees else None
        lines.append(FieldLine(field, record_says[field], file_says[field], agreement, how, weights[field], rare))
    return tuple(lines)


def _same_state(scorer: Scorer, asked: Asked, evidence: Evidence) -> tuple[Seen, ...]:
    """What is seen of the place where the record's city is none that anybody lives in, or is not said."""
    state = scorer.population.row(evidence.person)[2 * KEPT + 3]
    if not asked.state or not state:
        return ()
    return (("place", "state" if asked.state == state else "other"),)


def _agreement(how: tuple[Seen, ...], weight: float) -> Agreement:
    if not how:
        return Agreement.PARTLY if weight > 0 else Agreement.DISAGREES if weight < 0 else Agreement.MISSING
    if all(what in AGREE for _, what in how):
        return Agreement.AGREES
    is_name = any(group in ("given", "surname") or "given" in group or "surname" in group for group, _ in how)
    if is_name:
        agrees = any(group in ("given", "surname") and what in WORDS for group, what in how)
        return Agreement.PARTLY if agrees else Agreement.DISAGREES
    return Agreement.DISAGREES if DISAGREE & set(how) else Agreement.PARTLY


def _file_says(scorer: Scorer, person: int) -> dict[str, str]:
    people = scorer.population
    row = people.row(person)
    born, sex, city, state, number = row[2 * KEPT :]
    texts = people.words.texts
    return {
        "given names": " ".join(texts[word] for word in row[:KEPT] if word),
        "surnames": " ".join(texts[word] for word in row[KEPT : 2 * KEPT] if word),
        "birthday": f"{born // YEAR:04d}-{born % YEAR // MONTH:02d}-{born % MONTH:02d}" if born else "",
        "place": people.cities.texts[city] if city else people.states.texts[state],
        "sex": chr(sex) if sex else "",
        "case number": f"A{number:09d}" if number else "",
    }


def _one_in(scorer: Scorer, field: str, asked: Asked, evidence: Evidence) -> int | None:
    if field in ("given names", "surnames"):
        chance = _name_chance(scorer, field, asked, evidence)
    elif field == "birthday":
        chance = asked.birthday
    elif field == "place":
        chance = asked.state_chance + (asked.city_chance if ("place", "city") in evidence.seen else 0.0)
    elif field == "sex":
        chance = asked.stranger_sex
    else:
        return None
    return max(1, round(min(MOST_RARE, exp(min(60.0, -chance))))) if chance else None


def _name_chance(scorer: Scorer, field: str, asked: Asked, evidence: Evidence) -> float:
    """Logarithm of how likely a stranger has those written words that stand for one of the person's."""
    row = scorer.population.row(evidence.person)
    own = {word for word in row[: 2 * KEPT] if word}
    letters = {scorer.population.words.texts[word][0] for word in own}

    def agrees(token: Token) -> bool:
        return bool(own & token.readings.keys()) or (len(token.text) == 1 and token.text in letters)

    best = 0.0
    for cut in asked.cuts:
        words = (cut.given, cut.plain_given) if field == "given names" else (cut.surnames, cut.plain_surnames)
        best = min(best, sum(plain for token, plain in zip(*words, strict=True) if agrees(token)))
    return best
