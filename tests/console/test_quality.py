"""Figures of what people judged, and which version of the model is on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.records.actions import judge_lead
from adsum.records.models import Lead, MatchModel
from tests.factories import NOW, make_participant, make_staff
from tests.leads import make_lead, make_record, make_source

SignIn = Callable[[Participant | Staff], Client]
PAGE = "/console/records/quality/"


@pytest.fixture
def programme(office: FieldOffice) -> Staff:
    return make_staff(None, Role.PROGRAMME)


def test_the_figures_are_those_of_the_judgements(
    programme: Staff, officer: Staff, office: FieldOffice, sign_in: SignIn
) -> None:
    now, source = timezone.now(), make_source()
    for number, verdict in enumerate(["same", "same", "same", "not-same"]):
        lead = make_lead(make_participant(office), make_record(source, their_person=f"P-{number}"), now=now)
        judge_lead(lead_id=lead.pk, staff=officer, verdict=verdict, reason="x", now=now + timedelta(minutes=number))
    make_lead(make_participant(office), make_record(source), now=now)
    page = sign_in(programme).get(PAGE).content.decode()
    assert "75.0%" in page and "25.0%" in page
    assert "New Jersey arrests" in page and "half were judged within" in page


def test_a_version_is_switched_on_with_a_reason_and_back(programme: Staff, officer: Staff, sign_in: SignIn) -> None:
    first, second = (
        MatchModel.objects.create(name=name, weights="{}", learnt_at=NOW, learnt_from={"judged_pairs": 40})
        for name in ("one", "two")
    )
    desk = sign_in(programme)
    page = f"/console/records/models/{first.pk}/"
    assert desk.post(page, {"reason": ""}).status_code == 302
    assert not MatchModel.objects.filter(on_since__isnull=False).exists()
    for model in (first, second, first):
        desk.post(f"/console/records/models/{model.pk}/", {"reason": "Its figures are better"})
        assert MatchModel.objects.get(on_since__isnull=False) == model
    assert sign_in(officer).post(page, {"reason": "x"}).status_code == 403
    assert not Lead.objects.exists()
