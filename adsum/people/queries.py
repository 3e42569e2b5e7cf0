"""Who may see whom: every other query about a person starts from `participants`."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import BooleanField, Func, Prefetch, QuerySet, Value
from django.db.models.functions import Lower

from adsum.core.asking import Question, any_of
from adsum.ledger.models import LedgerLine
from adsum.ledger.queries import lines_about
from adsum.ledger.rules import RULES, Actor, ActorKind, FilePart
from adsum.offices.models import FieldOffice
from adsum.people.models import Contact, Device, Participant, Passkey, Pin, PushSubscription, Representative
from adsum.people.rules import ContactKind, read_case_number

MOST_WORDS = 6  # of a search
_DEVICES = Question(
    "SELECT {d}, {p}, {o} FROM adsum_device d JOIN adsum_participant p ON p.id = d.participant_id"
    " JOIN adsum_fieldoffice o ON o.id = p.office_id"
    " WHERE d.token_hash = ANY(%s) AND d.signed_out_at IS NULL AND d.expires_at > %s",
    d=(Device, ("id", "participant_id", "token_hash")),
    p=(Participant, ("id", "office_id", "officer_id", "case_number", "given_names", "surnames", "language", "left_at")),
    o=FieldOffice,
)


def participants(*, seen_by: Actor) -> QuerySet[Participant]:
    """The participants whom this person may see: officers their office's, participants themselves.

    Partners see those of their offices, until they leave.
    """
    everyone = Participant.objects.select_related("office", "officer")
    match seen_by.kind:
        case ActorKind.RULES | ActorKind.OPERATOR:
            return everyone
        case ActorKind.STAFF if seen_by.sees_every_office:
            return everyone
        case ActorKind.STAFF if seen_by.office_id is not None:
            return everyone.filter(office_id=seen_by.office_id)
        case ActorKind.PARTICIPANT if seen_by.id is not None:
            return everyone.filter(pk=seen_by.id)
        case ActorKind.PARTNER:
            return everyone.filter(office_id__in=seen_by.office_ids, left_at__isnull=True)
    return everyone.none()


def may_see(*, participant_id: int, seen_by: Actor) -> bool:
    """Whether this person may see that participant; participants see themselves, which takes no question."""
    if seen_by.kind == ActorKind.PARTICIPANT:
        return seen_by.id == participant_id
    return participants(seen_by=seen_by).filter(pk=participant_id).exists()


def find_participant(*, participant_id: int, seen_by: Actor) -> Participant | None:
    """One participant with contacts, or None where this person may not see them."""
    contacts = Prefetch("contacts", Contact.objects.order_by("kind", "-since"))
    return participants(seen_by=seen_by).prefetch_related(contacts).filter(pk=participant_id).first()


def search_participants(*, words: str, seen_by: Actor, most: int = 25) -> QuerySet[Participant]:
    """People whose case number is this, or of whose names each of these is a word or the beginning of one.

    Accents, capitals and the order of the words make no difference.
    """
    found = participants(seen_by=seen_by)
    if case_number := read_case_number(words):
        return found.filter(case_number=case_number)
    sought = Func(Value(" ".join(words.split()[:MOST_WORDS])), function="adsum_sought")
    named = Func("given_names", "surnames", function="adsum_words")
    is_named = Func(named, sought, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())
    in_order = found.filter(is_named).order_by(Lower("surnames"), Lower("given_names"), "pk")
    return in_order[:most]  # put in order after they are found: no index that is in order knows the words


def people_with_phone(*, number: str, seen_by: Actor) -> QuerySet[Participant]:
    """Who gave this phone number (E.164): nobody, one person, or a family."""
    given = Contact.objects.filter(value=number, kind=ContactKind.PHONE)
    return participants(seen_by=seen_by).filter(pk__in=given.values("participant_id")).order_by("pk")


def known_case_numbers(*, among: Iterable[str], seen_by: Actor) -> set[str]:
    """Which of these case numbers are enrolled."""
    return set(participants(seen_by=seen_by).filter(any_of("case_number", among)).values_list("case_number", flat=True))


def history_of(*, participant_id: int, seen_by: Actor) -> QuerySet[LedgerLine]:
    """The ledger's lines about somebody whom this person may see, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id).exists()
    lines = lines_about(participant_id=participant_id, seen_by=RULES)
    return lines if visible else lines.none()


def devices_by_hash(*, token_hashes: Collection[str], now: datetime, seen_by: Actor) -> dict[str, Device]:
    """The signed-in devices with these tokens; only the doors ask, before they know who is there."""
    if seen_by.kind != ActorKind.RULES:
        return {}
    found = {}
    for device, person, office in _DEVICES.ask(list(token_hashes), now):
        device.participant, person.office = person, office
        found[device.token_hash] = device
    return found


def open_pushes(*, among: Collection[int], now: datetime, seen_by: Actor) -> QuerySet[PushSubscription]:
    """The devices of these people to which messages are pushed, while they are signed in there."""
    found = PushSubscription.objects.filter(participant__in=participants(seen_by=seen_by).filter(pk__in=among))
    return found.filter(ended_at__isnull=True, device__signed_out_at__isnull=True, device__expires_at__gt=now)


def open_passkeys(*, participant_id: int, seen_by: Actor) -> list[str]:
    """The names (credential ids) of this person's passkeys, for their own browser."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    held = Passkey.objects.filter(participant__in=visible, ended_at__isnull=True)
    return [name for name in held.values_list("credential_id", flat=True) if name]


def count_pins(*, participant_id: int, now: datetime, seen_by: Actor) -> int:
    """On how many devices this person has a PIN."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Pin.objects.filter(participant__in=visible, ended_at__isnull=True, expires_at__gt=now).count()


def find_representative(*, token_hash: str, now: datetime, seen_by: Actor) -> Representative | None:
    """Whose link this is, while it holds; only the doors ask, before they know who is there."""
    if seen_by.kind != ActorKind.RULES:
        return None
    held = Representative.objects.filter(token_hash=token_hash, ends_at__gt=now)
    return held.select_related("participant__office").first()


def representatives_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Representative]:
    """To whom this person shows, or has shown, their file, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Representative.objects.filter(participant__in=visible).order_by("-made_at", "-pk")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = participants(seen_by=seen_by).filter(pk=participant_id)
    identity = (
        "case_number",
        "given_names",
        "surnames",
        "date_of_birth",
        "sex",
        "country",
        "language",
    )
    return {
        "participant": list(found.values(*identity, "enrolled_at", "activated_at")),
        "contacts": list(Contact.objects.filter(participant__in=found).values("kind", "as_given", "value", "since")),
        "representatives": list(
            Representative.objects.filter(participant__in=found).values("name", "made_at", "ends_at")
        ),
        "devices": list(
            Device.objects.filter(participant__in=found).values("browser", "activated_at", "signed_out_at")
        ),
        "passkeys": list(Passkey.objects.filter(participant__in=found).values("made_at", "ended_at")),
        "pins": list(Pin.objects.filter(participant__in=found).values("made_at", "ended_at")),
        "pushes": list(PushSubscription.objects.filter(participant__in=found).values("subscribed_at", "ended_at")),
    }
