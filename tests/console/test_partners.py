"""Who may ask through the API: the operator pauses with a reason, the programme sees it, an officer does not."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.partners.actions import end_partner
from adsum.people.models import Participant
from tests.console.conftest import words_of
from tests.factories import make_office, make_participant, make_staff
from tests.partners.known import Program, make_partner, make_program

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
PAGE = "/console/partners/"
ACTS = "/console/partners/county/acts/"


@pytest.fixture
def office(db: None) -> FieldOffice:
    return make_office()


def read(client: Client, address: str = PAGE) -> str:
    return words_of(client, address)


def may_ask(program: Program) -> int:
    return int(program.get("/partner").status_code)


def test_nobody_is_let_in_before_an_operator_says_so(operator: Client) -> None:
    assert "No other system may ask" in read(operator)


def test_the_page_says_who_asks_about_whom_by_which_law_and_how_much(office: FieldOffice, operator: Client) -> None:
    person = make_participant(office)
    program = make_program(office)
    program.report(program.handle(person.case_number))
    assert program.get("/participants?case_number=A999999999").status_code == 200
    page = read(operator)
    for said in ("The county's case system", f"Those of {office.code}", "8 USC 1229a", "See everybody of the offices"):
        assert said in page
    assert "Let in, the last time" in page and "4 requests, 1 of them for case numbers that are nobody’s" in page
    assert "officer</dt><dd>1</dd>" in page and "somebody came" not in page
    assert person.surnames not in page and program.secret not in page and program.token not in page


def test_who_knocks_is_counted_also_before_anybody_is_let_in(operator: Client) -> None:
    form = "grant_type=client_credentials&client_id=a&client_secret=b"
    Client().post("/api/v1/token", form, content_type="application/x-www-form-urlencoded")
    assert "somebody came 1 time with a secret or token that lets nobody in" in read(operator)


def test_who_comes_with_a_wrong_secret_is_counted(office: FieldOffice, operator: Client) -> None:
    program = make_program(office)
    program.ask_token(client_secret="guessed")
    program.token = "adsum_token_guessed"
    assert may_ask(program) == 401
    assert "somebody came 2 times with a secret or token that lets nobody in" in read(operator)


def test_an_operator_pauses_with_a_reason_and_lets_in_again(office: FieldOffice, operator: Client) -> None:
    program = make_program(office)
    assert "Write why it is not let in" in unescape(operator.post(ACTS, {"do": "pause"}, follow=True).text)
    assert may_ask(program) == 200
    said = operator.post(ACTS, {"do": "pause", "reason": "their laptop was stolen"}, follow=True).text
    assert "is not let in for now" in said and may_ask(program) == 401
    assert LedgerLine.objects.get(verb="partner.paused").facts["reason"] == "their laptop was stolen"
    assert "<strong>Paused</strong>" in read(operator)
    operator.post(ACTS, {"do": "resume"})
    assert may_ask(program) == 200 and "Paused" not in read(operator)


def test_one_that_was_ended_has_no_button_and_is_not_let_in_by_one(office: FieldOffice, operator: Client) -> None:
    partner, _ = make_partner(office)
    end_partner(partner=partner, actor=OPERATOR, now=timezone.now())
    assert "Not let in any more" in read(operator) and ACTS not in read(operator)
    assert operator.post(ACTS, {"do": "resume"}).status_code == 404
    partner.refresh_from_db()
    assert partner.ended_at is not None


def test_the_programme_sees_it_and_an_officer_does_not(office: FieldOffice, sign_in: SignIn) -> None:
    make_partner(office)
    programme = sign_in(make_staff(None, Role.PROGRAMME))
    assert "The county's case system" in read(programme) and ACTS not in read(programme)
    assert programme.post(ACTS, {"do": "resume"}).status_code == 403
    for role in (Role.OFFICER, Role.SUPERVISOR):
        assert sign_in(make_staff(office, role)).get(PAGE).status_code == 403
