"""An officer links people; a phone goes from hand to hand."""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from adsum.appointments.actions import give_appointment
from adsum.appointments.rules import Wanted
from adsum.core.text import clean_text
from adsum.families.models import Family, FamilyDecision, FamilyMember, Guardianship, Seat
from adsum.families.policy import FamiliesPolicy
from adsum.families.queries import family_of, guardianships_not_flagged, seats_at, wards_alone_without, wards_of
from adsum.families.rules import Turn, TurnAnswer, is_child
from adsum.flags.actions import raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.offices.models import Staff
from adsum.people.actions import add_contacts, sign_in_device
from adsum.people.models import Contact, Device, Participant
from adsum.people.queries import participants
from adsum.people.rules import hash_token
from adsum.policies.queries import in_force


class FamilyRefused(Exception):
    """These people cannot be linked so; the message says why, in an officer's words."""


def link_family(*, participant_id: int, other_id: int, officer: Staff, now: datetime) -> None:
    """These two belong together, and so do their families. Nobody's file opens to another. Raises FamilyRefused."""
    with transaction.atomic():
        one, other = _pair(participant_id, other_id, officer)
        known = list(FamilyMember.objects.select_for_update().filter(participant__in=[one, other]).order_by("pk"))
        family = known[0].family if known else Family.objects.create(made_at=now, made_by=officer)
        gone = {member.family_id for member in known} - {family.pk}
        FamilyMember.objects.filter(family__in=gone).update(family=family)
        Family.objects.filter(pk__in=gone).delete()
        there = {member.participant_id for member in known}
        FamilyMember.objects.bulk_create(
            FamilyMember(family=family, participant=person, since=now, added_by=officer)
            for person in (one, other)
            if person.pk not in there
        )
        for person in (one, other):
            actor = officer.as_actor()
            record(verb="family.linked", actor=actor, now=now, subject=family, participant_id=person.pk)


def leave_family(*, participant_id: int, officer: Staff, now: datetime) -> None:
    """This person belongs to no family any more; doing it twice is once."""
    with transaction.atomic():
        visible = participants(seen_by=officer.as_actor()).filter(pk=participant_id)
        count, _ = FamilyMember.objects.filter(participant__in=visible).delete()
        if count:
            record(verb="family.unlinked", actor=officer.as_actor(), now=now, participant_id=participant_id)


def name_guardian(*, child_id: int, guardian_id: int, evidence: str, officer: Staff, now: datetime) -> Guardianship:
    """This adult acts for this child: checks in for it on their own phone, and gets its messages. FamilyRefused.

    The child's language for messages becomes the guardian's, for the guardian reads them.
    """
    words = clean_text(evidence, longest=2_000)
    with transaction.atomic():
        guardian, child = _pair(guardian_id, child_id, officer)
        policy = in_force(FamiliesPolicy, now=now, office_id=child.office_id)
        today = now.astimezone(child.office.zone).date()
        if not is_child(born=child.date_of_birth, today=today, policy=policy):
            raise FamilyRefused(f"From {policy.child_below_years} years on people check in themselves.")
        if is_child(born=guardian.date_of_birth, today=today, policy=policy):
            raise FamilyRefused("A child cannot act for another one.")
        if not words:
            raise FamilyRefused("Say how you know that they are the parent or guardian: a birth certificate, an order.")
        if Guardianship.objects.filter(guardian=guardian, child=child, ended_at=None).exists():
            raise FamilyRefused("They act for this child already.")
        held = Guardianship.objects.create(
            guardian=guardian, child=child, evidence=words, began_at=now, decided_by=officer, policy=policy.version
        )
        Participant.objects.filter(pk=child.pk).update(language=guardian.language)
        ways = Contact.objects.filter(participant=guardian, broken_at=None).exclude(value="").order_by("since", "pk")
        copies = [Contact(participant=child, kind=c.kind, as_given=c.as_given, value=c.value, since=now) for c in ways]
        add_contacts(contacts=copies, actor=officer.as_actor(), now=now)
        for person in (guardian, child):
            record(
                verb="guardian.named",
                actor=officer.as_actor(),
                now=now,
                subject=held,
                participant_id=person.pk,
                policy=policy.version,
            )
        link_family(participant_id=child.pk, other_id=guardian.pk, officer=officer, now=now)
    return held


