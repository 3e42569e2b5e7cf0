"""Keeping addresses and location fixes, and erasing them on time."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.people.models import Participant
from adsum.places.models import Address, LocationFix
from adsum.places.policy import POLICY
from adsum.places.rules import GivenAddress, class_of_fix, grade_address


def add_addresses(*, addresses: Iterable[Address], actor: Actor, now: datetime) -> None:
    """Keep the first addresses of new participants; one ledger line says how many."""
    with transaction.atomic():
        added = Address.objects.bulk_create(addresses, batch_size=2_000)
        record(
            verb="addresses.added",
            actor=actor,
            now=now,
            policy=POLICY.version,
            count=len(added),
        )


def change_address(*, participant: Participant, given: GivenAddress, actor: Actor, now: datetime) -> Address:
    """The person lives somewhere else from now on; the former address is kept with its end."""
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
            faults=grade_address(given, living_there=1, policy=POLICY),
            given_by=actor.kind,
            since=now,
        )
        record(
            verb="address.changed",
            actor=actor,
            now=now,
            subject=address,
            participant_id=participant.pk,
            policy=POLICY.version,
        )
    return address


def keep_fix(
    *,
    participant: Participant,
    latitude: float,
    longitude: float,
    accuracy_m: float,
    taken_at: datetime,
    now: datetime,
) -> LocationFix:
    """Keep where the device was at a check-in. The ledger says that a place was taken, never which."""
    with transaction.atomic():
        fix = LocationFix.objects.create(
            participant=participant,
            place_class=class_of_fix(accuracy_m, policy=POLICY),
            latitude=latitude,
            longitude=longitude,
            accuracy_m=accuracy_m,
            taken_at=taken_at,
            received_at=now,
        )
        record(
            verb="place.taken",
            actor=participant.as_actor(),
            now=now,
            subject=fix,
            participant_id=participant.pk,
            policy=POLICY.version,
        )
    return fix


def forget(*, before: datetime, now: datetime) -> None:
    """Erase location fixes received before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = LocationFix.objects.filter(received_at__lt=before).delete()
        record(
            verb="places.forgotten",
            actor=RULES,
            now=now,
            policy=POLICY.version,
            count=count,
        )
