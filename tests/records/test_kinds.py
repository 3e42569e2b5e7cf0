"""Kinds of names: sorted by the names alone, called by surnames that many have."""

from random import Random

from adsum.records.matching.kinds import FEWEST, OTHERS
from adsum.records.matching.living import LivingMatcher, build
from adsum.records.matching.population import Description

SPANISH = (["MARIA", "JOSE", "ANA", "LUIS", "CARMEN"], ["GARCIA", "LOPEZ", "HERNANDEZ", "MARTINEZ", "PEREZ"])
CHINESE = (["XIAOMING", "WEI", "JING", "FANG", "HAO"], ["ZHANG", "WANG", "CHEN", "LI", "HUANG"])


def people() -> list[Description]:
    random, found = Random(3), []
    for number in range(300):
        given, surnames = SPANISH if number % 3 else CHINESE
        found.append(person(str(number), random.choice(given), random.choice(surnames)))
    return found


def person(key: str, given: str, surname: str) -> Description:
    return Description(key, given, surname, "1990-05-06", "F", "NEWARK", "NJ", "")


def test_names_are_sorted_and_called_by_what_many_are_called() -> None:
    everybody = [*people(), person("rare", "ZEBULON", "QUARTERMAINE")]
    kinds = build(everybody, with_kinds=True).kinds
    assert kinds is not None
    mostly = {number: kinds.of(number) for number in range(300)}
    spanish, chinese = (
        {mostly[number] for number in range(300) if (number % 3 > 0) == is_one} for is_one in (True, False)
    )
    assert spanish.isdisjoint(chinese), (spanish, chinese)
    assert any("Garcia" in name for name in spanish) and any("Chen" in name for name in chinese)
    assert not any("Quartermaine" in name for name in kinds.words)
    assert sum(kinds.people().values()) == 301


def test_a_surname_that_few_have_names_nobody() -> None:
    few = [person(str(number), "ANA", "RARITY") for number in range(FEWEST - 1)]
    kinds = build(few, with_kinds=True).kinds
    assert kinds is not None and kinds.of(0) == OTHERS


def test_who_came_since_is_among_the_others() -> None:
    living: LivingMatcher = build(people(), with_kinds=True)
    living.put(person("new", "AMINA", "HADDAD"))
    assert living.kinds is not None
    assert living.kinds.of(living.matcher.scorer.population.row_of("new")) == OTHERS
    assert living.kinds.of(None) == OTHERS


def test_an_empty_programme_has_no_kinds() -> None:
    kinds = build([], with_kinds=True).kinds
    assert kinds is not None and not kinds.people()