def flag_of_age(*, now: datetime) -> int:
    """A child for whom somebody acts is old enough to check in: an officer sees it, once. Returns how many."""
    with transaction.atomic():
        flags = []
        for held in guardianships_not_flagged(seen_by=RULES).select_for_update(of=("self",), skip_locked=True):
            child = held.child
            policy = in_force(FamiliesPolicy, now=now, office_id=child.office_id)
            if not is_child(born=child.date_of_birth, today=now.astimezone(child.office.zone).date(), policy=policy):
                facts = {"age": policy.child_below_years}
                flags.append(NewFlag(child.pk, Reason.OF_AGE, f"guardianship:{held.pk}", facts))
        if flags:
            raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(FamiliesPolicy, now=now).version)
    return len(flags)


def end_guardianship(*, guardianship_id: int, officer: Staff, now: datetime) -> None:
    """They act for this child no more: its messages stop going to them, and it leaves their phones."""
    with transaction.atomic():
        visible = participants(seen_by=officer.as_actor())
        found = Guardianship.objects.filter(pk=guardianship_id, ended_at=None, child__in=visible)
        held = found.select_for_update(of=("self",)).first()
        if held is None:
            raise FamilyRefused("There is no such guardianship in your office.")
        _end(held, officer, now)


def leave_wards(*, guardian_id: int, ends: bool, officer: Staff, now: datetime) -> int:
    """Somebody leaves: an officer looks after each child for whom nobody else acts. Returns how many these are.

    `ends`: they act for no child any more. From custody they may come back to theirs.
    """
    with transaction.atomic():
        alone = list(wards_alone_without(guardian_id=guardian_id, seen_by=RULES))
        flags = [NewFlag(one.child_id, Reason.WARD_ALONE, f"guardianship:{one.pk}") for one in alone]
        raise_flags(flags=flags, actor=officer.as_actor(), now=now)
        if ends:
            running = Guardianship.objects.select_for_update().filter(guardian=guardian_id, ended_at=None)
            for held in running.order_by("pk"):
                _end(held, officer, now)
    return len(alone)


def _end(held: Guardianship, officer: Staff, now: datetime) -> None:
    """The child's messages go to them no more, but where they go to another guardian too, and it leaves the phones."""
    Guardianship.objects.filter(pk=held.pk).update(ended_at=now, ended_by=officer)
    others = Guardianship.objects.filter(child=held.child_id, ended_at=None, guardian__left_at=None)
    theirs = Contact.objects.filter(participant__in=others.values("guardian")).values("value")
    values = Contact.objects.filter(participant=held.guardian_id).values("value")
    Contact.objects.filter(participant=held.child_id, value__in=values).exclude(value__in=theirs).delete()
    Device.objects.filter(participant=held.child_id, signed_out_at=None).update(signed_out_at=now)
    for person in (held.guardian_id, held.child_id):
        record(verb="guardian.ended", actor=officer.as_actor(), now=now, subject=held, participant_id=person)


def _pair(one_id: int, other_id: int, officer: Staff) -> tuple[Participant, Participant]:
    """Two people of the officer's office, locked in the order of their ids so that nobody waits in a circle."""
    visible = participants(seen_by=officer.as_actor()).filter(pk__in=[one_id, other_id], left_at=None)
    found = {one.pk: one for one in visible.select_for_update(of=("self",), no_key=True).order_by("pk")}
    if len(found) != 2:
        raise FamilyRefused("Give two different people who are in your office.")
    return found[one_id], found[other_id]


