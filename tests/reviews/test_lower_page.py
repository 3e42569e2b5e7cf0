"""My file says in plain words what would lower the level, in the person's language, and nothing that is unconfirmed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from adsum.offices.models import Staff
from adsum.orders.rules import Level
from adsum.people.models import Participant
from adsum.reviews.policy import EVERY_CRITERION
from adsum.reviews.rules import Criterion, CriterionKey, Met
from tests.factories import NOW
from tests.leads import make_lead
from tests.reviews.lives import keep_well, put_at

SignIn = Callable[[Participant | Staff], Client]


@time_machine.travel(NOW, tick=False)
def test_a_person_reads_where_they_stand(person: Participant, sign_in: SignIn) -> None:
    Participant.objects.filter(pk=person.pk).update(language="en")
    keep_well(person)
    make_lead(person)
    page = sign_in(person).get("/my-file/", headers={"accept-language": "en"}).content.decode()
    card = page.partition('id="what-would-lower-it"')[2].partition("</dd>")[0]
    assert "You: 4 of 4. Asked for: 90 of 100." in card
    assert card.count("Good") == 5
    assert "warrant" not in card.replace("Arrests and warrants", "")


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("level", [None, Level.NONE])
def test_without_a_level_there_is_nothing_to_lower(person: Participant, sign_in: SignIn, level: Level | None) -> None:
    if level:
        put_at(person, level, since=NOW - timedelta(days=9))
    assert "what-would-lower-it" not in sign_in(person).get("/my-file/").content.decode()


@pytest.mark.parametrize("key", EVERY_CRITERION)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_criterion_has_plain_words(key: str, language: str) -> None:
    criterion = Criterion(CriterionKey(key), Met.MET, has=3, of=4, wants=5)
    with translation.override(language):
        words = render_to_string("reviews/criterion.txt", {"criterion": criterion})
        figures = render_to_string("reviews/criterion_figures.txt", {"criterion": criterion})
    assert len(words) > 10
    assert "3" in figures
    assert ("Usted" if language == "es" else "You") in figures
