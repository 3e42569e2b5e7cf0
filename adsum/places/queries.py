"""Where people live and were."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from django.db.models import QuerySet

from adsum.core.asking import Later, Question, any_of
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.queries import participants
from adsum.places.models import Address, LocationFix
from adsum.places.rules import GivenAddress

_CURRENT = Question(
    "SELECT {a} FROM adsum_address a WHERE a.participant_id = ANY(%s) AND a.until IS NULL",
    a=(Address, ("id", "participant_id", "street", "unit", "city", "state", "postal_code", "latitude", "longitude")),
)
_LAST_FIX = Question(
    "SELECT {f} FROM unnest(%s::bigint[]) AS who (id) CROSS JOIN LATERAL (SELECT * FROM adsum_locationfix"
    " WHERE participant_id = who.id ORDER BY received_at DESC LIMIT 1) f",
    f=LocationFix,
)


def current_address(*, participant_id: int, seen_by: Actor) -> Address | None:
    """The address that holds now."""
    return addresses(participant_id=participant_id, seen_by=seen_by).filter(until__isnull=True).first()


def post_addresses(*, of: Collection[int], seen_by: Actor) -> dict[int, str]:
    """What goes on the envelope, for those of these participants to whom a letter can be posted now."""
    visible = participants(seen_by=seen_by).filter(pk__in=of)
    current = Address.objects.filter(participant__in=visible, until__isnull=True)
    return {one.participant_id: str(one) for one in current if one.as_given.takes_post}


def current_addresses(*, of: Collection[int], seen_by: Actor) -> Later[dict[int, Address]]:
    """The addresses that hold now, by participant; for the rules, who see everybody."""
    if seen_by.kind != ActorKind.RULES:
        return dict
    rows = _CURRENT.ask(list(of))
    return lambda: {address.participant_id: address for (address,) in rows}


def last_fixes(*, of: Collection[int], seen_by: Actor) -> Later[dict[int, LocationFix]]:
    """Where each of these participants was at their last check-in with a place; for the rules, who see everybody."""
    if seen_by.kind != ActorKind.RULES:
        return dict
    rows = _LAST_FIX.ask(list(of))
    return lambda: {fix.participant_id: fix for (fix,) in rows}


def addresses(*, participant_id: int, seen_by: Actor) -> QuerySet[Address]:
    """All addresses, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Address.objects.filter(participant__in=visible).order_by("-since", "-pk")


def people_at_streets(*, streets: Iterable[str], seen_by: Actor) -> Counter[tuple[str, str, str]]:
    """How many people live at each door of these streets now, by `GivenAddress.household`."""
    return Counter(door for _, door in homes_at_streets(streets=streets, seen_by=seen_by))


def homes_at_streets(*, streets: Iterable[str], seen_by: Actor) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Who lives at these streets now, each with their door (`GivenAddress.household`)."""
    living = Address.objects.filter(any_of("street", streets), until__isnull=True)
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        living = living.filter(participant__in=participants(seen_by=seen_by))
    for person, *given in living.values_list("participant_id", "street", "unit", "city", "state", "postal_code"):
        yield person, GivenAddress(*given).household


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    fields = (
        "street",
        "unit",
        "city",
        "state",
        "postal_code",
        "latitude",
        "longitude",
        "faults",
        "given_by",
        "since",
        "until",
    )
    fixes = LocationFix.objects.filter(participant__in=visible).order_by("-received_at")
    return {
        "addresses": list(addresses(participant_id=participant_id, seen_by=seen_by).values(*fields)),
        "locations": list(
            fixes.values("place_class", "latitude", "longitude", "accuracy_m", "taken_at", "from_address_km")
        ),
    }
