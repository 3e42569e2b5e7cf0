"""The secrets by which subscribers know that it is Adsum who speaks. A file each, for its owner only."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from adsum.core.keeping import flush, keep_webhook_secret
from adsum.outbox.policy import OutboxPolicy
from adsum.policies.queries import in_force

BY_SETTING = "webhook"  # the code of the subscriber whom ADSUM_WEBHOOK_URL names


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
    _write(_folder() / code, secret)


def keep_key(code: str, key: str) -> None:
    """What we say to this counterpart so that it answers us."""
    _write(_folder() / f"{code}.key", key)


def key_of(code: str) -> str:
    """What we say to it; empty where nothing was agreed."""
    kept = _folder() / f"{code}.key"
    return kept.read_text().strip() if kept.exists() else ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_text(f"{text}\n")
    flush(part)
    part.replace(path)
    flush(path.parent)


def _folder() -> Path:
    return Path(settings.SUBSCRIBER_SECRETS)
