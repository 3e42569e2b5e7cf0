"""Who belongs together, who acts for whom, and who may check in on a phone."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from adsum.families.models import FamilyDecision, FamilyMember, Guardianship, ListedHousehold, Seat
from adsum.families.rules import Proposal, Sitter, Tie, propose_families, short_name
from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.models import Contact, Participant
from adsum.people.queries import participants
from adsum.people.rules import ContactKind
from adsum.places.models import Address
from adsum.places.rules import Door, door_of

MOST_PROPOSED = 20

# Who of an office shares what: the household of a list; a phone and a door; a door and a word of the family names.
# A door that many share, or that lacks its unit, says nothing of those who have a name in common. Doors are compared
# in Python (`door_of`), of those alone whose house has a number and a first letter (2nd is Second) in common.
_GROUPS = """
WITH here AS MATERIALIZED (
    SELECT id, surnames FROM adsum_participant WHERE office_id = %(office)s AND left_at IS NULL
), home AS MATERIALIZED (
    SELECT participant_id AS who, surnames, faults, street, unit, state, concat(
        substring(street from '^[^[:alnum:]]*([0-9]+)'), '|', translate(lower(substring(
        street from '^[^[:alnum:]]*[0-9]*[^[:alnum:]]*([[:alnum:]])')), '123456789áéíóúñ', 'fstffssenaeioun')) AS house
    FROM adsum_address a JOIN here ON here.id = a.participant_id WHERE until IS NULL AND street <> ''
), told AS (
    SELECT 'household' AS tie, listed_in || '|' || household AS what, '' AS house, participant_id AS who
    FROM adsum_listedhousehold h JOIN here ON here.id = h.participant_id
    UNION ALL
    SELECT 'phone', value, house, who
    FROM adsum_contact c JOIN home ON who = participant_id WHERE kind = 'phone' AND value <> ''
    UNION ALL
    SELECT 'surname', name, house, who
    FROM home, unnest(string_to_array(adsum_folded(surnames), ' ')) AS name
    WHERE length(name) > 1 AND NOT faults && '{unit-missing,address-overused,address-not-residential}'
), shared AS (
    SELECT tie, what, array_agg(DISTINCT who) AS people FROM told
    GROUP BY tie, what, house HAVING count(*) > 1
)
SELECT tie, what, who, street, unit, state FROM shared, unnest(people) AS who LEFT JOIN home USING (who)
"""


def family_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Participant]:
    """The other members of one person's family whom this member of staff may see; for staff only."""
    if seen_by.kind not in (ActorKind.STAFF, ActorKind.RULES, ActorKind.OPERATOR):
        return Participant.objects.none()
    mine = FamilyMember.objects.filter(participant=participant_id).values("family")
    members = FamilyMember.objects.filter(family__in=mine).values("participant")
    return participants(seen_by=seen_by).filter(pk__in=members).exclude(pk=participant_id).order_by("pk")


def may_belong_together(*, participant: Participant, seen_by: Actor) -> list[Participant]:
    """Who of the office stands in the same household of a list, or has the same phone and lives at the same door.

    Not who is linked, or was found to be no family of theirs; a person confirms it.

    For staff only. Whom many share a phone with, as in a shelter, is at most MOST_PROPOSED of them.
    """
    if seen_by.kind != ActorKind.STAFF:
        return []
    mine = Contact.objects.filter(participant=participant, kind=ContactKind.PHONE).exclude(value="").values("value")
    sharing = Contact.objects.filter(value__in=mine, kind=ContactKind.PHONE).values("participant")
    mates = _housemates(participant)
    linked = family_of(participant_id=participant.pk, seen_by=seen_by).values("pk")
    others = participants(seen_by=seen_by).filter(office=participant.office_id, left_at=None)
    others = others.filter(Q(pk__in=sharing) | Q(pk__in=mates)).exclude(pk__in=_not_family(participant))
    found = list(others.exclude(pk=participant.pk).exclude(pk__in=linked).order_by("pk")[:MOST_PROPOSED])
    homes = Address.objects.filter(participant__in=[participant, *found], until=None).exclude(street="")
    rows = homes.values_list("participant_id", "street", "unit", "state") if found else ()
    doors = {person: door_of(*given) for person, *given in rows}
    here = doors.get(participant.pk)
    return [one for one in found if one.pk in mates or (here and doors.get(one.pk) == here)]


