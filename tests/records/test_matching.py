"""Whom a record is about: every usual fault finds its person, and a probability counts everybody who fits."""

from collections.abc import Callable
from dataclasses import replace
from math import log

import numpy as np
import pytest

from adsum.records.matching.birthdays import compare_birthdays
from adsum.records.matching.evaluating import Judged, calibration_curve, calibration_error, recall_at, wrongly_suggested
from adsum.records.matching.evidence import Scorer
from adsum.records.matching.index import Index
from adsum.records.matching.learning import Judgement, learn
from adsum.records.matching.matcher import Answer, Matcher
from adsum.records.matching.numbers import are_near, is_near, near_numbers
from adsum.records.matching.origins import learn_origins
from adsum.records.matching.population import Description, Population, read_birthday, read_number
from adsum.records.matching.strangers import Strangers
from adsum.records.matching.weights import Weights
from tests.records.world import make_people

PERSON = Description(
    "p", "MARIA ISABEL", "VALVERDE ZORRILLA", "1988-03-14", "F", "PORT RIDGE", "NJ", "A123456789"
)  # fmt: skip
Change = Callable[[Description], Description]


def make_matcher(people: list[Description]) -> Matcher:
    population = Population(people)
    return Matcher(Scorer(population, learn_origins(population), Weights()), Index(population))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return make_matcher([*make_people(3_000), PERSON])


def ask(matcher: Matcher, **said: str) -> Answer:
    return matcher.find(replace(PERSON, **{"key": "r", "case_number": "", **said}))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"surnames": "ZORRILLA VALVERDE"},
        {"surnames": "VALVERDE"},
        {"surnames": "DE LA VALVERDE-ZORRILLA"},
        {"surnames": "VALVERDE ZORRIYA"},
        {"surnames": "VALVERDEZORRILLA"},
        {"surnames": "ZORRILLA DE MORALES"},
        {"given_names": "MARIA I"},
        {"given_names": "MARIAISABEL"},
        {"given_names": "MARY ISABEL"},
        {"given_names": "MARIA VALVERDE", "surnames": "ZORRILLA"},
        {"given_names": "VALVERDE ZORRILLA", "surnames": "MARIA ISABEL"},
        {"date_of_birth": "1988-01-01"},
        {"date_of_birth": "1989-03-14"},
        {"date_of_birth": ""},
        {"sex": "", "city": "", "state": "NJ"},
        {"city": "EAST MONT", "state": "TX"},
        {"given_names": "MSRIA", "surnames": "VALVRDE ZORRILLA"},
    ],
    ids=str,
)
def test_each_usual_fault_finds_its_person(matcher: Matcher, said: dict[str, str]) -> None:
    answer = ask(matcher, **said)
    assert answer.candidates[0].key == "p"
    assert answer.candidates[0].probability > 0.8
    assert 1 - answer.stranger == pytest.approx(sum(one.probability for one in answer.candidates))


def test_a_case_number_is_strong_and_never_absolute(matcher: Matcher) -> None:
    weak = {"given_names": "MARIA", "surnames": "", "date_of_birth": "", "city": "", "state": ""}
    assert ask(matcher, **weak, case_number="A123456789").candidates[0].probability > 0.5
    assert ask(matcher, **weak, case_number="A123456798").candidates[0].key == "p"
    somebody_else = ask(
        matcher,
        given_names="WEI",
        surnames="ZHANG",
        date_of_birth="1971-11-30",
        sex="M",
        city="EAST MONT",
        state="TX",
        case_number="A123456789",
    )
    assert next(one.probability for one in somebody_else.candidates if one.key == "p") < 0.5


def test_who_fits_equally_well_shares_the_probability() -> None:
    twin = replace(PERSON, key="q", case_number="A987654321")
    answer = ask(make_matcher([*make_people(1_000), PERSON, twin]))
    assert [one.key for one in answer.candidates[:2]] == ["p", "q"]
    assert answer.candidates[0].probability == pytest.approx(answer.candidates[1].probability)
    assert answer.candidates[0].probability < 0.5


def test_a_common_name_without_a_birthday_is_no_match(matcher: Matcher) -> None:
    answer = ask(matcher, given_names="JOSE", surnames="GARCIA", date_of_birth="", sex="M", city="", state="")
    assert all(one.probability < 0.5 for one in answer.candidates)


def test_a_namesake_with_another_birthday_is_likelier_a_namesake(matcher: Matcher) -> None:
    answer = ask(matcher, date_of_birth="1961-10-02", city="EAST MONT", state="TX")
    assert answer.candidates[0].key == "p"
    assert answer.candidates[0].probability < 0.5


def test_a_stranger_is_nobody(matcher: Matcher) -> None:
    said = {"given_names": "SIGRID", "surnames": "OLAFSDOTTIR", "date_of_birth": "1940-05-05", "case_number": ""}
    assert all(one.probability < 0.05 for one in ask(matcher, **said).candidates)


def test_a_birthday_that_a_form_fills_in_says_little() -> None:
    people = make_people(1_000)
    filled_in = [replace(one, date_of_birth="2010-06-02") for one in people[:60]]
    strangers = Strangers(Population([*filled_in, *people[60:]]))
    usual, other = (strangers.birthday(read_birthday(text)) for text in ("2010-06-02", "1988-03-14"))
    assert usual == pytest.approx(log(60 / 1_001)) and other < -8
    assert strangers.birthday(read_birthday("2010-06-03")) < -8 and strangers.birthday(0) == 0


