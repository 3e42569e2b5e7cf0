"""The tables that a bundle carries, each with how it is reached from the person, and their rows as JSON.

A new table with a way to a person must be named here or in `STAYS`, with the reason why it does not travel:
tests/handover/test_registry.py.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models import fields as kinds
from django.utils.duration import duration_string

from adsum.appointments.models import Appointment
from adsum.checkins import models as checkins
from adsum.counterparts.models import Difference, Disagreement, Twin
from adsum.court import models as court
from adsum.documents.models import Document, FormSent, Inability, Upload
from adsum.enrolment.models import Enrolment, Invitation, PhoneChange, Wave
from adsum.families.models import FamilyMember, Guardianship, ListedHousehold, Seat
from adsum.flags.models import Flag, ThreadMessage
from adsum.funnel.models import FunnelStep
from adsum.handover.models import Handing, OldLine, OldRow, TakeOver
from adsum.handover.rules import Goes, policy_numbers
from adsum.law.models import Clock, LawRule
from adsum.leaving.models import Departure
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import Actor
from adsum.misses.models import Absconding, MissStep, StepGround
from adsum.monitors import models as monitors
from adsum.notices.models import Message, Notice, Reply, StoppedNumber, Wish
from adsum.offices.models import FieldOffice, Staff
from adsum.orders.models import Order, SharedPoint, SharingStop, TrackingApp
from adsum.outbox.models import OutboxDelivery, OutboxEvent
from adsum.partners.models import PartnerAnswer, PartnerReport
from adsum.people.models import (
    Contact,
    Device,
    Participant,
    Passkey,
    Pin,
    PushSubscription,
    Representative,
)
from adsum.people.queries import participants
from adsum.places.models import Address, LocationFix
from adsum.policies.models import PolicyVersion
from adsum.questions.models import QuestionTemplate
from adsum.records import models as records
from adsum.reviews import models as reviews
from adsum.waves.models import Invitee

AT_ONCE = 500


@dataclass(frozen=True)
class Table:
    """One table. `to`: the way to the person; `by` where there is another. `blank`: what is not told of a row.

    `ids` names columns with numbers of other rows inside: as “about” (duty:7), a list of such, under keys, or of staff.
    `shared`: a row of it may be there already and is then the same.
    """

    model: type[Model]
    to: str = "participant"
    goes: Goes = Goes.BACK
    by: Callable[[Participant], Q] | None = None
    blank: Mapping[str, Any] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    shared: bool = False

    @property
    def name(self) -> str:
        return self.model._meta.model_name or ""

    def rows(self, person: Participant) -> QuerySet[Model]:
        """The rows about this person, in the order in which they were written."""
        mine = self.by(person) if self.by else Q(**{self.to: person.pk})
        return self.model._base_manager.filter(mine).order_by("pk")


def _numbers_of(person: Participant) -> QuerySet[court.CourtCrosswalk]:
    return court.CourtCrosswalk.objects.filter(case_number=person.case_number)


def _of_the_court(column: str) -> Callable[[Participant], Q]:
    return lambda person: Q(**{f"{column}__in": _numbers_of(person).values("number")})


def _phones(person: Participant) -> Q:
    return Q(number__in=Contact.objects.filter(participant=person).values("value"))


def _told(model: type[Model], to: str = "participant", **blank: Any) -> Table:
    return Table(model, to, Goes.TOLD, blank=blank)


ABOUT = {"about": "about"}
BACK = (
    Table(Participant, "pk"),
    Table(Contact),
    Table(Representative, blank={"token_hash": ""}),
    Table(Address),
    Table(LocationFix),
    Table(FunnelStep),
    Table(ListedHousehold),
    Table(Wish),
    Table(StoppedNumber, by=_phones, shared=True),
    Table(Reply),
    Table(ThreadMessage),
    Table(Document),
    Table(Inability),
    Table(FormSent),
    Table(Appointment),
    Table(court.CourtStanding),
    Table(Order),
    Table(SharedPoint),
    Table(SharingStop),
    Table(checkins.Plan),
    Table(checkins.Pause),
    Table(checkins.Duty),
    Table(checkins.Report),
    Table(checkins.Excuse, "duty__participant"),
    Table(checkins.Attempt),
    Table(checkins.ExcuseRequest),
    Table(records.Lead),
    Table(records.Judgement, "lead__participant"),
    Table(records.Confirmation, "lead__participant"),
    Table(records.RecordCheck, ids=ABOUT),
    Table(monitors.MonitorIssue),
    Table(monitors.MonitorEvent),
    Table(monitors.MonitorAlert),
    Table(monitors.AlertSignal, "alert__participant"),
    Table(monitors.MonitorPosition),
    Table(Enrolment),
    Table(PhoneChange, blank={"code_hash": ""}),
    Table(Departure),
    Table(reviews.Review),
    Table(reviews.ReviewAsk, "review__participant"),
    Table(reviews.Snooze),
    Table(reviews.ReviewDecision),
    Table(reviews.Appeal, "decision__participant", ids={"touched": "staff"}),
    Table(reviews.AppealVote, "appeal__decision__participant"),
    Table(MissStep, ids={"evidence": "abouts"}),
    Table(StepGround, "step__participant"),
    Table(Absconding),
    Table(Clock, ids=ABOUT),
    Table(Notice, ids=ABOUT),
    Table(Message, ids=ABOUT),
    Table(checkins.Rung),
    Table(Flag, ids={"about": "about", "details": "keys"}),
    Table(Handing),
    Table(TakeOver),
    Table(OldLine, "take_over__participant"),
    Table(OldRow, "take_over__participant"),
)
# What lets somebody in, what belongs to the old site's devices, runs and agreements, and what names others: the new
# site keeps what was told of it, and acts on none of it. The person is invited anew.
TOLD = (
    _told(Device, token_hash=""),
    _told(PushSubscription, endpoint="", p256dh="", auth=""),
    _told(Passkey, credential_id="", public_key=b""),
    _told(Pin, key_hash="", pin_hash=""),
    _told(Seat, "device__participant", phone_hash=""),
    _told(checkins.CalendarFeed, token_hash=""),
    _told(checkins.HandOff, code_hash=""),
    _told(Invitation, code_hash=""),
    _told(TrackingApp, user="", secret_hash=""),
    _told(Invitee),
    _told(FamilyMember),
    Table(Guardianship, goes=Goes.TOLD, by=lambda person: Q(guardian=person) | Q(child=person)),
    _told(records.Subscription),
    _told(Twin),
    _told(Disagreement),
    _told(PartnerReport),
    Table(court.CourtCrosswalk, goes=Goes.TOLD, by=lambda person: Q(case_number=person.case_number)),
    Table(court.CourtCase, goes=Goes.TOLD, by=_of_the_court("number")),
    Table(court.CourtProceeding, goes=Goes.TOLD, by=_of_the_court("court_case")),
    Table(court.CourtHearing, goes=Goes.TOLD, by=_of_the_court("court_case")),
    Table(OutboxEvent, goes=Goes.TOLD, by=lambda person: Q(participant_id=person.pk)),
    Table(OutboxDelivery, goes=Goes.TOLD, by=lambda person: Q(participant_id=person.pk)),
)
STAYS: dict[type[Model], str] = {
    Upload: "a file that is not whole yet: it is sent again",
    Difference: "names that two files differed on a day; what a person decided of it is a disagreement, and goes",
    PartnerAnswer: "the answer to a request, kept for a day so that a retry is one; a partner's, not the person's",
    records.Watched: "only says that somebody was looked up here as they are now; the new site looks them up itself",
    LedgerLine: "goes as a chapter with its proofs (ledger.jsonl), not as rows",
}
TABLES = {table.name: table for table in (*BACK, *TOLD)}


@dataclass(frozen=True)
class Named:
    """A table whose rows are no rows about the person, but are pointed to. `more`: a column by which others come."""

    model: type[Model]
    untold: frozenset[str] = frozenset()
    by: str = "pk"

    @property
    def name(self) -> str:
        return self.model._meta.model_name or ""


_SIGNED = frozenset({"entered_by_id", "approved_by_id", "vacated_by_id"})
# In the order in which they point to each other.
NAMED = (
    Named(records.RecordVersion, frozenset({"delivery_id"}), "record"),
    Named(records.OutsideRecord),
    Named(records.RecordSource, frozenset({"settings", "last_error", "failing_since"})),
    Named(Wave),
    Named(monitors.Monitor),
    Named(QuestionTemplate),
    Named(LawRule, _SIGNED),
    Named(court.CourtDrop, frozenset({"refusal"})),
    Named(PolicyVersion),
    Named(Staff, frozenset({"password"})),
    Named(FieldOffice),
)
NAMED_MODELS = frozenset(one.model for one in NAMED)
Cited = defaultdict[type[Model], set[int]]


def person_rows(*, table: Table, person: Participant, cited: Cited, seen_by: Actor) -> Iterator[dict[str, Any]]:
    """The rows of one table about a person, and, in `cited`, what they point to beside."""
    if not participants(seen_by=seen_by).filter(pk=person.pk).exists():
        return
    columns = [one.attname for one in table.model._meta.concrete_fields]
    for row in table.rows(person).values(*columns).iterator(AT_ONCE):
        if table.goes == Goes.BACK:
            _cite(table, row, cited)
        yield _plain(table.model, row | dict(table.blank))


def _cite(table: Table, row: Mapping[str, Any], cited: Cited) -> None:
    for one in table.model._meta.concrete_fields:
        if one.remote_field and one.remote_field.model in NAMED_MODELS and row[one.attname] is not None:
            cited[one.remote_field.model].add(row[one.attname])
    for column, kind in table.ids.items():
        cited[Staff].update(row[column] if kind == "staff" else ())
    cited[PolicyVersion].update(policy_numbers(str(row.get("policy", ""))))


def named_rows(*, named: Named, cited: Cited, seen_by: Actor) -> Iterator[dict[str, Any]]:
    """The rows that were cited, and what they point to in turn; for whom `person_rows` has told the rows before."""
    wanted = cited[records.OutsideRecord] if named.by == "record" else cited[named.model]
    if not participants(seen_by=seen_by).exists():
        return
    fields = [one for one in named.model._meta.concrete_fields if one.attname not in named.untold]
    rows = named.model._base_manager.filter(**{f"{named.by}__in": sorted(wanted)}).order_by("pk")
    for row in rows.values(*[one.attname for one in fields]).iterator(AT_ONCE):
        for one in fields:
            if one.remote_field and row[one.attname] is not None:
                cited[one.remote_field.model].add(row[one.attname])
        yield _plain(named.model, row)


def _plain(model: type[Model], row: dict[str, Any]) -> dict[str, Any]:
    """As JSON can say it: bytes in base64, durations in words; moments, days and keys are told by orjson."""
    for one in model._meta.concrete_fields:
        if isinstance(one, kinds.BinaryField) and one.attname in row:
            row[one.attname] = base64.b64encode(bytes(row[one.attname])).decode()
        elif isinstance(one, kinds.DurationField) and row.get(one.attname) is not None:
            row[one.attname] = duration_string(row[one.attname])
    return row