def give_family_visit(*, participant_id: int, wanted: Wanted, officer: Staff, now: datetime) -> int:
    """One visit for all of a family at the same time, each with a notice of their own; returns for how many."""
    with transaction.atomic():
        me = officer.as_actor()
        others = list(family_of(participant_id=participant_id, seen_by=me).filter(left_at=None))
        people = [*participants(seen_by=me).filter(pk=participant_id), *others]
        for person in people:
            give_appointment(participant=person, wanted=wanted, by=officer, now=now)
        record(verb="family.visit", actor=me, now=now, participant_id=participant_id, count=len(people))
    return len(people)


def take_seat(*, phone_hash: str, token: str, now: datetime) -> bool:
    """Whoever has just signed in with this token has a seat on this phone; False where it has enough already."""
    with transaction.atomic():
        device = Device.objects.filter(token_hash=hash_token(token)).first()
        taken = seats_at(phone_hash=phone_hash, now=now, seen_by=RULES)
        if device is None or taken.count() >= in_force(FamiliesPolicy, now=now).seats_per_phone:
            return False
        Seat.objects.filter(phone_hash=phone_hash, device__participant=device.participant_id).delete()
        seat, _ = Seat.objects.update_or_create(device=device, defaults={"phone_hash": phone_hash, "taken_at": now})
        actor, person = device.participant.as_actor(), device.participant_id
        record(verb="seat.taken", actor=actor, now=now, subject=seat, participant_id=person)
    return True


def take_turn(
    *, here: Participant, participant_id: int, born: date | None, phone_hash: str, browser: str, now: datetime
) -> Turn:
    """Somebody else checks in on this phone: a child for whom its holder acts, or who proves their date of birth.

    Each turn has a new token, so that the one before is worth nothing; after too many wrong birthdays it is WAIT.
    """
    with transaction.atomic():
        family = family_of(participant_id=here.pk, seen_by=RULES).filter(pk=participant_id)
        held = seats_at(phone_hash=phone_hash, now=now, seen_by=RULES).filter(device__participant__in=family)
        seat = held.select_for_update(of=("self",)).first()
        ward = wards_of(participant_id=here.pk, seen_by=here.as_actor()).filter(pk=participant_id).first()
        if ward is not None:
            token = _new_token(seat.device) if seat else sign_in_device(participant=ward, browser=browser, now=now)
            turn = Turn(TurnAnswer.IN, token, here.language)
        else:
            turn = _prove(seat, born, now) if seat else Turn(TurnAnswer.NO_MATCH)
        record(
            verb=f"turn.{turn.answer}",
            actor=here.as_actor(),
            now=now,
            participant_id=ward.pk if ward else seat.device.participant_id if seat else None,
            policy=in_force(FamiliesPolicy, now=now).version,
            child=ward is not None,
        )
    return turn


def _prove(seat: Seat, born: date | None, now: datetime) -> Turn:
    """By the date of birth of whose seat it is; tries that are long ago do not count."""
    policy, person = in_force(FamiliesPolicy, now=now), seat.device.participant
    since = now - timedelta(minutes=policy.turn_wait_minutes)
    tries = seat.wrong_tries if seat.tried_at and seat.tried_at > since else 0
    if tries >= policy.turn_tries:
        return Turn(TurnAnswer.WAIT)
    if born is None or born != person.date_of_birth:
        Seat.objects.filter(pk=seat.pk).update(wrong_tries=tries + 1, tried_at=now)
        return Turn(TurnAnswer.NO_MATCH)
    Seat.objects.filter(pk=seat.pk).update(wrong_tries=0, tried_at=None)
    return Turn(TurnAnswer.IN, _new_token(seat.device), person.language)


def _new_token(device: Device) -> str:
    token = secrets.token_urlsafe(32)
    Device.objects.filter(pk=device.pk).update(token_hash=hash_token(token))
    return token


def forget(*, before: datetime, now: datetime) -> None:
    """Erase guardianships that ended before this moment, and what was decided before it about proposed families."""
    with transaction.atomic():
        count, _ = Guardianship.objects.filter(ended_at__lt=before).delete()
        FamilyDecision.objects.filter(decided_at__lt=before).delete()
        record(verb="guardianships.forgotten", actor=RULES, now=now, count=count)
