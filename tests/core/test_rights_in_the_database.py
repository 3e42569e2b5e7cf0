"""The rights hold in the database itself, whatever the code above it does."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.models import Model

from adsum.checkins.models import Duty, Excuse
from adsum.checkins.rules import ExcuseReason
from adsum.flags.actions import raise_flag
from adsum.flags.models import Flag
from adsum.flags.rules import Decision, NewFlag, Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES, ActorKind
from adsum.offices.models import Staff
from adsum.orders.models import Order
from adsum.orders.rules import Level
from adsum.people.models import Participant
from tests.factories import NOW, make_duty

TABLES: list[type[Model]] = list(apps.get_app_config("adsum").get_models())
CHANGES = ("UPDATE adsum_ledgerline SET verb = 'a'", "DELETE FROM adsum_ledgerline", "TRUNCATE adsum_ledgerline")
both_connections = pytest.mark.django_db(databases=["default", "owner"])


def run(statement: str, using: str = "default") -> list[Any]:
    """What the database answers."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def refused(table: type[Model], **values: Any) -> str:
    """Which constraint refuses this row; nothing when it is accepted."""
    try:
        with transaction.atomic():
            table.objects.create(**values)  # type: ignore[attr-defined]
    except IntegrityError as error:
        return str(getattr(error.__cause__, "diag").constraint_name)  # noqa: B009
    return ""


def write_line(using: str) -> None:
    LedgerLine.objects.using(using).create(at=NOW, verb="b", actor_kind=ActorKind.RULES)


@both_connections
def test_the_app_works_under_a_role_that_owns_nothing() -> None:
    role = run("SELECT current_user")[0][0]
    assert role != run("SELECT current_user", "owner")[0][0]
    assert run(f"SELECT 1 FROM pg_tables WHERE tableowner = '{role}'") == []
    assert run(f"SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = '{role}'") == [(False,)]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [*CHANGES, "ALTER TABLE adsum_ledgerline DISABLE TRIGGER ALL"])
def test_the_app_can_only_append_to_the_ledger(statement: str) -> None:
    write_line("default")
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        run(statement)
    assert LedgerLine.objects.get().verb == "b"


@both_connections
@pytest.mark.parametrize("statement", CHANGES)
def test_nor_can_its_owner_change_it(statement: str) -> None:
    write_line("owner")
    with pytest.raises(DatabaseError, match=r"Cannot update or delete rows|it cannot be truncated"):
        run(statement, "owner")
    assert LedgerLine.objects.using("owner").get().verb == "b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "actor_id", "constraint"),
    [
        (ActorKind.RULES, None, ""),
        (ActorKind.STAFF, 1, ""),
        (ActorKind.STAFF, None, "ledger_names_its_person"),
        (ActorKind.PARTICIPANT, None, "ledger_names_its_person"),
    ],
)
def test_a_line_names_its_person(kind: ActorKind, actor_id: int | None, constraint: str) -> None:
    assert refused(LedgerLine, at=NOW, verb="a", actor_kind=kind, actor_id=actor_id) == constraint


@pytest.mark.parametrize(
    ("change", "is_refused"),
    [
        ({}, False),
        ({"cleared_by": None}, True),
        ({"cleared_at": None}, True),
        ({"decision": ""}, True),
        ({"decision_reason": ""}, True),
        ({"decision_reason": " \n\t"}, True),
    ],
)
def test_a_flag_closes_only_by_a_person_with_a_reason(
    person: Participant, officer: Staff, change: dict[str, Any], is_refused: bool
) -> None:
    raise_flag(flag=NewFlag(person.pk, Reason.MISSED_CHECK_IN), actor=RULES, now=NOW)
    decided = {"cleared_at": NOW, "cleared_by": officer, "decision": Decision.SEEN, "decision_reason": "I looked"}
    closing = Flag.objects.filter(participant=person)
    if is_refused:
        with pytest.raises(IntegrityError, match="a_decision_has_a_person_and_a_reason"), transaction.atomic():
            closing.update(**{**decided, **change})
    else:
        assert closing.update(**{**decided, **change}) == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({}, ""),
        ({"words": ""}, "an_officers_excuse_has_name_and_reason"),
        ({"words": "  "}, "an_officers_excuse_has_name_and_reason"),
        ({"excused_by": None}, "an_officers_excuse_has_name_and_reason"),
        ({"excused_by": None, "words": "", "reason": ExcuseReason.NEVER_SIGNED_IN}, ""),
    ],
)
def test_an_officers_excuse_has_a_name_and_words(
    person: Participant, officer: Staff, change: dict[str, Any], constraint: str
) -> None:
    duty: Duty = make_duty(person, due_on=NOW.date())
    clean = {"duty": duty, "reason": ExcuseReason.OFFICER, "excused_by": officer, "words": "The phone broke", "at": NOW}
    assert refused(Excuse, **{**clean, **change}) == constraint


@pytest.mark.parametrize(
    ("ground", "constraint"),
    [("Listed by the agency", ""), ("", "an_order_has_a_ground"), (" \n", "an_order_has_a_ground")],
)
def test_an_order_has_a_ground(person: Participant, ground: str, constraint: str) -> None:
    assert refused(Order, participant=person, level=Level.CHECK_IN, ground=ground, started_at=NOW) == constraint


def test_one_order_is_in_force(person: Participant) -> None:
    order = {"participant": person, "level": Level.CHECK_IN, "ground": "Listed", "started_at": NOW}
    assert refused(Order, **order, ended_at=NOW) == ""
    assert refused(Order, **order) == ""
    assert refused(Order, **order) == "one_order_in_force"


@pytest.mark.django_db
def test_every_constraint_and_trigger_of_a_table_is_in_the_database() -> None:
    there = {row[0] for row in run("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")}
    named = {constraint.name for table in TABLES for constraint in table._meta.constraints}
    assert named
    assert named - there == set()
    triggers = {row[0] for row in run("SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'")}
    meant = {trigger.get_pgid(table) for table in TABLES for trigger in getattr(table._meta, "triggers", [])}
    assert meant
    assert meant - triggers == set()


@pytest.mark.django_db
def test_the_migrations_make_what_the_tables_say() -> None:
    connection.ensure_connection()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
