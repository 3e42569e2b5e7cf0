"""What the other side says becomes ours: where it owns the field, or where a person decided that its value holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from adsum.appointments.actions import AppointmentRefused, give_appointment, move_appointment
from adsum.appointments.rules import Kind, Source, Wanted
from adsum.counterparts.rules import TOLD
from adsum.court.queries import court_cases_of, listed_of, stands_of
from adsum.enrolment.actions import set_phone
from adsum.flags.actions import lapse_flags, raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.rules import RULES, Actor
from adsum.people.actions import correct_identity
from adsum.people.models import Participant
from adsum.places.actions import move
from adsum.places.rules import GivenAddress

if TYPE_CHECKING:
    from adsum.counterparts.models import Disagreement, Twin
    from adsum.counterparts.rules import Field

PLACE = "Immigration court"
MOVED = "The records of your case name another date now."  # `notices/reason.txt` says it in the participant's language


def take_value(*, twin: Twin, field: Field, value: str, question: Disagreement | None, now: datetime) -> bool:
    """Keep their value as ours; True where what we say of the person is another now. A person's decision is theirs."""
    with transaction.atomic():
        assert twin.participant_id is not None
        person = Participant.objects.select_related("office").get(pk=twin.participant_id)
        officer = question.decided_by if question else None
        actor = officer.as_actor() if officer else RULES
        match field.name:
            case "names":
                surnames, _, given = value.partition(", ")
                _correct(person, actor, now, surnames=surnames, given_names=given)
            case "date_of_birth":
                _correct(person, actor, now, date_of_birth=date.fromisoformat(value))
            case "address":
                street, city, state, postal_code = (value or "\n\n\n").split("\n")
                move(participant=person, given=GivenAddress(street, "", city, state, postal_code), actor=actor, now=now)
            case "phone" if officer is not None and question is not None:
                set_phone(participant_id=person.pk, typed=value, reason=question.reason, officer=officer, now=now)
            case name if name in TOLD:
                _hear(twin, person, field, value, now)
            case _:
                return False
        return True


def _correct(person: Participant, actor: Actor, now: datetime, **new: object) -> None:
    said = {name: getattr(person, name) for name in ("given_names", "surnames", "date_of_birth")}
    correct_identity(participant_id=person.pk, actor=actor, now=now, **(said | new))


def _hear(twin: Twin, person: Participant, field: Field, value: str, now: datetime) -> None:
    """What they own and we keep no value of: noted; a hearing goes to the calendar, the rest to an officer."""
    before, twin.told[field.name] = twin.told.get(field.name, ""), value
    if _says_the_court(person, field):
        return
    about = f"{field.name}:{twin.pk}"
    lapse_flags(about=[about], reasons=[Reason.OTHER_FILE], why="They say something else now.", now=now)
    if field.name == "hearing" and _keep_hearing(twin, person, value, now):
        return
    details = {"system": twin.counterpart.subscriber.title, "field": field.title, "value": value, "before": before}
    raise_flag(flag=NewFlag(person.pk, Reason.OTHER_FILE, about, details), actor=RULES, now=now)


def _says_the_court(person: Participant, field: Field) -> bool:
    """True where the court's own feed says this of the person itself, and first; to know their number is not enough."""
    cases = court_cases_of(participant_id=person.pk, seen_by=RULES)
    match field.name:
        case "hearing":
            return bool(listed_of(court_cases=cases, seen_by=RULES))
        case "order":
            return bool(stands_of(court_cases=cases, seen_by=RULES))
    return False


def _keep_hearing(twin: Twin, person: Participant, value: str, now: datetime) -> bool:
    """Expect the person where they say; False where an officer must ask.

    That they name no hearing any more, or one that the calendar cannot take (it is over, or years ahead), cancels
    none: whoever is told that they need not come, and should have, is ordered removed in their absence.
    """
    known = twin.hearing
    held = known if known is not None and known.ended_at is None and known.starts_at > now else None
    if not value:
        return held is None
    starts_at = datetime.fromisoformat(value).replace(tzinfo=person.office.zone)
    try:
        if held is not None:
            twin.hearing = move_appointment(appointment_id=held.pk, starts_at=starts_at, reason=MOVED, by=None, now=now)
        else:
            wanted = Wanted(Kind.COURT_HEARING, starts_at, PLACE, source=Source.COURT)
            twin.hearing = give_appointment(participant=person, wanted=wanted, by=None, now=now)
    except AppointmentRefused:
        return held is None
    return True
