"""The keys for which devices seal check-ins that are made offline."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from adsum.checkins.policy import CheckinPolicy
from adsum.core.sealing import SealKey, add_seal_key, retire_seal_keys
from adsum.ledger.actions import record
from adsum.ledger.rules import Actor
from adsum.policies.queries import in_force


def renew_seal_key(*, folder: Path, actor: Actor, now: datetime) -> tuple[SealKey, list[str]]:
    """Make a new key; keys that were replaced so long ago that nothing sealed for them can come are deleted.

    Returns the new key and the names of those that are gone. The ledger has their names, never a key.
    """
    with transaction.atomic():
        key = add_seal_key(folder)
        gone = retire_seal_keys(
            folder, before=now - timedelta(days=in_force(CheckinPolicy, now=now).keep_seal_keys_days)
        )
        record(
            verb="seal-key.renewed",
            actor=actor,
            now=now,
            policy=in_force(CheckinPolicy, now=now).version,
            key=key.name,
            gone=gone,
        )
    return key, gone
