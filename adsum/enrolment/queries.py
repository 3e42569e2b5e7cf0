"""How people came in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import islice

from django.conf import settings
from django.db.models import QuerySet

from adsum.core.asking import any_of
from adsum.core.ids import keyed_hash, read_code
from adsum.enrolment.models import ActivationTry, Enrolment, Invitation, PhoneChange, Wave
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.rules import Census, Grader, Limit, Repeats, Row, Trier
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.models import Participant
from adsum.people.policy import PeoplePolicy
from adsum.people.queries import participants
from adsum.places.policy import PlacesPolicy
from adsum.places.queries import homes_at_streets
from adsum.policies.queries import in_force

AT_ONCE = 2_000


def _hash_code(typed_code: str) -> str:
    """How a code is stored: a keyed hash of what is left of it without blanks, dashes and case."""
    return keyed_hash(settings.SECRET_KEY, "code", read_code(typed_code))


def limits_reached(*, trier: Trier, since: datetime, policy: EnrolmentPolicy, seen_by: Actor) -> frozenset[Limit]:
    """Which limits the failed tries since then have reached; only the rules may ask. It always asks for all four."""
    if seen_by.kind != ActorKind.RULES:
        return frozenset()
    recent = ActivationTry.objects.filter(at__gte=since)
    found = {
        Limit.CODE: (recent.filter(code_hash=trier.code_hash), policy.tries_per_code),
        Limit.DEVICE: (recent.filter(device_hash=trier.device_hash), policy.tries_per_device),
        Limit.NETWORK: (recent.filter(network_hash=trier.network_hash), policy.tries_per_network),
        Limit.OVERALL: (recent, policy.tries_overall),
    }
    full = {limit for limit, (tries, most) in found.items() if tries[:most].count() >= most}
    return frozenset(full if trier.device_hash else full - {Limit.DEVICE})


def open_invitation(*, code_hash: str, now: datetime, seen_by: Actor) -> Invitation | None:
    """The invitation that this code opens, with its person and office; only the rules may ask."""
    if seen_by.kind != ActorKind.RULES:
        return None
    still = Invitation.objects.filter(used_at__isnull=True, replaced_at__isnull=True, expires_at__gt=now)
    return still.select_related("participant__office").filter(code_hash=code_hash).first()


def invitation_of_code(*, code_hash: str, seen_by: Actor) -> Invitation | None:
    """To whom this code was given, open or not; only the rules may ask, and nobody is told."""
    if seen_by.kind != ActorKind.RULES:
        return None
    return Invitation.objects.filter(code_hash=code_hash).first()


def invited_by_code(*, typed_code: str, seen_by: Actor) -> int:
    """The id of the person to whom a code, as it was typed, was given; 0 where it was given to nobody."""
    held = invitation_of_code(code_hash=_hash_code(typed_code), seen_by=seen_by)
    return held.participant_id if held else 0


def find_wave(*, name: str, seen_by: Actor) -> Wave | None:
    """The latest wave of this name among those whose people this person may see."""
    waves = Wave.objects.filter(name=name).order_by("-started_at")
    if seen_by.kind != ActorKind.OPERATOR:
        return waves.filter(office_id=seen_by.office_id).first()
    return waves.first()


def waves_seen(*, seen_by: Actor) -> QuerySet[Wave]:
    """The waves of the offices whose people this person may see, latest first."""
    waves = Wave.objects.select_related("office").order_by("-started_at", "-pk")
    if seen_by.kind == ActorKind.OPERATOR or seen_by.sees_every_office:
        return waves
    return waves.filter(office_id=seen_by.office_id) if seen_by.kind == ActorKind.STAFF else waves.none()


def listed_people(*, wave_id: int, seen_by: Actor) -> QuerySet[Participant]:
    """The people of a wave, as far as they may be seen."""
    rows = Enrolment.objects.filter(wave_id=wave_id)
    return participants(seen_by=seen_by).filter(pk__in=rows.values("participant"))


def not_yet_in(*, wave: Wave, seen_by: Actor) -> QuerySet[Participant]:
    """The people of a wave who have never signed in and have not left, in the order of the list."""
    rows = Enrolment.objects.filter(wave=wave)
    waiting = participants(seen_by=seen_by).filter(activated_at__isnull=True, left_at__isnull=True)
    return waiting.filter(pk__in=rows.values("participant")).order_by("pk")


def take_census(*, rows: Iterable[Row], office_code: str, wave_name: str, seen_by: Actor) -> Census:
    """Read a list once, or a part of it: what its grades depend on, its own rows and who lives at its doors already.

    People of this wave whose run was stopped before its end do not count as living there: they are of this list.
    """
    census, wave = Census(office_code), Wave.objects.filter(office__code=office_code, name=wave_name).first()
    coming = iter(rows)
    while chunk := list(islice(coming, AT_ONCE)):
        for row in chunk:
            census.note(row)
        streets = {row.street for row in chunk} - {""}
        homes = list(homes_at_streets(streets=streets, seen_by=seen_by)) if streets else []
        ours = _of_stopped_run(wave, {person for person, _ in homes}) if wave and homes else set()
        for person, door in homes:
            if person not in ours:
                census.note_at_home(person, door)
    return census


def _of_stopped_run(wave: Wave, people: Collection[int]) -> set[int]:
    of_wave = Enrolment.objects.filter(any_of("participant_id", people), wave=wave)
    if wave.whole_at is not None:
        of_wave = of_wave.filter(participant__enrolled_at__gt=wave.whole_at)
    return set(of_wave.values_list("participant_id", flat=True))


def grader_of(*, census: Census, today: date, now: datetime) -> Grader:
    """What grades that list's rows, by the policies that hold. Writes nothing. `today` is the office's."""
    places = in_force(PlacesPolicy, now=now)
    people = in_force(PeoplePolicy, now=now)
    return Grader(today, census.doors(places), people, places, Repeats(census.repeated()), census.apart())


def enrolment_of(*, participant_id: int, seen_by: Actor) -> Enrolment | None:
    """The wave and row by which this person came in."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Enrolment.objects.filter(participant__in=visible).select_related("wave").first()


