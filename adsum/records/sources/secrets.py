"""The secret of a source: it signs what comes from there and what is asked of it. A file each, for its owner only."""

from base64 import b64encode
from pathlib import Path
from secrets import token_bytes

from adsum.core.keeping import keep_once


def secret_of(code: str, folder: Path) -> str:
    """The secret of the source with this code; made once. An agency's own may be put there before."""
    return keep_once(folder / code, f"whsec_{b64encode(token_bytes(32)).decode()}".encode()).decode().strip()