def _housemates(participant: Participant) -> set[int]:
    """Who stands in the same household of the same list."""
    listed = ListedHousehold.objects.filter(participant=participant).first()
    if listed is None:
        return set()
    others = ListedHousehold.objects.filter(household=listed.household, listed_in=listed.listed_in)
    return set(others.values_list("participant_id", flat=True))


def _not_family(participant: Participant) -> set[int]:
    """Of whom a person has said that they and this one are no family."""
    standing = FamilyDecision.objects.filter(office=participant.office_id, together=False, undone_at=None)
    said = standing.filter(people__contains=[participant.pk])
    return {one for people in said.values_list("people", flat=True) for one in people}


def families_proposed(*, office_id: int | None, seen_by: Actor) -> list[Proposal]:
    """Who of an office may belong together, the surest first; for staff of that office only.

    What more than MOST_PROPOSED people share, as in a shelter, says nothing.
    """
    if seen_by.kind != ActorKind.STAFF or office_id is None or seen_by.office_id != office_id:
        return []
    groups = _groups(office_id)
    decided = FamilyDecision.objects.filter(office=office_id, undone_at=None).values_list("people", flat=True)
    families = families_of_office(office_id=office_id, seen_by=seen_by)
    return propose_families(groups, families=families, decided={tuple(people) for people in decided})


