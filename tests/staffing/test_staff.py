"""Lists of staff and offices, caseloads given by the rule, and somebody who leaves the office."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test import Client

from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.management.commands import caseloads, offices, staff
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.staffing.actions import StaffRefused, assign_caseloads, end_access, hand_over_caseload
from tests.factories import NOW, make_participant, make_staff

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
STAFF = "email,name,role,office,languages\nana@agency.example,Ana,officer,NYC,es ht\nbo@agency.example,Bo,auditor,,\n"
OFFICES = "code,name,time_zone,phone\nNYC,Office NYC,America/New_York,(212) 555-0100\nMIA,Miami,America/New_York,\n"


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


def bring(kind: Any, text: str, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    name = "email" if kind is staff else "office"
    found: dict[str, Any] = kind.Command().answer(what="import", **{name: str(file)})
    return found


def test_a_list_of_staff_gives_access_once(office: FieldOffice, tmp_path: Path) -> None:
    assert bring(staff, STAFF, tmp_path) == {"ok": True, "new": 2, "changed": 0, "same": 0, "errors": []}
    assert bring(staff, STAFF, tmp_path)["same"] == 2
    ana = Staff.objects.get(email="ana@agency.example")
    assert (ana.role, ana.office, ana.languages, ana.has_usable_password()) == ("officer", office, ["es", "ht"], False)
    assert bring(staff, STAFF.replace("es ht", "es"), tmp_path)["changed"] == 1
    assert LedgerLine.objects.filter(verb="staff.access-given").count() == 3


def test_one_fault_and_nothing_is_kept_of_the_list(office: FieldOffice, tmp_path: Path) -> None:
    wrong = STAFF + "nobody,,boss,,\nana@agency.example,Ana,officer,NYC,\n"
    found = bring(staff, wrong, tmp_path)
    assert [(one["row"], one["field"]) for one in found["errors"]] == [(4, "email"), (4, "name"), (4, "role")]
    found = bring(staff, STAFF + "ana@agency.example,Ana,officer,XXX,\n", tmp_path)
    assert [(one["row"], one["field"]) for one in found["errors"]] == [(4, "email"), (4, "office")]
    assert (found["ok"], Staff.objects.count()) == (False, 0)
    with pytest.raises(CommandError, match="lacks the columns role"):
        bring(staff, "email,name,office,languages\n", tmp_path)
    assert bring(staff, STAFF.splitlines()[0], tmp_path)["new"] == 0


def test_an_officer_with_people_is_not_moved_by_a_list(office: FieldOffice, tmp_path: Path) -> None:
    bring(staff, STAFF, tmp_path)
    make_participant(office, officer=Staff.objects.get(role="officer"))
    found = bring(staff, STAFF.replace("officer,NYC", "supervisor,NYC"), tmp_path)
    assert "1 people there: hand them over first" in found["errors"][0]["reason"]


def test_a_list_of_offices_never_changes_a_time_zone(office: FieldOffice, tmp_path: Path) -> None:
    found = bring(offices, OFFICES, tmp_path)
    assert (found["new"], found["same"]) == (1, 1)
    found = bring(offices, OFFICES.replace("NYC,America/New_York", "NYC,America/Chicago"), tmp_path)
    assert [(one["row"], one["field"]) for one in found["errors"]] == [(2, "time_zone")]
    assert bring(offices, OFFICES.replace("Office NYC", "New York City"), tmp_path)["changed"] == 1


def test_caseloads_are_given_by_language_with_a_line_for_each_and_the_same_again_changes_nothing(
    office: FieldOffice,
) -> None:
    ana, ben = make_staff(office), make_staff(office)
    Staff.objects.filter(pk=ben.pk).update(languages=["es"])
    people = [
        make_participant(office, language="es", active=False),
        make_participant(office, language="ht", active=False),
    ]
    dry = caseloads.Command().answer(what="assign", office="NYC", level=False, dry_run=True)
    assert (dry["done"], len(dry["changes"]), Participant.objects.filter(officer=None).count()) == (False, 2, 2)
    done = caseloads.Command().answer(what="assign", office="NYC", level=False, dry_run=False)
    assert done["changes"] == dry["changes"]
    assert [one["why"] for one in done["changes"]] == [
        "speaks the language, and has the fewest of those who do",
        "has the fewest people",
    ]
    assert [Participant.objects.get(pk=one.pk).officer for one in people] == [ben, ana]
    lines = LedgerLine.objects.filter(verb="caseload.given").order_by("participant_id")
    assert [(line.participant_id, line.facts["officer"]) for line in lines] == [
        (people[0].pk, ben.pk),
        (people[1].pk, ana.pk),
    ]
    again = assign_caseloads(office=office, level=False, actor=OPERATOR, now=NOW)
    assert again.handings == []
    assert not Notice.objects.exists()


def test_who_leaves_the_office_hands_over_first(office: FieldOffice, supervisor: Staff) -> None:
    ana, me = make_staff(office), supervisor.as_actor()
    person = make_participant(office, officer=ana)
    with pytest.raises(StaffRefused, match="1 people still"):
        end_access(staff_id=ana.pk, actor=me, now=NOW)
    with pytest.raises(StaffRefused, match="another officer"):
        hand_over_caseload(staff_id=ana.pk, to_id=None, actor=me, now=NOW)
    ben = make_staff(office, name="Ben Osei")
    assert hand_over_caseload(staff_id=ana.pk, to_id=ben.pk, actor=me, now=NOW) == 1
    person.refresh_from_db()
    assert person.officer == ben
    assert "Ben Osei" in Notice.objects.get(kind="new-officer").body
    end_access(staff_id=ana.pk, actor=me, now=NOW)
    ana.refresh_from_db()
    assert (ana.is_active, ana.has_usable_password()) == (False, False)
    with pytest.raises(StaffRefused, match="nobody"):
        end_access(staff_id=ana.pk, actor=me, now=NOW)


def test_nobody_ends_their_own_access_or_that_of_another_office(
    office: FieldOffice, supervisor: Staff, other_office: FieldOffice
) -> None:
    far = make_staff(other_office)
    for staff_id in (supervisor.pk, far.pk, 0):
        with pytest.raises(StaffRefused):
            end_access(staff_id=staff_id, actor=supervisor.as_actor(), now=NOW)
    with pytest.raises(StaffRefused):
        hand_over_caseload(staff_id=far.pk, to_id=None, actor=supervisor.as_actor(), now=NOW)


def test_a_supervisor_sees_who_would_go_where_and_does_it(
    office: FieldOffice, supervisor: Staff, sign_in: SignIn
) -> None:
    ana, ben = make_staff(office, name="Ana Rivera"), make_staff(office, name="Ben Osei")
    for _ in range(6):
        make_participant(office, officer=ana, active=False)
    lost, client = make_participant(office, surnames="Zubizarreta", active=False), sign_in(supervisor)
    assert "1 people have no officer" in client.get("/console/staff/").content.decode()
    page = client.get("/console/caseloads/", {"level": "yes"}).content.decode()
    assert "Zubizarreta" in page
    assert "6 → 5" in page
    assert not Participant.objects.filter(officer=ben).exists()
    client.post("/console/caseloads/", {"level": "yes"})
    lost.refresh_from_db()
    assert (lost.officer, Participant.objects.filter(officer=ben).count()) == (ben, 2)
    client.post(f"/console/staff/{ana.pk}/", {"do": "hand", "to": str(ben.pk)})
    client.post(f"/console/staff/{ana.pk}/", {"do": "end"})
    assert not Staff.objects.get(pk=ana.pk).is_active
    assert "No access" in client.get("/console/staff/").content.decode()


def test_an_officer_who_lost_access_is_shown_the_door_at_once(
    office: FieldOffice, supervisor: Staff, sign_in: SignIn
) -> None:
    ana = make_staff(office)
    client = sign_in(ana)
    end_access(staff_id=ana.pk, actor=supervisor.as_actor(), now=NOW)
    assert client.get("/console/").status_code == 302
