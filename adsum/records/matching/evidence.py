"""What speaks for and against a record being about a person, feature by feature.

Each feature gives a logarithm: how much likelier is what the record says if it is about this person than if it is about
a stranger (Fellegi and Sunter 1969). It can be read aloud: name, birthday, place, sex, case number.
"""

from math import exp, log
from typing import NamedTuple

from adsum.records.matching.asking import NUMBERS, Asked, Asker, Cut
from adsum.records.matching.birthdays import compare_birthdays
from adsum.records.matching.lexicon import Token
from adsum.records.matching.numbers import is_near
from adsum.records.matching.origins import Origins
from adsum.records.matching.population import KEPT, Description, Population
from adsum.records.matching.weights import Weights

BIRTHDAY_WAYS = {"same": 0.0, "turned": 0.0, "one digit": -log(20), "one part": -log(60), "placeholder": 0.0}
NEAR_NUMBER_WAYS = log(90)
TWINS = 0.02  # of relatives
SEXES = frozenset({ord("F"), ord("M")})
Seen = tuple[str, str]


class Evidence(NamedTuple):
    """For one record and one person; logarithms.

    `relative`, `namesake` and `junior` are the totals if it is one of these instead of the person.
    """

    person: int
    given: float
    surname: float
    birthday: float
    place: float
    sex: float
    number: float
    relative: float
    namesake: float
    junior: float
    seen: tuple[Seen, ...]

    @property
    def total(self) -> float:
        """Of all features together."""
        return self.given + self.surname + self.birthday + self.place + self.sex + self.number


class NameEvidence(NamedTuple):
    """Logarithms for the given names and the surnames; `family`: for the surnames if it is about a relative."""

    given: float
    surname: float
    family: float
    seen: tuple[Seen, ...]


def _may_be_exchanged(cut: Cut, given: list[int], surnames: list[int]) -> bool:
    """Whether a word in one field of the record may stand for a name in the other field of the person."""
    return any(not token.readings.keys().isdisjoint(surnames) for token in cut.given) or any(
        not token.readings.keys().isdisjoint(given) for token in cut.surnames
    )


