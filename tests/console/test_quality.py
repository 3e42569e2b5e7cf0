"""Figures of what people judged, and which version of the model is on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import DECIDERS, Role
from adsum.people.models import Participant
from adsum.records.actions import judge_lead
from adsum.records.actions.models import SwitchRefused, go_back, switch_model, withdraw_model
from adsum.records.models import MatchModel
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
    assert "New Jersey warrants" in page and "half were judged within" in page


def versions(*names: str) -> list[MatchModel]:
    return [
        MatchModel.objects.create(name=name, weights="{}", learnt_at=NOW, learnt_from={"judged_pairs": 40})
        for name in names
    ]


def act(desk: Client, model: MatchModel, **sent: str) -> str:
    """What the page says after this press of a button."""
    answer = desk.post(f"/console/records/models/{model.pk}/", sent, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def which_is_on() -> str:
    return ", ".join(MatchModel.objects.filter(on_since__isnull=False).values_list("name", flat=True))


def test_one_proposes_a_version_another_switches_it_on_and_either_goes_back(programme: Staff, sign_in: SignIn) -> None:
    first, second = versions("one", "two")
    desk, other = sign_in(programme), sign_in(make_staff(None, Role.PROGRAMME, name="Bo Chen"))
    assert "Write a reason" in act(desk, first, reason=" ")
    assert "Somebody proposes one first" in act(other, first, switch="1")
    page = act(desk, first, reason="Its figures are better")
    assert "is proposed" in page and "A second person of the programme switches it on." in page
    assert "you have proposed it yourself" in act(desk, first, switch="1")
    assert "proposed already" in act(other, first, reason="So say I")
    assert which_is_on() == ""
    assert "Its figures are better" in act(other, first, switch="1")
    assert which_is_on() == "one"
    act(desk, second, reason="Even better")
    act(other, second, withdraw="1")
    assert "Somebody proposes two first" in act(other, second, switch="1")
    assert "not the version that was on before" in act(desk, second, back="1")
    act(desk, second, reason="Even better")
    act(other, second, switch="1")
    assert which_is_on() == "two"
    assert "Go back to one" in desk.get(PAGE).content.decode()
    act(desk, first, back="1")
    assert which_is_on() == "one"


def test_from_the_first_version_one_goes_back_to_the_one_delivered(programme: Staff, sign_in: SignIn) -> None:
    delivered = MatchModel.objects.create(name="start", weights="", learnt_at=NOW)
    [first] = versions("one")
    act(sign_in(programme), first, reason="Its figures are better")
    act(sign_in(make_staff(None, Role.PROGRAMME)), first, switch="1")
    act(sign_in(programme), delivered, back="1")
    assert which_is_on() == "start"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR])
def test_nobody_else_switches_what_is_on_for_all_offices(
    office: FieldOffice, programme: Staff, sign_in: SignIn, role: Role
) -> None:
    [model] = versions("one")
    act(sign_in(programme), model, reason="Its figures are better")
    someone = make_staff(office if role in DECIDERS else None, role)
    desk = sign_in(someone)
    for sent in ("switch", "withdraw", "back", "reason"):
        assert desk.post(f"/console/records/models/{model.pk}/", {sent: "1"}).status_code == 403
    for verb in (switch_model, go_back, withdraw_model):
        with pytest.raises(SwitchRefused, match="the programme office switches it"):
            verb(model_id=model.pk, staff=someone, now=NOW)
    assert MatchModel.objects.get().waits and which_is_on() == ""


def test_a_supervisor_sees_the_versions_without_a_button_and_why(office: FieldOffice, sign_in: SignIn) -> None:
    versions("one", "two")
    page = sign_in(make_staff(office, Role.SUPERVISOR)).get(PAGE).content.decode()
    assert "two people of the programme office switch it, and no single office does" in page
    assert 'id="model-' in page and "/console/records/models/" not in page


def test_the_database_wants_a_second_person(programme: Staff) -> None:
    [model] = versions("one")
    by = {"proposed_by": programme, "proposed_at": NOW, "proposed_why": "x", "switched_on_by": programme, "reason": "x"}
    with pytest.raises(IntegrityError, match="a_second_person_switches_a_model_on"), transaction.atomic():
        MatchModel.objects.filter(pk=model.pk).update(on_since=NOW, **by)
    with pytest.raises(IntegrityError, match="a_model_is_proposed_with_a_reason"), transaction.atomic():
        MatchModel.objects.filter(pk=model.pk).update(proposed_by=programme)
