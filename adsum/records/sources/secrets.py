"""The secret of a source: it signs what comes from there and what is asked of it. A file each, for its owner only."""

from pathlib import Path

from adsum.core.keeping import keep_webhook_secret


def secret_of(code: str, folder: Path) -> str:
    """The secret of the source with this code; made once. An agency's own may be put there before."""
    return keep_webhook_secret(folder / code)
