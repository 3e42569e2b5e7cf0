"""Each night versions are measured on what people judged; each week one is learnt, and none switches itself on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adsum.ledger.rules import RULES
from adsum.management import model_review
from adsum.management.model_review import review_models
from adsum.management.screening import Screener
from adsum.offices.models import FieldOffice
from adsum.offices.rules import Role
from adsum.records.actions import begin_screening, judge_lead
from adsum.records.actions.models import keep_version, propose_model, switch_model
from adsum.records.matching.weights import Weights
from adsum.records.models import Delivery, Lead, MatchFigures, MatchModel
from adsum.records.past_queries import last_figures
from tests.factories import NOW, make_participant, make_staff
from tests.records.conftest import WARRANT

Deliver = Callable[..., Delivery]
NIGHT = NOW + timedelta(days=1)
GIVEN = ("Oksana", "Wei", "Amina", "Jean", "Lucia", "Harpreet")


@pytest.fixture
def judged(office: FieldOffice, deliver: Deliver) -> Screener:
    """Twelve leads, judged: the same but for every third."""
    officer = make_staff(office, Role.OFFICER)
    for number in range(12):
        given, surname, born = (
            GIVEN[number % 6],
            f"Zhuravl{'abcdefghijkl'[number]}ova",
            date(1970 + number, 3, 4 + number),
        )
        make_participant(office, given_names=given, surnames=surname, date_of_birth=born)
        said = replace(WARRANT, record_id=f"W-{number}", given_names=given.upper(), surnames=surname.upper())
        deliver(replace(said, date_of_birth=born.isoformat()))
    screener = Screener(NOW)
    while screener.turn(NOW):
        pass
    for place, lead in enumerate(Lead.objects.filter(stage="open").order_by("pk")):
        verdict = "same" if place % 3 else "not-same"
        judge_lead(lead_id=lead.pk, staff=officer, verdict=verdict, reason="x", now=NOW)
    return screener


def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_review, "in_force", lambda policy, now: replace(policy(), learn_pairs=10))


def test_the_night_measures_each_version_and_learns_one_that_waits(
    judged: Screener, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    begin_screening(now=NIGHT)
    judged.turn(NIGHT)
    learnt = MatchModel.objects.exclude(name="start").get()
    assert learnt.on_since is None and Weights.from_json(learnt.weights).name == learnt.name
    figures = last_figures(seen_by=RULES)
    assert figures is not None
    assert {one["model"] for one in figures.versions} == {"start", learnt.name}
    assert {one["all"]["pairs"] for one in figures.versions} == {figures.pairs} and figures.pairs >= 10
    assert sum(one["leads"] for one in figures.names) == Lead.objects.count()
    assert judged.people.weights.name == "start"


def test_a_version_is_learnt_once_a_week_and_not_from_little(judged: Screener, monkeypatch: pytest.MonkeyPatch) -> None:
    assert review_models(judged.people, NIGHT)
    assert not MatchModel.objects.exclude(name="start").exists()
    few_are_enough(monkeypatch)
    for days in (1, 2, 7):
        review_models(judged.people, NOW + timedelta(days=days))
    assert MatchModel.objects.exclude(name="start").count() == 1
    review_models(judged.people, NOW + timedelta(days=8))
    assert MatchModel.objects.exclude(name="start").count() == 2
    assert MatchFigures.objects.count() == 5


def test_where_nobody_has_judged_nothing_is_measured(office: FieldOffice) -> None:
    assert not review_models(Screener(NOW).people, NIGHT)
    assert not MatchFigures.objects.exists() and not MatchModel.objects.exists()


def test_what_breaks_stops_no_matching(judged: Screener, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(model_review, "measure", broken)
    assert not review_models(judged.people, NIGHT)
    assert judged.people.weights.name == "start"


def test_a_version_that_is_switched_on_is_judged_by_within_seconds(
    judged: Screener, office: FieldOffice, deliver: Deliver
) -> None:
    one, another = make_staff(None, Role.PROGRAMME), make_staff(None, Role.PROGRAMME)
    weights = replace(Weights(), name="other", match=0.2)
    model = keep_version(name="other", weights=weights.to_json(), learnt_from={}, now=NOW)
    propose_model(model_id=model.pk, staff=one, reason="Better", now=NOW)
    switch_model(model_id=model.pk, staff=another, now=NOW)
    person = make_participant(office, given_names="Nadia", surnames="Kowalczyk")
    judged.turn(NIGHT)
    judged.turn(NIGHT)
    deliver(replace(WARRANT, record_id="W-new", given_names="NADIA", surnames="KOWALCZYK"))
    judged.turn(NIGHT)
    assert Lead.objects.get(participant=person, record__record_id="W-new").model == "other"
