"""Outside records and possible matches for tests, made through the real actions; the engine's part is made up."""

from datetime import date, datetime
from itertools import count
from typing import Any

from adsum.ledger.rules import OPERATOR
from adsum.people.models import Participant
from adsum.records.actions import add_source, close_delivery, open_delivery, take_found, take_records
from adsum.records.models import Lead, OutsideRecord, RecordSource
from adsum.records.rules import Found, Kind, RecordIn, Transport
from tests.factories import NOW

_NUMBERS = count(1)


def make_source(code: str = "nj-warrants", **given: Any) -> RecordSource:
    """A source of arrests and warrants in New Jersey."""
    described: dict[str, Any] = {
        "title": "New Jersey warrants",
        "agency": "Newark Police, warrants desk",
        "agency_phone": "(973) 555-0142",
        "transport": Transport.DROP,
        "adapter": "csv_drop",
        "settings": {},
        "states": ["NJ"],
        "kinds": [Kind.ARREST, Kind.WARRANT],
        "covers_since": date(2020, 1, 1),
        "is_daily": True,
    }
    return add_source(code=code, **{**described, **given}, actor=OPERATOR, now=NOW)


def make_record(source: RecordSource, *, now: datetime = NOW, **given: Any) -> OutsideRecord:
    """A record as this source delivers it: an arrest of Maria Lopez; the same `record_id` again is a new version."""
    number = next(_NUMBERS)
    said: dict[str, Any] = {
        "record_id": f"R-{number}",
        "version": str(number),
        "kind": Kind.ARREST,
        "given_names": "Maria",
        "surnames": "Lopes",
        "date_of_birth": "1988-03-14",
        "sex": "F",
        "city": "Newark",
        "state": "NJ",
        "event_on": "2026-11-19",
        "what": "Driving without a licence",
        "where": "Newark, NJ",
        **given,
    }
    delivery = open_delivery(source=source, label="test", digest=f"{number:064x}", now=now)
    assert delivery is not None
    take_records(delivery=delivery, records=[RecordIn(**said)], next_row=1, now=now)
    close_delivery(delivery=delivery, now=now)
    return OutsideRecord.objects.select_related("source").get(source=source, record_id=said["record_id"])


def explain(person: Participant, record: OutsideRecord) -> list[dict[str, object]]:
    """What an engine would say of this pair."""
    born = person.date_of_birth.isoformat()
    same_day, place = born == record.date_of_birth, f"{record.city}, {record.state}"
    return [
        _row("name", record.full_name, person.full_name, "partly", "One of two surnames, spelt differently", 410),
        _row("birthday", record.date_of_birth, born, "yes" if same_day else "no", "", 20_300 if same_day else 0),
        _row("place", place, "Brooklyn, NY", "no", "Another state", 0),
        _row("sex", record.sex, person.sex, "unknown", "", 0),
        _row("case number", record.case_number, person.case_number, "unknown", "", 0),
    ]


def _row(field: str, record: str, file: str, agrees: str, how: str, one_in: int) -> dict[str, object]:
    return {"field": field, "record": record, "file": file, "agrees": agrees, "how": how, "one_in": one_in, "weight": 0}


def make_lead(
    person: Participant,
    record: OutsideRecord | None = None,
    *,
    probability: float = 0.97,
    now: datetime = NOW,
    **given: Any,
) -> Lead:
    """What the engine finds: that this record, or a new warrant, may be about this person."""
    if record is None:
        record = make_record(RecordSource.objects.first() or make_source(), kind=Kind.WARRANT)
    found = Found(person.pk, probability, explain(person, record), **given)
    take_found(record_id=record.pk, identity=record.identity, found=[found], crowd=0, model="start", now=now)
    return Lead.objects.get(record=record, participant=person)
