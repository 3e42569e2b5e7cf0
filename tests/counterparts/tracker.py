"""A tracker with a file of its own, and what it says of people, heard through the real actions and its real columns."""

from datetime import datetime
from itertools import count
from typing import Any

from adsum.counterparts.actions import add_counterpart, hear_rows
from adsum.counterparts.models import Counterpart, Disagreement
from adsum.counterparts.queries import said_by_us
from adsum.counterparts.rules import SEPARATOR, TOLD, Row, read_ours
from adsum.exchange.legacy.columns import COLUMNS, read_values, write_values
from adsum.ledger.rules import OPERATOR, RULES
from adsum.outbox.rules import Described, Way
from adsum.people.models import Participant
from tests.factories import NOW

_REVISIONS = count(1)


def make_counterpart(code: str = "tracker", *, now: datetime = NOW, **said: Any) -> Counterpart:
    """One that is told of addresses and phones."""
    plain = {"code": code, "title": "County tracker", "way": Way.TWINS, "address": "http://127.0.0.1:1/"}
    kinds = ("address.changed", "contact.changed")
    described = Described(**{**plain, "kinds": kinds, "why": "Its own file", **said})
    return add_counterpart(described=described, adapter="legacy", folder="", actor=OPERATOR, now=now)


def row_about(case_number: str, values: dict[str, str], *, as_of: str = "") -> Row:
    """A row of the tracker that says this."""
    columns = write_values(dict.fromkeys((*TOLD, "names", "date_of_birth", "address", "phone"), "") | values)
    said = SEPARATOR.join({"lst_rpt": "", "dev": "0", **columns}[column] for column in COLUMNS)
    revision = next(_REVISIONS)
    return Row(f"LT-{revision:08}", case_number, revision, said, as_of)


def says_of(
    counterpart: Counterpart, person: Participant, *, now: datetime = NOW, as_of: str = "", **other: str
) -> None:
    """Its file on this person is as ours but for these fields."""
    ours = read_ours(said_by_us(of=[person.pk], seen_by=RULES)[person.pk]).values
    row = row_about(person.case_number, ours | other, as_of=as_of)
    hear_rows(counterpart=counterpart, rows=[row], read=read_values, now=now)


def differs(counterpart: Counterpart, person: Participant, *, now: datetime = NOW, **other: str) -> Disagreement:
    """Both said the same, and now it says something else in a field of ours, a phone number if not said."""
    says_of(counterpart, person, now=now)
    says_of(counterpart, person, now=now, as_of="11/20/2026 09:15:00", **(other or {"phone": "+12125550199"}))
    return Disagreement.objects.filter(participant=person, ended_at__isnull=True).latest("pk")
