"""One request is done once: its key is claimed, its answer kept. And how often somebody asks."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from adsum.partners.models import Partner, PartnerAnswer
from adsum.partners.policy import PartnersPolicy
from adsum.partners.rules import Use, use_of
from adsum.policies.queries import in_force

_COUNT = """
INSERT INTO adsum_partneruse AS u (who, minute, requests) VALUES (%s, %s, 1)
ON CONFLICT (who, minute) DO UPDATE SET requests = u.requests + 1 RETURNING requests
"""


def count_request(*, who: str, limit: int, now: datetime) -> Use:
    """Count one more request of this minute; returns what is left of so many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [who, now.replace(second=0, microsecond=0)])
        ((count,),) = cursor.fetchall()
    return use_of(count, limit=limit, now=now)


def claim_key(*, partner: Partner, key: str, request_hash: str, now: datetime) -> tuple[PartnerAnswer, bool]:
    """The row of this key, and whether it is ours to answer now. One that was left without an answer is taken over."""
    with transaction.atomic():
        begun = {"request_hash": request_hash, "began_at": now}
        claim, made = PartnerAnswer.objects.get_or_create(partner=partner, key=key, defaults=begun)
        if made or claim.status is not None or claim.request_hash != request_hash:
            return claim, made
        given_up = now - timedelta(seconds=in_force(PartnersPolicy, now=now).in_flight_seconds)
        left = PartnerAnswer.objects.filter(pk=claim.pk, status__isnull=True, began_at__lt=given_up)
        claim.began_at = now
        return claim, bool(left.update(began_at=now))


def keep_answer(
    *, claim: PartnerAnswer, participant_id: int | None, status: int, headers: dict[str, str], body: str, now: datetime
) -> None:
    """What was answered; the same key gets it again."""
    with transaction.atomic():
        done = {"status": status, "headers": headers, "body": body, "participant_id": participant_id}
        PartnerAnswer.objects.filter(pk=claim.pk, began_at=claim.began_at).update(**done)


def release_key(*, claim: PartnerAnswer, now: datetime) -> None:
    """Nothing was done: the key may be used again."""
    with transaction.atomic():
        PartnerAnswer.objects.filter(pk=claim.pk, status__isnull=True).delete()
