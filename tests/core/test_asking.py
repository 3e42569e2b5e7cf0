"""Statements sent together: in their order, all or nothing; and a pooled connection that the server has left."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import IntegrityError, connection, transaction

from adsum.core.asking import Question, together
from adsum.core.copying import draw_keys
from adsum.core.database.base import DatabaseWrapper
from adsum.people.models import Contact, Participant
from tests.factories import NOW

PHONES = Question("SELECT {c} FROM adsum_contact c WHERE c.kind = %s ORDER BY c.id", c=Contact)


def a_phone(person: Participant, key: int | None = None, kind: str = "phone") -> Contact:
    return Contact(pk=key, participant=person, kind=kind, as_given="555", value="555", since=NOW)


@pytest.mark.django_db
def test_each_statement_sees_what_those_before_it_did(person: Participant) -> None:
    Contact.objects.all().delete()
    with together():
        keys = draw_keys(Contact, 1)
    [key] = keys()
    with together():
        before = PHONES.ask("phone")
        Contact.objects.bulk_create([a_phone(person, key)])
        after = PHONES.ask("phone")
    assert [len(list(before)), [phone.pk for (phone,) in after]] == [0, [key]]


@pytest.mark.django_db(transaction=True)
def test_an_error_is_raised_at_the_end_and_nothing_remains(person: Participant) -> None:
    count = Contact.objects.count()
    [key] = draw_keys(Contact, 1)()
    with pytest.raises(IntegrityError), transaction.atomic(), together():
        Contact.objects.bulk_create([a_phone(person, key)])
        Contact.objects.bulk_create([a_phone(person, key)])
        Contact.objects.bulk_create([a_phone(person, key + 1)])
    assert Contact.objects.count() == count


@pytest.fixture
def pooled() -> Iterator[DatabaseWrapper]:
    known = deepcopy(connection.settings_dict)
    known["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 5.0}
    wrapper = DatabaseWrapper(known, alias="default")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def backend_of(wrapper: DatabaseWrapper) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_pooled_connection_is_used_again_until_the_server_leaves_it(pooled: DatabaseWrapper) -> None:
    first = backend_of(pooled)
    pooled.close()
    assert backend_of(pooled) == first
    pooled.close()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        cursor.execute("RESET ROLE")
    assert backend_of(pooled) != first
