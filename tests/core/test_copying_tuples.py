"""`put_tuples` writes what `bulk_create` writes, whatever stands in the texts, for few rows and for many."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError

from adsum.core.copying import WORTH_COPYING
from adsum.enrolment.models import Enrolment, Wave
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.people.models import Contact, Participant
from adsum.places.models import Address
from tests.factories import NOW, make_participant

ODD = [
    "plain", "", "tab\tand\nline\r\n", "back\\slash \\N \\.", "\\.", "\x01", "a\x01b", 'quote " and \'', "ünïcödé ਕੌਰ",
    "🙂 {curly, comma}", "NULL", "\\x61", "\u2028\x85",
]  # fmt: skip
MANY = -(-WORTH_COPYING // len(ODD))


@pytest.mark.parametrize("times", [1, MANY], ids=["few", "many"])
def test_every_text_comes_back_as_it_went(person: Participant, times: int) -> None:
    texts = ODD * times
    rows = [(person.pk, "phone", text, "x", NOW + timedelta(microseconds=at)) for at, text in enumerate(texts)]
    Contact.objects.put_tuples(("participant_id", "kind", "as_given", "value", "since"), rows)
    kept = Contact.objects.order_by("pk").values_list("participant_id", "kind", "as_given", "value", "since")
    assert list(kept) == rows
    assert set(Contact.objects.values_list("failures", "broken_at")) == {(0, None)}


@pytest.mark.parametrize("times", [1, MANY], ids=["few", "many"])
def test_lists_numbers_and_nothing(person: Participant, times: int) -> None:
    Address.objects.all().delete()
    rows = [(person.pk, ODD, None if at % 2 else 1.5, NOW, NOW, "agency") for at in range(len(ODD) * times)]
    columns = ("participant_id", "faults", "latitude", "since", "until", "given_by")
    with_both = [(*row[:3], row[2], *row[3:]) for row in rows]
    Address.objects.put_tuples((*columns[:3], "longitude", *columns[3:]), with_both)
    kept = Address.objects.order_by("pk").values_list("participant_id", "faults", "latitude", "since", "until")
    assert list(kept) == [row[:5] for row in rows]
    assert set(Address.objects.values_list("street", "standard")) == {("", "")}


@pytest.mark.parametrize("times", [1, MANY], ids=["few", "many"])
@pytest.mark.django_db
def test_facts_of_any_shape(times: int) -> None:
    facts = [
        {"text": text, "list": [1, None, True], "day": date(2026, 1, 2)} for text in ODD * times if "\x01" not in text
    ]
    LedgerLine.objects.put_tuples(("at", "verb", "actor_kind", "facts"), [(NOW, "v", "rules", one) for one in facts])
    kept = LedgerLine.objects.filter(verb="v").order_by("pk").values_list("facts", flat=True)
    assert list(kept) == [{**one, "day": "2026-01-02"} for one in facts]


def test_what_the_database_refuses_is_refused(person: Participant) -> None:
    wave = Wave.objects.create(office=person.office, name="w", started_at=datetime.now(UTC))
    no_faults: list[str] = []
    rows = [(wave.pk, person.pk, number, no_faults) for number in range(WORTH_COPYING)]
    with pytest.raises(DatabaseError, match="duplicate key"):
        Enrolment.objects.put_tuples(("wave_id", "participant_id", "row_number", "faults"), rows)


def test_nothing_is_no_error(person: Participant) -> None:
    Flag.objects.put_tuples(("participant_id", "reason"), [])
    assert make_participant(person.office).pk > person.pk
