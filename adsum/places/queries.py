"""Where people live and were."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet

from adsum.ledger.rules import Actor, FilePart
from adsum.people.queries import participants
from adsum.places.models import Address, LocationFix


def current_address(*, participant_id: int, seen_by: Actor) -> Address | None:
    """The address that holds now."""
    return addresses(participant_id=participant_id, seen_by=seen_by).filter(until__isnull=True).first()


def addresses(*, participant_id: int, seen_by: Actor) -> QuerySet[Address]:
    """All addresses, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Address.objects.filter(participant__in=visible).order_by("-since", "-pk")


def people_at_streets(*, streets: Iterable[str], seen_by: Actor) -> Counter[tuple[str, str, str]]:
    """How many people live at each door of these streets now, by `GivenAddress.household`."""
    living = Address.objects.filter(until__isnull=True, street__in=streets)
    living = living.filter(participant__in=participants(seen_by=seen_by))
    return Counter(address.as_given.household for address in living.iterator())


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    fields = (
        "street",
        "unit",
        "city",
        "state",
        "postal_code",
        "faults",
        "given_by",
        "since",
        "until",
    )
    fixes = LocationFix.objects.filter(participant__in=visible).order_by("-received_at")
    return {
        "addresses": list(addresses(participant_id=participant_id, seen_by=seen_by).values(*fields)),
        "locations": list(fixes.values("place_class", "latitude", "longitude", "accuracy_m", "taken_at")),
    }