def _groups(office_id: int) -> list[tuple[Tie, list[int]]]:
    """Who of an office shares what with somebody, each group once."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"office": office_id})
        rows = cursor.fetchall()
    read = cache(door_of)
    shared: dict[tuple[str, str, Door | None], list[int]] = {}
    for tie, what, who, *given in rows:
        shared.setdefault((tie, what, None if tie == Tie.HOUSEHOLD else read(*given)), []).append(who)
    return [(Tie(tie), sorted(people)) for (tie, _, _), people in shared.items() if 1 < len(people) <= MOST_PROPOSED]


def family_decisions(*, office_id: int | None, seen_by: Actor) -> QuerySet[FamilyDecision]:
    """What was decided about proposals of an office and not undone, newest first; for staff of that office only."""
    mine = seen_by.kind == ActorKind.STAFF and office_id is not None and seen_by.office_id == office_id
    found = FamilyDecision.objects.filter(office=office_id, undone_at=None).select_related("decided_by")
    return found.order_by("-decided_at", "-pk") if mine else found.none()


def families_of_office(*, office_id: int, seen_by: Actor) -> dict[int, int]:
    """The family of each person of an office who has one."""
    people = participants(seen_by=seen_by).filter(office=office_id).select_related(None)
    found = FamilyMember.objects.filter(participant__in=people)
    return dict(found.values_list("participant_id", "family_id"))


def guardianships_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Guardianship]:
    """Who acts for this person, or for whom they act, now; as far as both may be seen."""
    people = participants(seen_by=seen_by)
    held = Guardianship.objects.filter(ended_at__isnull=True, guardian__in=people, child__in=people)
    held = held.select_related("guardian", "child", "decided_by").order_by("began_at", "pk")
    return held.filter(guardian=participant_id) | held.filter(child=participant_id)


def guardianships_not_flagged(*, seen_by: Actor) -> QuerySet[Guardianship]:
    """What holds of children who are here, and was never before an officer for their age; for the rules."""
    if seen_by.kind != ActorKind.RULES:
        return Guardianship.objects.none()
    about = Concat(Value("guardianship:"), Cast(OuterRef("pk"), TextField()))
    asked = Flag.objects.filter(participant=OuterRef("child"), reason=Reason.OF_AGE, about=about)
    held = Guardianship.objects.filter(~Exists(asked), ended_at=None, child__left_at=None)
    return held.select_related("child__office").order_by("pk")


def wards_alone_without(*, guardian_id: int, seen_by: Actor) -> QuerySet[Guardianship]:
    """What this person holds of children who are here, and for whom nobody else who is here acts."""
    others = Guardianship.objects.filter(child=OuterRef("child"), ended_at=None, guardian__left_at=None)
    held = Guardianship.objects.filter(~Exists(others.exclude(guardian=guardian_id)), guardian=guardian_id)
    held = held.filter(ended_at=None, child__left_at=None, guardian__in=participants(seen_by=seen_by))
    return held.order_by("pk")


def wards_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Participant]:
    """The children for whom this person acts, who are here; they themselves and staff may know."""
    may = seen_by.kind == ActorKind.RULES or (seen_by.kind == ActorKind.PARTICIPANT and seen_by.id == participant_id)
    held = Guardianship.objects.filter(guardian=participant_id, ended_at__isnull=True)
    found = Participant.objects.filter(pk__in=held.values("child"), left_at=None).select_related("office")
    return found.order_by("date_of_birth", "pk") if may else found.none()


def named_on_shared_contacts(*, among: Collection[int], seen_by: Actor) -> dict[int, str]:
    """Who of these people shares a number or address with somebody of their family, and how they are named there."""
    if seen_by.kind != ActorKind.RULES:
        return {}
    families = FamilyMember.objects.filter(participant__in=among).values("family")
    members = FamilyMember.objects.filter(family__in=families, participant__left_at=None)
    family_of_each = dict(members.values_list("participant_id", "family_id"))
    if not family_of_each:
        return {}
    holders: dict[tuple[int, str], set[int]] = {}
    ways = Contact.objects.filter(participant__in=family_of_each, broken_at=None).exclude(value="")
    for person, value in ways.values_list("participant_id", "value"):
        holders.setdefault((family_of_each[person], value), set()).add(person)
    sharing = {person for people in holders.values() if len(people) > 1 for person in people} & set(among)
    found = Participant.objects.filter(pk__in=sharing)
    return {one.pk: short_name(given_names=one.given_names, surnames=one.surnames) for one in found}


def seats_at(*, phone_hash: str, now: datetime, seen_by: Actor) -> QuerySet[Seat]:
    """The seats of a phone whose people are signed in there; only the doors ask."""
    if seen_by.kind != ActorKind.RULES or not phone_hash:
        return Seat.objects.none()
    held = Seat.objects.filter(phone_hash=phone_hash, device__signed_out_at=None, device__expires_at__gt=now)
    return held.select_related("device__participant__office").order_by("taken_at", "pk")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file. Others are not named in it, but for a child and who acts for it."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    acted = Guardianship.objects.filter(child__in=visible) | Guardianship.objects.filter(guardian__in=visible)
    member = FamilyMember.objects.filter(participant__in=visible)
    household = ListedHousehold.objects.filter(participant__in=visible)
    seats = Seat.objects.filter(device__participant__in=visible)
    said = ("evidence", "began_at", "ended_at", "decided_by__name")
    return {
        "guardianships": list(acted.order_by("began_at").values(*said)),
        "family": list(member.values("since", "added_by__name")),
        "household_in_list": list(household.values("household", "listed_in")),
        "seats_on_shared_phones": list(seats.values("taken_at")),
    }


def who_may_check_in(*, here: Participant, phone_hash: str, now: datetime, seen_by: Actor) -> list[Sitter]:
    """Who may check in on this phone: who holds it, the children they act for, and family that signed in there.

    Others who have used it, as in a library, are not even named.
    """
    wards = list(wards_of(participant_id=here.pk, seen_by=seen_by))
    family = family_of(participant_id=here.pk, seen_by=seen_by)
    seats = seats_at(phone_hash=phone_hash, now=now, seen_by=seen_by).filter(device__participant__in=family)
    seated = [seat.device.participant for seat in seats]
    mine = {here.pk, *(ward.pk for ward in wards)}
    people = {one.pk: one for one in (here, *wards, *seated)}
    return [
        Sitter(
            pk,
            short_name(given_names=one.given_names, surnames=one.surnames),
            pk in mine,
            pk == here.pk,
        )
        for pk, one in people.items()
    ]
