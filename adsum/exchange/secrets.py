"""The secrets by which subscribers know that it is Adsum who speaks. A file each, for its owner only."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from adsum.core.keeping import flush, keep_webhook_secret, put_whole
from adsum.outbox.policy import OutboxPolicy
from adsum.policies.queries import in_force

BY_SETTING = "webhook"  # the code of the subscriber whom ADSUM_WEBHOOK_URL names


def fault_of_code(code: str) -> list[str]:
    """What is wrong with giving a system this code: its secret would be that of another."""
    return [f"code: {BY_SETTING} is the one that ADSUM_WEBHOOK_URL names; give another"] if code == BY_SETTING else []


def secrets_of(code: str, *, rotated_at: datetime | None, now: datetime) -> list[str]:
    """The secret of the subscriber with this code, made once; beside it the one before, while both hold."""
    if code == BY_SETTING:
        return [settings.WEBHOOK_SECRET]
    secrets = [keep_webhook_secret(_folder() / code)]
    both = timedelta(hours=in_force(OutboxPolicy, now=now).two_secrets_hours)
    before = _folder() / f"{code}.before"
    if rotated_at and now < rotated_at + both and before.exists():
        secrets.append(before.read_text().strip())
    return secrets


def rotate_secret(code: str) -> str:
    """A new secret; the one until now holds beside it for the policy's hours. Returns the new one."""
    now_held = _folder() / code
    keep_webhook_secret(now_held)
    now_held.replace(_folder() / f"{code}.before")
    flush(_folder())
    return keep_webhook_secret(now_held)


def keep_secret(code: str, secret: str) -> None:
    """The secret that this counterpart signs its messages with, where it chose one."""
    _keep(code, secret)


def keep_key(code: str, key: str) -> None:
    """What we say to this counterpart so that it answers us."""
    _keep(f"{code}.key", key)


def key_of(code: str) -> str:
    """What we say to it; empty where nothing was agreed."""
    kept = _folder() / f"{code}.key"
    return kept.read_text().strip() if kept.exists() else ""


def _keep(name: str, text: str) -> None:
    _folder().mkdir(parents=True, exist_ok=True)
    put_whole(_folder() / name, f"{text}\n".encode())


def _folder() -> Path:
    return Path(settings.SUBSCRIBER_SECRETS)