def others_code_open(
    *, codes: Mapping[int, str], since: Mapping[int, datetime], now: datetime, seen_by: Actor
) -> frozenset[int]:
    """Which of these people hold another good code than this one, issued since then; for the rules."""
    if seen_by.kind != ActorKind.RULES:
        return frozenset()
    held = Invitation.objects.filter(participant__in=codes, used_at__isnull=True, replaced_at__isnull=True)
    return frozenset(
        one.participant_id
        for one in held.filter(expires_at__gt=now)
        if one.issued_at > since[one.participant_id]
        and one.code_hash != keyed_hash(settings.SECRET_KEY, "code", codes[one.participant_id])
    )


def open_phone_change(*, participant_id: int, now: datetime, seen_by: Actor) -> PhoneChange | None:
    """The new number to which a code of this person's is on its way, while the code works."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    waiting = PhoneChange.objects.filter(participant__in=visible, ended_at__isnull=True, expires_at__gt=now)
    return waiting.first()


def phone_changes_of(*, participant_id: int, seen_by: Actor) -> QuerySet[PhoneChange]:
    """The changes of this person's number that were made, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    made = PhoneChange.objects.filter(participant__in=visible, changed_at__isnull=False)
    return made.select_related("changed_by").order_by("-changed_at", "-pk")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    enrolments = Enrolment.objects.filter(participant__in=visible)
    invitations = Invitation.objects.filter(participant__in=visible).order_by("-issued_at")
    numbers = PhoneChange.objects.filter(participant__in=visible).order_by("asked_at")
    return {
        "phone_changes": list(
            numbers.values("number", "before", "asked_at", "changed_at", "changed_by__name", "reason")
        ),
        "enrolment": list(enrolments.values("wave__name", "row_number", "faults")),
        "invitations": list(invitations.values("issued_at", "expires_at", "used_at")),
    }
