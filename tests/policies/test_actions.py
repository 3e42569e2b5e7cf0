"""Two people change a rule, for the future."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from adsum.checkins.models import Plan
from adsum.checkins.policy import CheckinPolicy
from adsum.enrolment.actions.waves import enrol_wave
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR, RULES, Actor, ActorKind
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import ask_to_share
from adsum.orders.policy import OrdersPolicy
from adsum.orders.queries import sharing_of
from adsum.policies.actions import approve_policy, withdraw_policy
from adsum.policies.models import PolicyVersion
from adsum.policies.queries import in_force, policy_versions
from adsum.policies.rules import BadPolicy, Scope
from tests.factories import NOW, make_row, make_staff, make_version

EVERYWHERE = Actor(ActorKind.OPERATOR, sees_every_office=True)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def author(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


@pytest.fixture
def second(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


def grace(office: FieldOffice, days: float) -> int:
    return in_force(CheckinPolicy, now=NOW + timedelta(days=days), office_id=office.pk).grace_hours


def test_it_holds_only_once_approved_and_only_from_its_day(
    author: Staff, second: Staff, office: FieldOffice, other_office: FieldOffice
) -> None:
    version = make_version(author)
    assert grace(office, 4) == 24
    approve_policy(version_id=version.pk, approver=second.as_actor(), now=NOW)
    assert [grace(office, days) for days in (0, 2.99, 3, 400)] == [24, 24, 48, 48]
    assert grace(other_office, 4) == 24
    verbs = LedgerLine.objects.filter(subject_kind="policyversion").order_by("pk").values_list("verb", "actor_id")
    assert list(verbs) == [("policy.proposed", author.pk), ("policy.approved", second.pk)]


def test_the_author_cannot_approve_it_nor_a_machine(author: Staff) -> None:
    version = make_version(author)
    for actor, says in (
        (author.as_actor(), "second person"),
        (RULES, "no such version"),
        (OPERATOR, "no such version"),
    ):
        with pytest.raises(BadPolicy, match=says):
            approve_policy(version_id=version.pk, approver=actor, now=NOW)
    with pytest.raises(BadPolicy, match="never a machine"):
        make_version(author, scope=Scope(), author=EVERYWHERE)


def test_the_database_refuses_one_signature_and_a_change_of_what_was_said(author: Staff) -> None:
    version = make_version(author)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(approver_id=author.pk, approved_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(approver_id=0, approved_at=LATER + timedelta(days=1))
    for change in ({"values": {"grace_hours": 0}}, {"reason": "other"}, {"valid_from": NOW}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).delete()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"valid_from": NOW - timedelta(days=1)}, "the past is never changed"),
        ({"valid_from": NOW + timedelta(minutes=9)}, "at the earliest"),
        ({"valid_to": LATER}, "end before it begins"),
        ({"reason": " "}, "say why"),
        ({"source": ""}, "law, rule or memo"),
        ({"scope": Scope()}, "the programme sets the others"),
        ({"scope": Scope(None, "gps-ankle")}, "the programme sets the others"),
        ({"scope": Scope(9999)}, "the programme sets the others"),
        ({"values": {"grace_hours": 9000}}, "lie in"),
    ],
)
def test_what_cannot_be_proposed_changes_nothing(author: Staff, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        make_version(author, **changes)
    assert not PolicyVersion.objects.exists()


def test_it_is_not_approved_once_its_day_has_come(author: Staff, second: Staff) -> None:
    version = make_version(author)
    with pytest.raises(BadPolicy, match="at the earliest"):
        approve_policy(version_id=version.pk, approver=second.as_actor(), now=LATER)


def test_a_scheduled_one_can_be_withdrawn_and_one_that_holds_cannot(
    author: Staff, second: Staff, office: FieldOffice
) -> None:
    version = make_version(author)
    approve_policy(version_id=version.pk, approver=second.as_actor(), now=NOW)
    with pytest.raises(BadPolicy, match="new version"):
        withdraw_policy(version_id=version.pk, why="too late", by=author.as_actor(), now=LATER)
    with pytest.raises(BadPolicy, match="say why"):
        withdraw_policy(version_id=version.pk, why="", by=author.as_actor(), now=NOW)
    assert grace(office, 4) == 48
    withdraw_policy(version_id=version.pk, why="bridges are open", by=author.as_actor(), now=NOW)
    assert grace(office, 4) == 24
    with pytest.raises(BadPolicy, match="already"):
        approve_policy(version_id=version.pk, approver=second.as_actor(), now=NOW)


def test_another_office_neither_sees_nor_approves_it(author: Staff, other_office: FieldOffice) -> None:
    version = make_version(author)
    stranger = make_staff(other_office, Role.SUPERVISOR)
    assert not policy_versions(seen_by=stranger.as_actor()).exists()
    with pytest.raises(BadPolicy, match="no such version"):
        approve_policy(version_id=version.pk, approver=stranger.as_actor(), now=NOW)


def test_the_book_is_read_once_a_minute(office: FieldOffice, django_assert_num_queries: Any) -> None:
    seconds = 1_000.0
    with patch("adsum.policies.queries.time.monotonic", lambda: seconds):
        in_force(CheckinPolicy, now=NOW)
        seconds += 59
        with django_assert_num_queries(0):
            for days in (-400, 0, 400):
                in_force(CheckinPolicy, now=NOW + timedelta(days=days), office_id=office.pk, level="gps-ankle")
        seconds += 1
        with django_assert_num_queries(1):
            in_force(CheckinPolicy, now=NOW)


def test_what_an_office_has_set_counts_where_it_is_used(
    author: Staff, second: Staff, office: FieldOffice, officer: Staff
) -> None:
    """At enrolment, for the place that is asked for, and in the line of what follows from it."""
    for kind, values in (
        (CheckinPolicy, {"default_interval_days": 9, "first_notice_days": 20}),
        (OrdersPolicy, {"share_days": 3}),
    ):
        version = make_version(author, kind=kind, values=values)
        approve_policy(version_id=version.pk, approver=second.as_actor(), now=NOW)
    row = make_row(interval_days="", first_due_on="", field_office=office.code)
    enrol_wave(rows=[row], office=office, name="w", actor=OPERATOR, now=LATER)
    plan = Plan.objects.get()
    assert (plan.interval_days, plan.last_due_on) == (9, LATER.astimezone(office.zone).date() + timedelta(days=20))
    ask_to_share(participant=plan.participant, officer=officer, reason="A reason", now=LATER)
    told = Notice.objects.get(kind="sharing-asked")
    assert told.policy.startswith("OrdersPolicy@") and ":" in told.policy
    assert sharing_of(participant_id=plan.participant_id, at=LATER, seen_by=RULES).days == 3
