"""Whatever still runs for a service that should be gone."""

from collections.abc import Sequence
from pathlib import Path

from adsum.management.instruments.service import is_alive


def processes_of(home: Path) -> list[int]:
    """Whatever still runs for a service of this folder."""
    words = (f"ADSUM_HOME={home}\0".encode(), f"{home}/postgres\0".encode())
    numbers = (path.name for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in map(int, numbers) if _mentions(pid, words)]


def _mentions(pid: int, words: Sequence[bytes]) -> bool:
    folder = Path(f"/proc/{pid}")
    try:
        said = (folder / "environ").read_bytes() + b"\0" + (folder / "cmdline").read_bytes()
    except OSError:
        return False
    return is_alive(pid) and any(word in said + b"\0" for word in words)
