"""Tokens for partners that have shown their secret."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from adsum.ledger.actions import record
from adsum.partners.models import Partner, PartnerToken
from adsum.partners.policy import PartnersPolicy
from adsum.partners.rules import TOKEN_PREFIX, hash_secret
from adsum.policies.queries import in_force


def give_token(*, partner: Partner, scopes: Collection[str], now: datetime) -> tuple[str, int]:
    """A token for these scopes, and for how many seconds it holds."""
    policy = in_force(PartnersPolicy, now=now)
    token, holds = TOKEN_PREFIX + secrets.token_urlsafe(32), timedelta(minutes=policy.token_minutes)
    with transaction.atomic():
        made = PartnerToken.objects.create(
            partner=partner, token_hash=hash_secret(token), scopes=list(scopes), made_at=now, expires_at=now + holds
        )
        Partner.objects.filter(pk=partner.pk).update(let_in_at=now)
        actor, version = partner.as_actor(), policy.version
        record(verb="partner.let-in", actor=actor, now=now, subject=made, policy=version, scopes=list(scopes))
    return token, int(holds.total_seconds())
