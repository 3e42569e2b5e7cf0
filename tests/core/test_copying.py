"""`bulk_create` by COPY writes what INSERT writes, and the database refuses what it refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from adsum.core.copying import WORTH_COPYING
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import ActorKind
from adsum.people.models import Participant
from adsum.places.models import Address
from tests.factories import NOW, make_participant

TEXTS = ["plain", "tab\tand\nline", "back\\slash \\N", "quote \" and '", "ünïcödé ਕੌਰ 🙂", "{curly, comma}", ""]


def some_lines(count: int) -> list[LedgerLine]:
    return [
        LedgerLine(
            at=NOW + timedelta(seconds=number),
            verb=TEXTS[number % len(TEXTS)],
            actor_kind=ActorKind.RULES,
            participant_id=number if number % 2 else None,
            facts={"text": TEXTS[number % len(TEXTS)], "list": [1, None, True], "n": {"é": 1.5}},
        )
        for number in range(count)
    ]


@pytest.mark.django_db
def test_copied_rows_are_inserted_rows() -> None:
    fields = ("at", "verb", "actor_kind", "actor_id", "participant_id", "policy", "facts")
    inserted = LedgerLine.objects.bulk_create(some_lines(WORTH_COPYING - 1))
    with CaptureQueriesContext(connection) as queries:
        copied = LedgerLine.objects.bulk_create(some_lines(WORTH_COPYING))
    assert not any("INSERT" in query["sql"] for query in queries)
    assert all(row.pk for row in copied)
    assert [row.pk for row in copied] == sorted(row.pk for row in copied)
    as_inserted = list(LedgerLine.objects.filter(pk__in=[row.pk for row in inserted]).order_by("pk").values(*fields))
    as_copied = list(LedgerLine.objects.filter(pk__in=[row.pk for row in copied]).order_by("pk").values(*fields))
    assert as_copied[: len(as_inserted)] == as_inserted
    assert LedgerLine.objects.filter(transaction_number__gt=0).count() == len(inserted) + len(copied)


def test_arrays_days_and_references_are_copied(person: Participant) -> None:
    people = [make_participant(person.office) for _ in range(2)]
    Address.objects.all().delete()
    rows = [
        Address(
            participant=people[number % 2], street=text, faults=[text, "x"], given_by="agency", since=NOW, until=NOW
        )
        for number, text in enumerate(TEXTS * 20)
    ]
    Address.objects.bulk_create(rows)
    assert list(Address.objects.order_by("pk").values_list("street", "faults")) == [(t, [t, "x"]) for t in TEXTS * 20]
    rows[0].street = "saved again"
    rows[0].save(update_fields=["street"])
    assert Address.objects.filter(street="saved again").count() == 1


def test_the_database_refuses_a_copied_row_as_it_refuses_an_inserted_one(person: Participant) -> None:
    flags = [
        Flag(participant=person, reason=Reason.MISSED_CHECK_IN, about=f"duty:{n}", urgency=10, raised_at=NOW)
        for n in range(WORTH_COPYING)
    ]
    flags[-1].cleared_at = NOW
    with pytest.raises(IntegrityError, match="a_decision_has_a_person_and_a_reason"):
        Flag.objects.bulk_create(flags)
