"""Keeping addresses and location fixes, and erasing them on time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, ActorKind, Line
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant
from adsum.places.models import Address, LocationFix
from adsum.places.policy import PlacesPolicy
from adsum.places.queries import people_at_streets
from adsum.places.rules import GivenAddress, NewAddress, grade_address, standard_form
from adsum.policies.queries import in_force


def add_addresses(*, addresses: Sequence[NewAddress], actor: Actor, now: datetime) -> None:
    """Keep the first addresses of new participants; one ledger line says how many."""
    with transaction.atomic():
        Address.objects.put_tuples(("since", *NewAddress._fields), [(now, *address) for address in addresses])
        record(
            verb="addresses.added",
            actor=actor,
            now=now,
            policy=in_force(PlacesPolicy, now=now).version,
            count=len(addresses),
        )


def change_address(
    *, participant: Participant, given: GivenAddress, actor: Actor, now: datetime, living_there: int = 1
) -> Address:
    """The person lives somewhere else from now on; the former address is kept with its end.

    `living_there` is how many people are known at that door, this one included.
    """
    with transaction.atomic():
        Participant.objects.select_for_update().get(pk=participant.pk)
        Address.objects.filter(participant=participant, until__isnull=True).update(until=now)
        address = Address.objects.create(
            participant=participant,
            street=given.street[:200],
            unit=given.unit[:60],
            city=given.city[:100],
            state=given.state[:60],
            postal_code=given.postal_code[:20],
            faults=grade_address(given, living_there=living_there, policy=in_force(PlacesPolicy, now=now)),
            standard=standard_form(given),
            given_by=actor.kind,
            since=now,
        )
        record(
            verb="address.changed",
            actor=actor,
            now=now,
            subject=address,
            participant_id=participant.pk,
            policy=in_force(PlacesPolicy, now=now).version,
        )
        emit_events(events=[Event("address.changed", participant.pk, {"address_id": address.pk})], now=now)
    return address


def move(*, participant: Participant, given: GivenAddress, actor: Actor, now: datetime) -> Address:
    """The person lives somewhere else from now on, at a door where others may be known; returns the new address."""
    at_street = people_at_streets(streets=[given.street], seen_by=RULES)
    living_there = at_street[given.household] + 1
    return change_address(participant=participant, given=given, actor=actor, now=now, living_there=living_there)


def confirm_address(*, participant: Participant, now: datetime) -> None:
    """The person says that they still live where they said."""
    with transaction.atomic():
        record(verb="address.confirmed", actor=participant.as_actor(), now=now, participant_id=participant.pk)


def keep_fixes(*, fixes: Sequence[LocationFix], now: datetime) -> None:
    """Keep where devices were at their check-ins. The ledger says that a place was taken, never which."""
    if not fixes:
        return
    with transaction.atomic(savepoint=False):
        LocationFix.objects.bulk_create(fixes)
        lines = (
            Line(
                "place.taken",
                _sender(fix),
                "locationfix",
                fix.pk,
                fix.participant_id,
                in_force(PlacesPolicy, now=now).version,
            )
            for fix in fixes
        )
        record_lines(lines=lines, now=now)


def _sender(fix: LocationFix) -> Actor:
    return Actor(ActorKind.PARTICIPANT, fix.participant_id)


def forget(*, before: datetime, now: datetime) -> None:
    """Erase location fixes received before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = LocationFix.objects.filter(received_at__lt=before).delete()
        record(
            verb="places.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(PlacesPolicy, now=now).version,
            count=count,
        )
