"""A supervisor reads the rules, proposes a change, and another one approves it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.policy import CheckinPolicy
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.policies.models import PolicyVersion
from adsum.policies.queries import in_force
from tests.factories import make_staff

SignIn = Callable[[Participant | Staff], Client]


@pytest.fixture
def first(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Grace Okafor")


@pytest.fixture
def second(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Lena Brandt")


def asked(**changes: str) -> dict[str, str]:
    """The form, filled in; tomorrow at eight."""
    day = timezone.localdate() + timedelta(days=2)
    return {"grace_hours": "48", "from": f"{day}T08:00", "reason": "Bridges are closed", "source": "Memo 12", **changes}


def test_from_proposal_to_rule(sign_in: SignIn, first: Staff, second: Staff, office: FieldOffice) -> None:
    mine, others = sign_in(first), sign_in(second)
    page = mine.get("/console/policies/CheckinPolicy/").content.decode()
    assert "A dead battery or a double shift" in page and "Propose as Grace Okafor" in page
    answer = mine.post("/console/policies/CheckinPolicy/", asked(level="gps-ankle"))
    version = PolicyVersion.objects.get()
    assert answer.headers["Location"] == f"/console/policies/versions/{version.pk}/"
    assert (version.office_id, version.level, version.values) == (office.pk, "gps-ankle", {"grace_hours": 48})
    assert version.valid_from.astimezone(office.zone).hour == 8, "the hours are the office's"
    page = mine.get(answer.headers["Location"]).content.decode()
    assert "Approve as" not in page and "Somebody else than Grace Okafor" in page
    assert "grace_hours" in page and "<strong>48</strong>" in page
    assert "Waiting for a second person" in others.get("/console/policies/").content.decode()
    refused = mine.post(f"/console/policies/versions/{version.pk}/decision/", {"decision": "approve"})
    assert refused.status_code == 400 and b"second person" in refused.content
    others.post(f"/console/policies/versions/{version.pk}/decision/", {"decision": "approve"})
    later = version.valid_from
    assert in_force(CheckinPolicy, now=later, office_id=office.pk, level="gps-ankle").grace_hours == 48
    assert in_force(CheckinPolicy, now=later, office_id=office.pk, level="check-in").grace_hours == 24
    assert "What comes next" in mine.get("/console/policies/").content.decode()
    mine.post(f"/console/policies/versions/{version.pk}/decision/", {"decision": "withdraw", "why": "Bridges are open"})
    assert in_force(CheckinPolicy, now=later, office_id=office.pk, level="gps-ankle").grace_hours == 24
    assert "Bridges are open" in mine.get(f"/console/policies/versions/{version.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"grace_hours": "soon"}, "is no whole number"),
        ({"grace_hours": "9999"}, "lie in 0 to 336"),
        ({"far_needs_look": "perhaps"}, "write yes or no"),
        ({"from": "2020-01-01T08:00"}, "the past is never changed"),
        ({"from": "tomorrow"}, "write the day and time as"),
        ({"reason": ""}, "say why"),
        ({"tries_kept_per_hour": "7"}, "only for the whole programme"),
    ],
)
def test_a_wrong_proposal_says_what_is_wrong_and_keeps_what_was_typed(
    sign_in: SignIn, first: Staff, changes: dict[str, str], says: str
) -> None:
    answer = sign_in(first).post("/console/policies/CheckinPolicy/", asked(**changes))
    page = answer.content.decode()
    assert answer.status_code == 400 and says in page
    assert "Memo 12" in page and not PolicyVersion.objects.exists()


def test_a_supervisor_cannot_set_a_rule_for_another_office(
    sign_in: SignIn, first: Staff, office: FieldOffice, other_office: FieldOffice
) -> None:
    sign_in(first).post("/console/policies/CheckinPolicy/", asked(office=other_office.code))
    assert PolicyVersion.objects.get().office_id == office.pk
    stranger = sign_in(make_staff(other_office, Role.SUPERVISOR))
    assert stranger.get(f"/console/policies/versions/{PolicyVersion.objects.get().pk}/").status_code == 404


def test_the_programme_sets_it_for_all_and_an_auditor_only_reads(sign_in: SignIn, office: FieldOffice) -> None:
    programme, auditor = sign_in(make_staff(None, Role.PROGRAMME)), sign_in(make_staff(None, Role.AUDITOR))
    auditor.post("/console/policies/CheckinPolicy/", asked())
    assert not PolicyVersion.objects.exists()
    programme.post("/console/policies/CheckinPolicy/", asked())
    programme.post("/console/policies/CheckinPolicy/", asked(office=office.code))
    assert list(PolicyVersion.objects.order_by("pk").values_list("office_id", flat=True)) == [None, office.pk]
    page = auditor.get("/console/policies/CheckinPolicy/").content.decode()
    assert "Propose as" not in page and "the whole programme" in page
    assert auditor.get("/console/policies/Unknown/").status_code == 404


def test_who_has_no_worklist_begins_with_the_policies(office: FieldOffice) -> None:
    auditor = make_staff(None, Role.AUDITOR)
    answer = Client().post("/console/sign-in/", {"email": auditor.email, "password": "a long password"})
    assert answer.headers["Location"] == "/console/policies/"