def test_nothing_said_and_nobody_there_are_answers_too(matcher: Matcher) -> None:
    nothing = Description("r", "", "", "", "", "", "", "")
    assert matcher.find(nothing).candidates == ()
    assert make_matcher([]).find(PERSON).candidates == ()


@pytest.mark.parametrize("said", ["\x00", "=1+1", "A" * 5_000, "ᏣᎳᎩ", "🙂", "'; DROP TABLE"])
def test_odd_texts_do_no_harm(matcher: Matcher, said: str) -> None:
    matcher.find(Description("r", said, said, said, said, said, said, said))


@pytest.mark.parametrize(
    ("said", "real", "how"),
    [
        ("1988-03-14", "1988-03-14", "same"),
        ("1988-03-04", "1988-04-03", "turned"),
        ("1988-01-01", "1988-03-14", "placeholder"),
        ("1989-03-14", "1988-03-14", "one digit"),
        ("1988-03-14", "1988-03-24", "one digit"),
        ("1988-03-14", "1988-03-29", "one part"),
        ("1988-05-20", "1988-03-14", "other"),
    ],
)
def test_birthdays_are_compared(said: str, real: str, how: str) -> None:
    assert compare_birthdays(read_birthday(said), read_birthday(real)) == how


def test_numbers_near_a_case_number() -> None:
    number = read_number("A123-456789"[:4] + "456789")
    near = near_numbers(np.array([number]))[0]
    near = near[near > 0].tolist()
    assert {123456789, 123456780, 213456789, 123456798} <= set(near)
    assert len(near) == len(set(near)) == 90 and max(near) < 10**9
    others = np.array([*near, number + 11, 199_999_999, 1])
    assert are_near(np.full(len(others), number), others).tolist() == [one in near and one != number for one in others]
    assert [one for one in others.tolist() if is_near(number, one)] == [one for one in near if one != number]
    assert not are_near(np.array([199_999_999]), np.array([200_000_000]))[0]


def test_learning_finds_how_many_records_are_of_participants() -> None:
    people, strangers = make_people(3_000), make_people(400, seed=9)
    of_people = [replace(one, key=f"r{one.key}", case_number="") for one in people[:200]]
    of_strangers = [replace(one, key=f"s{one.key}", case_number="") for one in strangers]
    matcher = make_matcher(people)
    weights = learn(matcher, [*of_people, *of_strangers], name="learnt")
    assert weights.match == pytest.approx(200 / 600, abs=0.07)
    assert Weights.from_json(weights.to_json()).chances["sex"]["same"] == pytest.approx(weights.chances["sex"]["same"])
    for group, chances in weights.chances.items():
        assert sum(chances.values()) == pytest.approx(1, abs=0.01), group


def test_namesakes_are_counted_though_only_their_name_speaks_for_them() -> None:
    people = make_people(3_000)
    namesakes = [
        replace(
            other, key=f"n{one.key}", given_names=one.given_names, surnames=one.surnames, sex=one.sex, case_number=""
        )
        for one, other in zip(people[:150], reversed(people), strict=False)
    ]
    strangers = [replace(one, key=f"s{one.key}", case_number="") for one in make_people(450, seed=9)]
    weights = learn(make_matcher(people), [*namesakes, *strangers], name="learnt")
    assert weights.namesake > 0.02 > weights.match


def test_what_people_judged_is_learnt() -> None:
    people = make_people(300)
    matcher = make_matcher(people)
    wrong_sex = [
        Judgement(replace(one, key=f"r{one.key}", sex="FM"[one.sex == "F"]), one.key, True) for one in people[:120]
    ]
    others = [Judgement(replace(one, key=f"n{one.key}", case_number=""), one.key, False) for one in people[120:220]]
    coming = [one.record for one in others]
    trusting = learn(matcher, coming, name="alone")
    taught = learn(matcher, coming, name="taught", judged=[*wrong_sex, *others])
    assert taught.name == "taught" and trusting.match > 0.5 > 0.1 > taught.match
    assert taught.chances["sex"]["other"] > 0.5 > trusting.chances["sex"]["other"]
    again = learn(matcher, [], name="shelf", judged=[Judgement(people[0], "gone", True)])
    assert again.chances["sex"]["other"] < 0.1


def test_recall_and_calibration_are_counted() -> None:
    judged = [Judged(0.9, True, True), Judged(0.8, True, True), Judged(0.7, False, False), Judged(0.2, True, True)]
    assert recall_at(0.99, judged) == pytest.approx(2 / 3)
    assert recall_at(0.5, judged) == 1
    assert calibration_error([Judged(0.75, True, True), Judged(0.75, False, True)]) == pytest.approx(0.25)
    assert recall_at(0.99, []) == calibration_error([]) == 0
    assert [(one.low, one.records, one.came_true) for one in calibration_curve(judged)] == [
        (0.2, 1, 1.0),
        (0.7, 1, 0.0),
        (0.8, 1, 1.0),
        (0.9, 1, 1.0),
    ]
    by_group = [("a", one) for one in judged] + [("b", Judged(0.1, False, False))]
    assert wrongly_suggested(by_group, above=0.5) == {"a": (1, 1, 1.0), "b": (1, 0, 0.0)}
