"""How likely a stranger has a birthday, a place or a sex: counted among the people once (logarithms)."""

from math import exp, log, sqrt

import numpy as np

from adsum.records.matching.population import YEAR, Numbers, Population

DAYS = 366
LAST_YEAR = 2200
USUAL = 5  # people at least, and standard deviations above what is expected
SEXES = (ord("F"), ord("M"))


class Strangers:
    """What is common in one population."""

    def __init__(self, people: Population) -> None:
        known = people.born[people.born > 0]
        total = len(known) + 1.0
        years = np.bincount(known // YEAR, minlength=LAST_YEAR)
        days = np.bincount(known % YEAR, minlength=YEAR)
        window = np.convolve(years, np.ones(5) / 5, mode="same")
        smooth = 20 * (total / (total + 2000)) + 1.0
        self._years: list[float] = np.log((window + 0.2) / (total + 0.2 * len(years))).tolist()
        self._days: list[float] = np.log((days + smooth) / (total + DAYS * smooth)).tolist()
        self._usual: dict[int, float] = {}
        self._usual = self._learn_usual(known, total)
        states, cities = (
            np.bincount(column, minlength=len(texts) + 1)  # the last is for those that come later
            for column, texts in ((people.state, people.states.texts), (people.city, people.cities.texts))
        )
        self._states: list[float] = np.log((states + 1.0) / (states.sum() + len(states))).tolist()
        self._cities: list[float] = np.log((cities + 0.5) / (cities.sum() + 0.5 * len(cities))).tolist()
        sexes = np.bincount(people.sex, minlength=256)[[*SEXES]] + 1.0
        self._women = self._learn_women(people, share=float(sexes[0] / sexes.sum()))

    def _learn_usual(self, known: Numbers, total: float) -> dict[int, float]:
        """Birthdays that far more people have than their year and day tell: what a clerk or a form fills in."""
        dates, counts = np.unique(known, return_counts=True)
        often = counts >= USUAL
        usual = {}
        for date, count in zip(dates[often].tolist(), counts[often].tolist(), strict=True):
            expected = total * exp(self.birthday(date))
            if count > expected + USUAL * sqrt(max(1.0, expected)):
                usual[date] = log(count / total)
        return usual

    def _learn_women(self, people: Population, *, share: float) -> list[float]:
        """Of those with each word as first given name, the share of women; of all (word 0) too."""
        size = len(people.words.texts)
        women, men = (np.bincount(people.given[people.sex == sex, 0], minlength=size) for sex in SEXES)
        shares: Numbers = (women + 4 * share) / (women + men + 4)
        return [share, *shares[1:].tolist()]

    def birthday(self, born: int) -> float:
        """This birthday; 0 if it is none."""
        if born in self._usual:
            return self._usual[born]
        year = born // YEAR
        return self._years[year] + self._days[born % YEAR] if born and year < LAST_YEAR else 0.0

    def state(self, state: int) -> float:
        """This state; 0 if none is said."""
        return self._states[min(state, len(self._states) - 1)] if state else 0.0

    def city(self, city: int, state: int) -> float:
        """This city, of those in this state; 0 if none is said."""
        return self._cities[min(city, len(self._cities) - 1)] - self.state(state) if city and state else 0.0

    def sex(self, word: int, sex: int) -> float:
        """This sex, of those with this given name (0: any); 0 if none is said."""
        if sex not in SEXES:
            return 0.0
        women = self._women[word if word < len(self._women) else 0]
        return log(women if sex == SEXES[0] else 1 - women)