class Scorer:
    """Compares records with the people of a population."""

    def __init__(self, population: Population, origins: Origins, weights: Weights) -> None:
        self.population = population
        self.asker = Asker(population, origins, weights)
        self._texts, self._numbers = population.words.texts, population.words.numbers
        self.use(weights)

    def use(self, weights: Weights) -> None:
        """Weigh by this version from now on."""
        self.weights, self._log = weights, weights.logs()
        self.asker.use(weights)

    def ask(self, record: Description) -> Asked:
        """The record, made ready."""
        return self.asker.ask([record])[0]

    def weigh(self, asked: Asked, person: int) -> Evidence:
        """What the record says, beside this person."""
        people = self.population
        row = people.row(person)
        given, surnames = [word for word in row[:KEPT] if word], [word for word in row[KEPT : 2 * KEPT] if word]
        born, sex_in_file, city, state, number_in_file = row[2 * KEPT :]
        name = max(
            (self._name(cut, given, surnames) for cut in asked.cuts), key=lambda found: found.given + found.surname
        )
        birthday, seen_birthday, twin = self._birthday(asked, born)
        place, seen_place = self._place(asked, city, state)
        sex, seen_sex = self._sex(asked, sex_in_file)
        number, seen_number = self._number(asked, number_in_file)
        found = Evidence(
            person,
            name.given,
            name.surname,
            birthday,
            place,
            sex,
            number,
            relative=name.family + place + twin,
            namesake=name.given + name.surname + sex,
            junior=name.given + name.surname + sex + place,
            seen=(*name.seen, *seen_birthday, *seen_place, *seen_sex, *seen_number),
        )
        return found

    def _name(self, cut: Cut, given: list[int], surnames: list[int]) -> NameEvidence:
        same, exchanged = ("fields", "same"), ("fields", "exchanged")
        straight = self._fields(cut.given, cut.surnames, cut.plain_given, cut.plain_surnames, given, surnames)
        best, fields, strangers_given = straight, same, cut.strangers_given
        family = straight[1] + self._log[same] + cut.strangers_given
        if not straight[3] and _may_be_exchanged(cut, given, surnames):
            turned = self._fields(cut.surnames, cut.given, cut.plain_surnames, cut.plain_given, given, surnames)
            family = max(family, turned[1] + self._log[exchanged] + cut.turned_given)
            if turned[0] + self._log[exchanged] > straight[0] + self._log[same]:
                best, fields, strangers_given = turned, exchanged, cut.turned_given
        return NameEvidence(
            given=best[0] - best[1] - strangers_given + self._log[fields],
            surname=best[1] + strangers_given - cut.stranger,
            family=family - cut.stranger,
            seen=(*best[2], fields),
        )

    def _fields(
        self,
        firsts: list[Token],
        lasts: list[Token],
        plain_firsts: list[float],
        plain_lasts: list[float],
        given: list[int],
        surnames: list[int],
    ) -> tuple[float, float, tuple[Seen, ...], bool]:
        log_of = self._log
        left_given, left_surnames = list(given), list(surnames)
        of_family, seen_family, loose_lasts, order = self._take(lasts, left_surnames, surnames, "surname")
        of_given, seen_given, loose_firsts, _ = self._take(firsts, left_given, given, "given")
        is_whole = not loose_lasts and not loose_firsts
        for loose, left, plain, group, total in (
            (loose_lasts, left_given, plain_lasts, "surname", 0),
            (loose_firsts, left_surnames, plain_firsts, "given", 1),
        ):
            for place, token in loose:
                word = next((word for word in left if word in token.readings), 0)
                if word:
                    left.remove(word)
                    value, seen = log_of[group, "crossed"] + token.readings[word], (group, "crossed")
                else:
                    value, seen = log_of[group, "extra"] + plain[place], (group, "extra")
                if total:
                    of_given, seen_given = of_given + value, (*seen_given, seen)
                else:
                    of_family, seen_family = of_family + value, (*seen_family, seen)
        lost: list[Seen] = []
        for word in set(given):
            group = "first given" if word == given[0] else "later given"
            lost.append((group, "lost" if word in left_given else "kept"))
        group = "only surname" if len(surnames) == 1 else "one of the surnames"
        lost_family = [(group, "lost" if word in left_surnames else "kept") for word in surnames]
        if order:
            lost_family.append(("order", order))
        of_family += sum(log_of[seen] for seen in lost_family)
        of_given += sum(log_of[seen] for seen in lost)
        return of_family + of_given, of_family, (*seen_family, *seen_given, *lost, *lost_family), is_whole

    def _take(
        self, tokens: list[Token], left: list[int], words: list[int], group: str
    ) -> tuple[float, tuple[Seen, ...], list[tuple[int, Token]], str]:
        """Give each written word its name among those left; the value, what was seen, what found none, the order."""
        value, seen, loose, places = 0.0, [], [], []
        for place, token in enumerate(tokens):
            readings = token.readings
            best, best_word, how = -99.0, 0, ""
            for word in left:
                chance = readings.get(word)
                if chance is not None and chance > best:
                    best, best_word, how = chance, word, "near" if chance else "same"
            if not best_word and len(token.text) == 1:
                best_word = next((word for word in left if self._texts[word][0] == token.text), 0)
                best, how = 0.0, "initial"
            if not best_word:
                initial = self._numbers.get(token.text[0])
                if initial in left:
                    best_word, how = initial, "initial"
                    best = token.given.max() if group == "given" else token.surname.max()
            if not best_word:
                loose.append((place, token))
                continue
            left.remove(best_word)
            places.append(words.index(best_word))
            value += self._log[group, how] + best
            seen.append((group, how))
        order = "" if len(places) < 2 or group == "given" else "same" if places == sorted(places) else "turned"
        return value, tuple(seen), loose, order

    def _birthday(self, asked: Asked, born: int) -> tuple[float, tuple[Seen, ...], float]:
        """Logarithm, what was seen, and the logarithm for a relative, of whom few are twins."""
        if not asked.born or not born:
            return 0.0, (), 0.0
        seen = ("birthday", compare_birthdays(asked.born, born))
        is_other = seen[1] == "other"
        value = self._log[seen] + (asked.birthday if is_other else BIRTHDAY_WAYS[seen[1]]) - asked.birthday
        twin = log(TWINS * exp(-asked.birthday) + 1 - TWINS) if seen[1] == "same" else log(1 - TWINS)
        return value, (seen,), twin

    def _place(self, asked: Asked, city: int, state: int) -> tuple[float, tuple[Seen, ...]]:
        if not asked.state or not state:
            return 0.0, ()
        log_of = self._log
        if asked.city and asked.city == city:
            seen = ("place", "city")
            return log_of[seen] - asked.state_chance - asked.city_chance, (seen,)
        if asked.state == state:
            seen = ("place", "state")
            chance = log_of[seen]
            if not asked.city:
                chance = log(exp(log_of["place", "city"]) + exp(log_of[seen]))
                return chance - asked.state_chance, ()
            return chance - asked.state_chance, (seen,)
        seen = ("place", "other")
        return log_of[seen], (seen,) if asked.city else ()

    def _sex(self, asked: Asked, sex: int) -> tuple[float, tuple[Seen, ...]]:
        if not asked.sex or sex not in SEXES:
            return 0.0, ()
        seen = ("sex", "same" if asked.sex == sex else "other")
        return self._log[seen] - asked.stranger_sex, (seen,)

    def _number(self, asked: Asked, number: int) -> tuple[float, tuple[Seen, ...]]:
        if not asked.number or not number:
            return 0.0, ()
        if number == asked.number:
            return self._log["number", "same"] - asked.stranger_number, (("number", "same"),)
        if is_near(number, asked.number):
            return self._log["number", "near"] - NEAR_NUMBER_WAYS + log(NUMBERS), (("number", "near"),)
        return self._log["number", "other"], (("number", "other"),)
