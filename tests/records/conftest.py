"""An office with people, a source, and ways to deliver and to find."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.records.actions import close_delivery, open_delivery, take_found, take_records
from adsum.records.models import Delivery, Lead, OutsideRecord, RecordSource
from adsum.records.rules import Found, Kind, RecordIn
from tests.factories import NOW, make_office, make_participant
from tests.leads import make_source

WARRANT = RecordIn(
    record_id="W-1",
    version="1",
    kind=Kind.WARRANT,
    given_names="MARIA",
    surnames="LOPEZ",
    date_of_birth="1988-03-14",
    state="NJ",
    what="Failure to appear",
    where="Newark",
    event_on="2026-11-20",
    urgent=True,
)


@pytest.fixture
def source(db: None) -> RecordSource:
    return make_source()


@pytest.fixture
def office(db: None) -> FieldOffice:
    return make_office()


@pytest.fixture
def maria(office: FieldOffice) -> Participant:
    return make_participant(office)


@pytest.fixture
def deliver(source: RecordSource) -> Callable[..., Delivery]:
    """Delivers these records as one file; without any, the usual warrant with these changes."""

    def send(*records: RecordIn, now: datetime = NOW, digest: str = "", **changes: Any) -> Delivery:
        some = records or (replace(WARRANT, **changes),)
        mark = digest or f"{Delivery.objects.count():064x}"
        delivery = open_delivery(source=source, label="today.csv", digest=mark, now=now)
        assert delivery is not None
        take_records(delivery=delivery, records=some, next_row=len(some), now=now)
        close_delivery(delivery=delivery, now=now)
        return delivery

    return send


@pytest.fixture
def find() -> Callable[..., Lead]:
    """As if the engine had found these people for a record."""

    def found(*people: Participant, record_id: str = "W-1", probability: float = 0.97, now: datetime = NOW) -> Lead:
        outside = OutsideRecord.objects.get(record_id=record_id)
        likely = [Found(person.pk, probability, [{"field": "name", "agrees": "yes"}]) for person in people]
        take_found(record_id=outside.pk, identity=outside.identity, found=likely, crowd=0, model="start", now=now)
        return Lead.objects.get(record=outside, participant=people[0])

    return found
