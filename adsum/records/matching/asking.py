"""Records, made ready to be compared: what their words may stand for, and how likely a stranger says the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import log

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from adsum.records.matching.columns import log_sums, number_lines, sum_by
from adsum.records.matching.lexicon import KEPT, Lexicon, Token
from adsum.records.matching.names import Tokens, fold, read_tokens
from adsum.records.matching.origins import Origins
from adsum.records.matching.population import Description, Population, read_birthday, read_number
from adsum.records.matching.strangers import SEXES, Strangers
from adsum.records.matching.weights import Weights

NUMBERS = 9e8
SOMEONES_NUMBER = 0.02  # of strangers' case numbers so many are a participant's, by mistake
NEAR_CITY = 2  # slips
Names = tuple[Tokens, Tokens]


@dataclass
class Cut:
    """One way to cut a record's name into words.

    Logarithms of how likely a stranger has it: the whole; the given names beside the surnames; the same if the two
    fields were exchanged; each word.
    """

    given: list[Token]
    surnames: list[Token]
    stranger: float
    strangers_given: float
    turned_given: float
    plain_given: list[float]
    plain_surnames: list[float]

    @property
    def plain(self) -> list[float]:
        """Of each word."""
        return [*self.plain_given, *self.plain_surnames]


@dataclass
class Asked:
    """A record, made ready to be compared. `match`: the logarithm of how likely any record is of somebody here."""

    cuts: list[Cut]
    match: float
    born: int
    birthday: float
    sex: int
    state: int
    city: int
    state_chance: float
    city_chance: float
    number: int
    stranger_number: float
    stranger_sex: float


class Asker:
    """Makes records ready for one population."""

    def __init__(self, population: Population, origins: Origins, weights: Weights) -> None:
        self.population = population
        self.lexicon, self._strangers = Lexicon(population, origins), Strangers(population)
        self._shares = np.log(origins.shares)
        self._cities_of: dict[str, dict[int, str]] = {}
        self._note_cities(1)
        self._city = lru_cache(20_000)(self._find_city)
        self.use(weights)

    def use(self, weights: Weights) -> None:
        """Weigh by this version from now on."""
        self._match = log(weights.match)
        self._straight, self._turned = (log(weights.chances["fields"][seen]) for seen in ("same", "exchanged"))
        self.lexicon.use(weights)

    def notice(self, first_word: int, first_city: int) -> None:
        """The population has words and cities that are new, from these numbers on."""
        if first_word < len(self.population.words.texts):
            self.lexicon.notice(first_word)
        if first_city < len(self.population.cities.texts):
            self._note_cities(first_city)
            self._city.cache_clear()

    def _note_cities(self, first: int) -> None:
        for number, text in enumerate(self.population.cities.texts[first:], first):
            city, _, state = text.rpartition(", ")
            self._cities_of.setdefault(state, {})[number] = city

    def ask(self, records: Sequence[Description]) -> list[Asked]:
        """The records, made ready."""
        names = [self._cuttings(read_tokens(one.given_names), read_tokens(one.surnames)) for one in records]
        cuts = iter(self._cut([name for some in names for name in some]))
        return [self._complete(record, [next(cuts) for _ in some]) for record, some in zip(records, names, strict=True)]

    def _complete(self, record: Description, cuts: list[Cut]) -> Asked:
        strangers, born = self._strangers, read_birthday(record.date_of_birth)
        number = read_number(record.case_number)
        state = self.population.states.numbers.get(fold(record.state), 0)
        city = self._city(record.city, record.state)
        sex = ord(record.sex.strip().upper()[:1] or "\0")
        word = next((int(token.words[0]) for token in cuts[0].given if len(token.words)), 0)
        return Asked(
            cuts=cuts,
            match=self._match,
            born=born,
            birthday=strangers.birthday(born),
            sex=sex if sex in SEXES else 0,
            state=state,
            city=city,
            state_chance=strangers.state(state),
            city_chance=strangers.city(city, state),
            number=number,
            stranger_sex=strangers.sex(word, sex),
            stranger_number=log(1 / NUMBERS + SOMEONES_NUMBER / max(1, len(self.population))),
        )

    def new_words(self, records: Iterable[Description]) -> list[str]:
        """The words of these records that nothing is known about; if they are many, the commonest of them."""
        words = Counter(
            word for one in records for field in (one.given_names, one.surnames) for word in read_tokens(field)
        )
        return self.lexicon.unread(word for word, _ in words.most_common(KEPT))

    def _cuttings(self, given: Tokens, surnames: Tokens) -> list[Names]:
        """The name as it is written, and other cuts of it that have more known names."""
        found = [(given, surnames)]
        apart = self._apart(given), self._apart(surnames)
        together = self._together(given), self._together(surnames)
        if apart != (given, surnames):
            found.append(apart)
        if together != (given, surnames):
            found.append(together)
        return found

    def _apart(self, words: Tokens) -> Tokens:
        if self.population.words.numbers.keys() >= set(words):
            return words
        cut = self.lexicon.speller.cut
        parts = [cut(word) or (word,) for word in words]
        return tuple(chain.from_iterable(parts))

    def _together(self, words: Tokens) -> Tokens:
        whole = "".join(words)
        return (whole,) if len(words) > 1 and self.lexicon.speller.is_known(whole) else words

    def _cut(self, names: Sequence[Names]) -> list[Cut]:
        words = [word for name in names for some in name for word in some]
        known = self.lexicon.tokens(words)
        places = {text: place for place, text in enumerate(known)}
        at = np.array([places[word] for word in words], dtype=np.int64)
        shape = len(known), len(self._shares)
        as_given, as_surname = (
            np.array([getattr(token, field) for token in known.values()]).reshape(shape)[at]
            for field in ("given", "surname")
        )
        of = number_lines(len(given) + len(surnames) for given, surnames in names)
        field = number_lines(len(some) for name in names for some in name)
        is_given, count, shares = (field % 2 == 0)[:, None], len(names), self._shares
        of_surnames = shares + sum_by(of, np.where(is_given, 0.0, as_surname), count)
        by_all = of_surnames + sum_by(of, np.where(is_given, as_given, 0.0), count)
        turned_surnames = shares + sum_by(of, np.where(is_given, as_surname, 0.0), count)
        turned = log_sums(turned_surnames + sum_by(of, np.where(is_given, 0.0, as_given), count))
        straight = log_sums(by_all)
        belongs = np.exp(by_all - straight[:, None])[of]
        plain = np.log((belongs * np.exp(np.where(is_given, as_given, as_surname))).sum(axis=1)).tolist()
        columns = (
            np.logaddexp(straight + self._straight, turned + self._turned),
            straight - log_sums(of_surnames),
            turned - log_sums(turned_surnames),
        )
        found, end = [], 0
        for (given, surnames), chances in zip(names, np.stack(columns, axis=1).tolist(), strict=True):
            start, middle, end = end, end + len(given), end + len(given) + len(surnames)
            firsts, lasts = [known[word] for word in given], [known[word] for word in surnames]
            stranger, own, turned_own = chances
            found.append(Cut(firsts, lasts, stranger, own, turned_own, plain[start:middle], plain[middle:end]))
        return found

    def _find_city(self, city: str, state: str) -> int:
        city, state = fold(city), fold(state)
        if not city:
            return 0
        exact = self.population.cities.numbers.get(f"{city}, {state}")
        if exact:
            return exact
        here = self._cities_of.get(state, {})
        near = process.extract(city, here, scorer=OSA.distance, score_cutoff=NEAR_CITY, limit=2)
        return int(near[0][2]) if len(near) == 1 else 0
