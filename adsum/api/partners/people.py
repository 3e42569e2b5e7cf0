"""What partners ask about participants. Everybody told of stands in the ledger, and sees it in their file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from adsum.api.partners.answering import answer, cursor_after, handle_of, read_cursor, read_handle, tagged
from adsum.api.partners.letting_in import note_use, require
from adsum.api.partners.problems import not_found
from adsum.api.partners.schemas import (
    AddressOut,
    AppointmentList,
    AppointmentOut,
    DutiesOut,
    ParticipantOut,
    ParticipantPage,
    PartnerOut,
)
from adsum.appointments.queries import appointments_of
from adsum.appointments.rules import Attendance, Kind
from adsum.checkins.queries import count_outcomes, reports_of, standing_of
from adsum.checkins.rules import Outcome
from adsum.ledger.rules import RULES
from adsum.partners.actions import count_request, record_partner_looks
from adsum.partners.policy import PartnersPolicy
from adsum.partners.queries import Caller
from adsum.partners.rules import Scope
from adsum.people.queries import find_participant, participants
from adsum.places.queries import current_addresses
from adsum.places.rules import GivenAddress
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.people.models import Participant

A_YEAR, MOST_APPOINTMENTS = dt.timedelta(days=365), 100


def partner_itself(caller: Caller) -> HttpResponse:
    """Who is asking, and what they may."""
    partner = caller.partner
    return answer(
        PartnerOut(
            code=partner.code,
            title=partner.title,
            offices=partner.offices,
            scopes=partner.scopes,
            token_scopes=sorted(caller.scopes),
            why=partner.why,
            requests_per_minute=in_force(PartnersPolicy, now=timezone.now()).requests_per_minute,
        )
    )


def people_page(
    request: HttpRequest, caller: Caller, *, case_number: str | None, office: str | None, cursor: str | None, limit: int
) -> HttpResponse:
    """A page of people, or the one with this case number."""
    what = f"participants:{office or ''}"
    after = read_cursor(caller, what, cursor)
    found = participants(seen_by=caller.actor).order_by("pk")
    if case_number is None:
        require(caller, Scope.LIST)
    else:
        found = found.filter(case_number=case_number)
    if office is not None:
        found = found.filter(office__code=office)
    if after is not None:
        found = found.filter(pk__gt=after)
    rows = min(limit, in_force(PartnersPolicy, now=timezone.now()).page_rows)
    people = list(found[: rows + 1])
    more, people = len(people) > rows, people[:rows]
    if case_number is not None and not people:
        _note_miss(request, caller)
    told = _told(caller, people)
    return answer(ParticipantPage(items=told, next=cursor_after(caller, what, people[-1].pk) if more else None))


def _note_miss(request: HttpRequest, caller: Caller) -> None:
    """Who asks for case numbers that are nobody's may be trying all of them."""
    now = timezone.now()
    limit = in_force(PartnersPolicy, now=now).misses_per_minute
    use = count_request(who=f"missed:{caller.partner.pk}", limit=limit, now=now)
    if use.is_over:
        note_use(request, use)


def one_person(request: HttpRequest, caller: Caller, handle: str) -> HttpResponse:
    """One participant, as far as the scopes go."""
    person = find_theirs(caller, handle)
    (told,) = _told(caller, [person])
    return tagged(request, told)


def find_theirs(caller: Caller, handle: str) -> Participant:
    """The participant whom this partner knows so. Raises Problem, the same for all that is not theirs."""
    person = find_participant(participant_id=read_handle(caller, handle), seen_by=caller.actor)
    if person is None:
        raise not_found()
    return person


def _told(caller: Caller, people: Sequence[Participant]) -> list[ParticipantOut]:
    """These people in the answer's form; each look is recorded."""
    ids = [person.pk for person in people]
    homes = {}
    if Scope.ADDRESS in caller.scopes:
        homes = current_addresses(of=ids, seen_by=RULES)()
    record_partner_looks(participant_ids=ids, actor=caller.actor, now=timezone.now())
    return [_as_allowed(caller, person, homes[person.pk].as_given if person.pk in homes else None) for person in people]


def _as_allowed(caller: Caller, person: Participant, home: GivenAddress | None) -> ParticipantOut:
    told = ParticipantOut(
        id=handle_of(caller, person.pk),
        case_number=person.case_number,
        office=person.office.code,
        time_zone=person.office.time_zone,
        signed_in=person.activated_at is not None,
    )
    if Scope.NAMES in caller.scopes:
        told.given_names, told.surnames, told.date_of_birth = person.given_names, person.surnames, person.date_of_birth
    if Scope.LANGUAGE in caller.scopes:
        told.language = person.language
    if home is not None:
        told.address = address_out(home)
    return told


def address_out(home: GivenAddress) -> AddressOut:
    """An address in the answer's form."""
    return AddressOut(**home._asdict())


def duties_summary(request: HttpRequest, caller: Caller, handle: str) -> HttpResponse:
    """How somebody's check-ins stand."""
    person, now = find_theirs(caller, handle), timezone.now()
    standing = standing_of(participant_id=person.pk, at=now, seen_by=caller.actor)
    last = reports_of(participant_id=person.pk, seen_by=caller.actor).first()
    outcomes = count_outcomes(participant_id=person.pk, since=now - A_YEAR, seen_by=caller.actor)
    told = DutiesOut(
        open_due_on=standing.owed.due_on if standing.owed else None,
        missed_due_on=standing.missed.due_on if standing.missed else None,
        next_due_on=standing.next_due_on,
        last_check_in_at=last.received_at if last else None,
        reported_in_a_year=outcomes.get(Outcome.REPORTED, 0),
        missed_in_a_year=outcomes.get(Outcome.MISSED, 0),
        excused_in_a_year=outcomes.get(Outcome.EXCUSED, 0),
    )
    record_partner_looks(participant_ids=[person.pk], actor=caller.actor, now=now)
    return tagged(request, told)


def appointment_list(request: HttpRequest, caller: Caller, handle: str, since: dt.date | None) -> HttpResponse:
    """When somebody is expected where, from a day on."""
    person, now = find_theirs(caller, handle), timezone.now()
    begins = since or now.astimezone(person.office.zone).date()
    found = appointments_of(participant_id=person.pk, seen_by=caller.actor).filter(day__gte=begins)
    told = [
        AppointmentOut(
            id=one.pk,
            kind=Kind(one.kind),
            starts_at=one.starts_at,
            place=one.where,
            holds=one.ended_at is None,
            attendance=Attendance(one.attendance),
        )
        for one in found.order_by("starts_at", "pk")[:MOST_APPOINTMENTS]
    ]
    record_partner_looks(participant_ids=[person.pk], actor=caller.actor, now=now)
    return tagged(request, AppointmentList(items=told))
