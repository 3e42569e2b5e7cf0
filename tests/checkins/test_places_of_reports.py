"""Where a check-in was sent from, beside where its person lives and was: it is accepted, and an officer sees why."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from adsum.checkins.actions import submit_report
from adsum.checkins.actions.reports import Sent, accept_reports
from adsum.checkins.models import Duty, Report
from adsum.checkins.rules import GivenPlace, ReportContent
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from adsum.places.models import Address
from tests.factories import NOW, make_duty, make_participant
from tests.shape.walking import SignIn

HOME, LONDON = (40.65, -73.95), (51.5, -0.12)


def placed(
    where: tuple[float, float], accuracy: float = 12, *, at: datetime = NOW, moved: bool = False
) -> ReportContent:
    return ReportContent(lives_there=not moved, place=GivenPlace("granted", *where, accuracy, at))


def send(person: Participant, content: ReportContent, *, at: datetime = NOW) -> Report:
    return submit_report(participant=person, key=uuid4(), content=content, now=at)


@pytest.fixture
def settled(person: Participant) -> Participant:
    """Somebody whose address is on the map."""
    Address.objects.filter(participant=person).update(latitude=HOME[0], longitude=HOME[1])
    return person


def test_far_from_home_counts_and_is_seen(settled: Participant) -> None:
    duty = make_duty(settled, due_on=NOW.date())
    report = send(settled, placed(LONDON))
    assert (report.concerns, report.duty, report.place_class) == (["place-far"], duty, "satellite")
    assert report.fix is not None
    assert report.fix.from_address_km == pytest.approx(5_570, abs=20)
    assert Duty.objects.get().outcome == "reported"
    assert Flag.objects.get().details["concerns"] == ["place-far"]


@pytest.mark.parametrize(
    ("content", "concerns"),
    [
        (placed(HOME), []),
        (placed(LONDON, accuracy=6_000_000), ["place-coarse"]),
        (placed(LONDON, moved=True), ["moved"]),
    ],
)
def test_who_is_at_home_or_vague_or_has_moved_is_not_far(
    settled: Participant, content: ReportContent, concerns: list[str]
) -> None:
    assert send(settled, content).concerns == concerns


def test_without_coordinates_of_the_address_nobody_is_far(person: Participant) -> None:
    report = send(person, placed(LONDON))
    assert report.concerns == []
    assert report.fix is not None
    assert report.fix.from_address_km is None


def test_only_the_latest_place_of_the_same_person_is_compared(office: FieldOffice) -> None:
    one, other = make_participant(office), make_participant(office)
    hours = [NOW + timedelta(hours=number) for number in range(4)]
    send(one, placed(LONDON, at=hours[0]), at=hours[0])
    assert send(other, placed(HOME, at=hours[1]), at=hours[1]).concerns == []
    late = send(one, placed(HOME, at=hours[2]), at=hours[2])
    assert late.concerns == ["place-too-fast"]
    assert late.fix is not None
    assert late.fix.from_last_hours == 2
    assert late.fix.from_last_km == pytest.approx(5_570, abs=20)
    assert send(one, placed(HOME, at=hours[3]), at=hours[3]).concerns == []


def test_the_last_place_is_asked_for_in_the_same_crossing(office: FieldOffice) -> None:
    people = [make_participant(office) for _ in range(5)]
    counts = []
    for group in (people[:1], people):
        with CaptureQueriesContext(connection) as asked:
            accept_reports(sent=[Sent(one, uuid4(), placed(HOME), NOW) for one in group], now=NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_no_place_leaves_its_distances_in_ledger_or_outbox(settled: Participant) -> None:
    send(settled, placed(LONDON))
    kept = f"{list(LedgerLine.objects.values('facts'))}{list(OutboxEvent.objects.values('body'))}"
    assert "place-far" in kept
    assert not any(secret in kept for secret in ("51.5", "-0.12", "km"))


@pytest.mark.parametrize(
    ("header", "country", "concerns"),
    [
        ("CF-IPCountry", "MX", ["other-country", "unlocated"]),
        ("CF-IPCountry", "US", ["unlocated"]),
        ("CF-IPCountry", "T1", ["unlocated"]),
        ("CF-IPCountry", "", ["unlocated"]),
        ("", "MX", ["unlocated"]),
        ("X-Other", "MX", ["unlocated"]),
    ],
)
def test_the_country_is_asked_only_of_the_agreed_header(
    person: Participant, sign_in: SignIn, settings: Settings, header: str, country: str, concerns: list[str]
) -> None:
    settings.COUNTRY_HEADER = header
    answer = sign_in(person).post("/check-in/", {"lives_there": "yes"}, headers={"cf-ipcountry": country})
    assert answer.status_code == 302
    assert sorted(Report.objects.get().concerns) == concerns


def test_the_officer_reads_what_is_known_and_what_else_it_can_be(
    settled: Participant, sign_in: SignIn, officer: object
) -> None:
    send(settled, placed(LONDON))
    page = sign_in(officer).get(f"/console/people/{settled.pk}/").content.decode()  # type: ignore[arg-type]
    assert "km from the address" in page
    assert "What else it can be: A journey" in page
