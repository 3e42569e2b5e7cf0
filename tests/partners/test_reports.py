"""What a partner reported, for the officer and for the person; and its end."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.console.words import VERBS
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.offices.models import FieldOffice, Staff
from adsum.partners.actions import forget, forget_spent, make_partner_report
from adsum.partners.models import PartnerAnswer, PartnerReport, PartnerSecret, PartnerToken, PartnerUse
from adsum.partners.queries import everything_about, find_caller, partner_reports, partners
from adsum.partners.rules import ReportKind, Said, granted, use_of
from adsum.people.models import Participant
from adsum.places.rules import GivenAddress
from tests.factories import NOW
from tests.partners.known import make_partner, make_program

pytestmark = pytest.mark.django_db
SAID = Said(ReportKind.ADDRESS, "By <b>letter</b>.", GivenAddress("9 Quetzal St", "", "Albany", "NY", "12207"))
SignIn = Callable[[Participant | Staff], Client]


@pytest.fixture
def report(office: FieldOffice, person: Participant) -> PartnerReport:
    partner, _ = make_partner(office)
    actor = partner.as_actor(frozenset({office.pk}))
    return make_partner_report(
        participant=person, partner=partner, said=SAID, key=str(uuid4()), actor=actor, now=timezone.now()
    )


def test_the_officer_reads_it_and_decides(
    report: PartnerReport, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    client = sign_in(officer)
    assert "The county&#x27;s case system reports: Another address" in client.get("/console/").content.decode()
    page = client.get(f"/console/people/{person.pk}/").content.decode()
    assert "9 Quetzal St" in page
    assert "By &lt;b&gt;letter&lt;/b&gt;." in page
    assert "reported something to look at" in page
    flag = Flag.objects.get(reason="partner-report")
    client.post(f"/console/flags/{flag.pk}/decision/", {"decision": "seen", "reason": "She still lives there"})
    flag.refresh_from_db()
    assert flag.cleared_by == officer


def test_the_person_has_it_in_their_file_and_nobody_else(
    report: PartnerReport, person: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    (held,) = everything_about(participant_id=person.pk, seen_by=person.as_actor())["partner_reports"]
    assert (held["partner__title"], held["words"]) == ("The county's case system", SAID.words)
    stranger = make_partner(other_office, code="far")[0].as_actor(frozenset({other_office.pk}))
    assert not partner_reports(seen_by=stranger).exists()
    assert partner_reports(seen_by=officer.as_actor()).count() == 1
    assert not partners(seen_by=officer.as_actor()).exists()
    assert find_caller(token="x", at=NOW, seen_by=person.as_actor()) is None


def test_it_ends_with_the_person_and_with_its_time(report: PartnerReport, person: Participant) -> None:
    forget(before=timezone.now() - timedelta(days=1), now=timezone.now())
    assert PartnerReport.objects.exists()
    forget(before=timezone.now() + timedelta(days=1), now=timezone.now())
    assert not PartnerReport.objects.exists()
    lines = LedgerLine.objects.filter(verb="partner-reports.forgotten").order_by("pk")
    assert [line.facts["count"] for line in lines] == [0, 1]


def test_what_is_spent_is_erased_and_what_holds_stays(office: FieldOffice, person: Participant) -> None:
    program = make_program(office)
    program.report(program.handle(person.case_number))
    forget_spent(before=timezone.now() - timedelta(hours=1), now=timezone.now())
    assert PartnerToken.objects.exists()
    assert PartnerAnswer.objects.exists()
    forget_spent(before=timezone.now() + timedelta(days=3), now=timezone.now())
    left = [table.objects.count() for table in (PartnerToken, PartnerAnswer, PartnerUse, PartnerSecret)]
    assert left == [0, 0, 0, 1]


def test_every_verb_of_a_partner_has_words(office: FieldOffice, person: Participant) -> None:
    program = make_program(office)
    program.report(program.handle(person.case_number))
    for verb in set(LedgerLine.objects.filter(actor_kind="partner").values_list("verb", flat=True)):
        assert verb in VERBS


def test_a_minute_is_counted_from_its_first_second() -> None:
    at = NOW.replace(second=59)
    assert use_of(3, limit=3, now=at).is_over is False
    assert (use_of(4, limit=3, now=at).is_over, use_of(4, limit=3, now=at).seconds) == (True, 1)


@pytest.mark.parametrize(
    ("asked", "got"), [("", ("a", "b")), ("b", ("b",)), ("b a b", ("a", "b")), ("c", None), ("a c", None)]
)
def test_a_token_has_what_was_asked_of_what_was_given(asked: str, got: tuple[str, ...] | None) -> None:
    assert granted(asked, given=["a", "b"]) == got


def test_the_rules_see_every_report(report: PartnerReport) -> None:
    assert partner_reports(seen_by=RULES).get() == report
