"""Codes for many people at once, each made by whoever sends it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from adsum.core.ids import keyed_hash
from adsum.enrolment.models import Invitation
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.ledger.actions import record_lines
from adsum.ledger.rules import Actor, Line
from adsum.people.models import Participant
from adsum.policies.queries import in_force


def issue_invitations(*, codes: Mapping[int, str], actor: Actor, now: datetime) -> frozenset[int]:
    """Have these codes open, by participant; earlier ones end. Returns whose code is open now.

    The same code given again changes nothing, so that a sender who was stopped may begin again. One that has been
    used, replaced or has expired meanwhile stays ended.
    """
    hashes = {person: keyed_hash(settings.SECRET_KEY, "code", code) for person, code in codes.items()}
    policy = in_force(EnrolmentPolicy, now=now)
    with transaction.atomic():
        locked = Participant.objects.select_for_update(no_key=True).filter(pk__in=hashes).order_by("pk")
        people = set(locked.values_list("pk", flat=True))
        issued = Invitation.objects.filter(code_hash__in=hashes.values())
        known = {one.participant_id: one for one in issued}
        fresh = sorted(people - set(known))
        Invitation.objects.filter(participant__in=fresh, used_at__isnull=True, replaced_at__isnull=True).update(
            replaced_at=now
        )
        made = Invitation.objects.bulk_create(
            Invitation(
                participant_id=person,
                code_hash=hashes[person],
                issued_at=now,
                expires_at=now + timedelta(days=policy.code_days),
            )
            for person in fresh
        )
        record_lines(
            lines=(
                Line("invitation.issued", actor, "invitation", one.pk, one.participant_id, policy.version)
                for one in made
            ),
            now=now,
        )
    still = (one.participant_id for one in known.values() if _is_open(one, now))
    return frozenset([*fresh, *still])


def _is_open(invitation: Invitation, now: datetime) -> bool:
    return invitation.used_at is None and invitation.replaced_at is None and invitation.expires_at > now
