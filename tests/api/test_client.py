"""The generated client against a real server: as a partner's programmer lives through it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

import httpx
import pytest
from adsum_partner_client import AuthenticatedClient, Client
from adsum_partner_client.api.participants import get_duties, get_participant, list_appointments, list_participants
from adsum_partner_client.api.reports import change_report, get_report, list_reports, make_report, withdraw_report
from adsum_partner_client.models import (
    AddressIn,
    AddressReport,
    AppointmentList,
    DutiesOut,
    OtherReport,
    ParticipantOut,
    ParticipantPage,
    ProblemOut,
    ReportOut,
    ReportPage,
    ReportState,
)
from pytest_django.live_server_helper import LiveServer

from adsum.partners.models import PartnerReport
from tests.factories import make_appointment, make_office, make_participant
from tests.partners.known import ADDRESS, make_partner

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def seen(kind: type[T], told: object) -> T:
    """What was told, which must be of this kind."""
    assert isinstance(told, kind), told
    return told


@pytest.fixture
def theirs(committed: str, live_server: LiveServer) -> Callable[..., AuthenticatedClient]:
    """The client of a partner of a new office with three people."""

    def made(code: str = "NYC") -> AuthenticatedClient:
        office = make_office(code)
        for _ in range(3):
            make_appointment(make_participant(office))
        partner, secret = make_partner(office, code=code.lower())
        with httpx.Client(base_url=live_server.url) as web:
            form = {"grant_type": "client_credentials"}
            told = web.post("/api/v1/token", data=form, auth=(partner.client_id, secret))
        return AuthenticatedClient(base_url=live_server.url, token=told.json()["access_token"])

    return made


def test_from_the_first_page_to_a_report_that_is_taken_back(theirs: Callable[..., AuthenticatedClient]) -> None:
    with theirs() as web:
        first = seen(ParticipantPage, list_participants.sync(client=web, limit=2))
        rest = seen(ParticipantPage, list_participants.sync(client=web, limit=2, cursor=str(first.next_)))
        assert [len(first.items), len(rest.items), rest.next_] == [2, 1, None]
        one = seen(ParticipantOut, get_participant.sync(first.items[0].id, client=web))
        assert one == first.items[0]
        assert seen(DutiesOut, get_duties.sync(one.id, client=web)).missed_due_on is None
        assert seen(AppointmentList, list_appointments.sync(one.id, client=web)).items is not None
        said = AddressReport(kind="address", address=AddressIn.from_dict(ADDRESS), words="She told us at the window.")
        key = str(uuid4())
        made = make_report.sync_detailed(one.id, client=web, body=said, idempotency_key=key)
        again = make_report.sync_detailed(one.id, client=web, body=said, idempotency_key=key)
        assert (made.content, again.headers["Idempotency-Replayed"]) == (again.content, "true")
        report = seen(ReportOut, made.parsed)
        change = AddressReport(kind="address", address=said.address, words="By letter.")
        changed = change_report.sync_detailed(report.id, client=web, body=change, if_match=made.headers["ETag"])
        assert seen(ReportOut, changed.parsed).words == "By letter."
        late = withdraw_report.sync(report.id, client=web, if_match=made.headers["ETag"])
        assert seen(ProblemOut, late).status == 412
        assert withdraw_report.sync(report.id, client=web, if_match=changed.headers["ETag"]) is None
        listed = seen(ReportPage, list_reports.sync(client=web, state=ReportState.WITHDRAWN))
        assert [one.id for one in listed.items] == [report.id]


def test_two_partners_see_nothing_of_each_other(theirs: Callable[..., AuthenticatedClient]) -> None:
    with theirs("NYC") as near, theirs("LAX") as far:
        said = OtherReport(kind="other", words="x")
        person = seen(ParticipantPage, list_participants.sync(client=near)).items[0]
        assert seen(ProblemOut, get_participant.sync(person.id, client=far)).status == 404
        made = make_report.sync(person.id, client=near, body=said, idempotency_key="same")
        report = seen(ReportOut, made)
        assert seen(ProblemOut, get_report.sync(report.id, client=far)).status == 404
        own = seen(ParticipantPage, list_participants.sync(client=far)).items[0]
        other = make_report.sync(own.id, client=far, body=said, idempotency_key="same")
        assert seen(ReportOut, other).id != report.id
        assert PartnerReport.objects.count() == 2


def test_without_a_token_everything_is_a_problem(committed: str, live_server: LiveServer) -> None:
    with Client(base_url=live_server.url) as web:
        told = list_participants.sync(client=web)  # type: ignore[arg-type]
        assert seen(ProblemOut, told).status == 401
