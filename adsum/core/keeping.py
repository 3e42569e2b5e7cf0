"""Small files that must outlive a power cut: whole or not there, and there once they were used."""

import os
import tempfile
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes


def keep_once(path: Path, fresh: bytes) -> bytes:
    """What this file holds; where there is none, `fresh` is put there, readable by its owner only.

    Of two who do that at once the first one wins, for both.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=path.name, dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
        Path(aside).unlink()
        flush(path.parent)
    return path.read_bytes()


def keep_webhook_secret(path: Path) -> str:
    """The secret in this file, in the form of Standard Webhooks; made once. An agency's own may be put there before."""
    return keep_once(path, f"whsec_{b64encode(token_bytes(32)).decode()}".encode()).decode().strip()


def flush(path: Path) -> None:
    """Have the disk keep this file, or this folder's names, through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write this file anew: whoever looks, also after a power cut, finds all of it or what was there before.

    Its folder is there already; else OSError.
    """
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=mode)
    part.write_bytes(content)
    flush(part)
    part.replace(path)
    flush(path.parent)


def keep_piece(path: Path, *, at: int, piece: bytes) -> None:
    """Write `piece` at this offset (bytes) of a file that grows by pieces; it is on the disk when this returns."""
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.truncate(at)
        file.seek(at)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        flush(path.parent)
