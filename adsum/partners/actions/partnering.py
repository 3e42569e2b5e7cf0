"""Partners begun, described anew, paused, ended; their secrets. A secret is told once and kept as a hash."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.partners.models import Partner, PartnerSecret, PartnerToken
from adsum.partners.policy import PartnersPolicy
from adsum.partners.rules import CLIENT_PREFIX, SECRET_PREFIX, Described, hash_secret
from adsum.policies.queries import in_force


def add_partner(*, described: Described, actor: Actor, now: datetime) -> tuple[Partner, str]:
    """A new partner with its secret, told this once; or the new description of a known one, whose secret goes on.

    One that was ended begins anew: it gets a secret of its own, and no older one holds.
    """
    said: dict[str, Any] = {
        "title": described.title,
        "offices": list(described.offices),
        "scopes": list(described.scopes),
        "why": described.why,
        "changed_at": now,
    }
    with transaction.atomic():
        before = Partner.objects.select_for_update().filter(code=described.code).first()
        fresh = before is None or before.ended_at is not None
        new = {**said, "added_at": now, "client_id": f"{CLIENT_PREFIX}{secrets.token_hex(12)}"}
        known = {**said, "ended_at": None, "paused_at": None} if fresh else said
        partner, _ = Partner.objects.update_or_create(code=described.code, defaults=known, create_defaults=new)
        secret = _new_secret(partner, now) if fresh else ""
        facts: dict[str, Any] = {
            "code": partner.code,
            "offices": partner.offices,
            "scopes": partner.scopes,
            "why": partner.why,
        }
        verb = "partner.added" if fresh else "partner.changed"
        record(verb=verb, actor=actor, now=now, subject=partner, **facts)
    return partner, secret


def rotate_partner_secret(*, partner: Partner, actor: Actor, now: datetime) -> tuple[str, datetime]:
    """A new secret, told this once; the one until now holds until the moment returned beside it."""
    both_until = now + timedelta(hours=in_force(PartnersPolicy, now=now).two_secrets_hours)
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        last = PartnerSecret.objects.filter(partner=partner, ends_at__isnull=True)
        PartnerSecret.objects.filter(partner=partner).exclude(pk__in=last).filter(ends_at__gt=now).update(ends_at=now)
        last.update(ends_at=both_until)
        secret = _new_secret(partner, now)
        record(verb="partner.rotated", actor=actor, now=now, subject=partner, code=partner.code)
    return secret, both_until


def pause_partner(*, partner: Partner, reason: str, actor: Actor, now: datetime) -> None:
    """It is not let in for now; the tokens it has help no more."""
    _set("partner.paused", partner, actor, now, reason=reason, paused_at=now)


def resume_partner(*, partner: Partner, actor: Actor, now: datetime) -> None:
    """It is let in again, with its secret."""
    _set("partner.resumed", partner, actor, now, paused_at=None)


def end_partner(*, partner: Partner, actor: Actor, now: datetime) -> None:
    """It is let in no more, and its secrets and tokens are gone. What it reported stays."""
    with transaction.atomic():
        PartnerSecret.objects.filter(partner=partner).delete()
        PartnerToken.objects.filter(partner=partner).delete()
        _set("partner.ended", partner, actor, now, ended_at=now)


def _new_secret(partner: Partner, now: datetime) -> str:
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    PartnerSecret.objects.create(partner=partner, secret_hash=hash_secret(secret), made_at=now)
    return secret


def _set(verb: str, partner: Partner, actor: Actor, now: datetime, reason: str = "", **fields: object) -> None:
    with transaction.atomic():
        Partner.objects.filter(pk=partner.pk).update(**fields, changed_at=now)
        because: dict[str, Any] = {"reason": reason} if reason else {}
        record(verb=verb, actor=actor, now=now, subject=partner, code=partner.code, **because)
