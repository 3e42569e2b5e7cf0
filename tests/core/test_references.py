"""Keys that are looked at in sets hold as foreign keys do."""

from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ForeignKey

from adsum.checkins.models import Duty, Plan, Rung
from adsum.enrolment.models import Wave
from adsum.flags.models import Flag
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.models import Order
from adsum.people.models import Participant
from tests.factories import NOW, make_duty, make_participant
from tests.ladder import miss

NOBODY = 9_000_000
BY_ITS_READER_ALONE = "adsum_courtdrop"  # 46 million rows of the court are only ever written by one reader of a drop


def test_nothing_points_to_nobody(person: Participant) -> None:
    flag = {"reason": "moved", "urgency": 1, "raised_at": NOW}
    with pytest.raises(IntegrityError, match="points to nothing"), transaction.atomic():
        Flag.objects.bulk_create([Flag(participant_id=who, **flag) for who in (person.pk, NOBODY)])
    assert not Flag.objects.exists()
    with pytest.raises(IntegrityError, match="adsum_duty"), transaction.atomic():
        Rung.objects.create(duty_id=NOBODY, participant=person, position=0, way="sms", climb_at=NOW, policy="x")


@pytest.mark.parametrize("table", [Participant, Plan, Wave, Duty, FieldOffice, Staff])
def test_what_others_point_to_is_never_deleted(person: Participant, officer: Staff, table: type) -> None:
    miss(person)
    Wave.objects.create(office=person.office, name="a", started_at=NOW)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table._meta.db_table}")  # type: ignore[attr-defined]


def test_a_row_never_changes_whom_it_is_about(person: Participant) -> None:
    miss(person)
    other = make_participant(person.office)
    for table in (Flag, Notice, Duty, Rung):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            table.objects.update(participant=other)


def test_who_carries_a_case_may_change_but_never_to_nobody(person: Participant, officer: Staff) -> None:
    Participant.objects.filter(pk=person.pk).update(officer=officer)
    Participant.objects.filter(pk=person.pk).update(officer=None)
    for field in ("officer_id", "office_id"):
        with pytest.raises(IntegrityError, match="points to nothing"), transaction.atomic():
            Participant.objects.filter(pk=person.pk).update(**{field: NOBODY})
    with pytest.raises(IntegrityError, match="points to nothing in adsum_staff"), transaction.atomic():
        Order.objects.create(participant=person, level="check-in", ground="x", started_at=NOW, decided_by_id=NOBODY)


def test_an_open_duty_can_still_be_taken_back(person: Participant) -> None:
    make_duty(person, due_on=date(2026, 11, 25))
    Duty.objects.all().delete()
    assert not Duty.objects.exists()


def test_every_key_without_a_constraint_is_looked_at_in_sets() -> None:
    for table in apps.get_app_config("adsum").get_models():
        names = {trigger.name for trigger in getattr(table._meta, "triggers", [])}
        for field in table._meta.concrete_fields:
            if isinstance(field, ForeignKey) and not getattr(field, "db_constraint"):  # noqa: B009
                if field.related_model._meta.db_table == BY_ITS_READER_ALONE:
                    continue
                assert f"{field.name}_is_there" in names, field
                assert names & {f"{field.name}_stays", f"{field.name}_is_there_still"}, field
                kept = {trigger.name for trigger in getattr(field.related_model._meta, "triggers", [])}
                assert kept & {"never_deleted", "settled_is_kept"}, field
