"""A small disk of the instrument's own, and filling it. Only root can mount one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adsum.management.instruments.leftovers import processes_of
from adsum.management.instruments.service import kill

SIZE_MB = 700


def can_mount() -> bool:
    """True where this process may mount a disk."""
    return os.geteuid() == 0 and bool(find_program("mount"))


@contextmanager
def small_disk(home: Path) -> Iterator[bool]:
    """A memory disk at this folder while inside; false, and a plain folder, where none can be mounted."""
    clear_away(home)
    home.mkdir(parents=True)
    mounted = can_mount() and run_program(
        "mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=0755", "adsum-torture", str(home)
    )
    try:
        yield mounted
    finally:
        unmount(home)


def clear_away(home: Path) -> None:
    """Take away what a killed run has left: processes, a mounted disk, files."""
    for pid in processes_of(home):
        kill(pid)
    unmount(home)
    shutil.rmtree(home, ignore_errors=True)


def unmount(home: Path) -> None:
    """Take away whatever is mounted there."""
    while os.path.ismount(home) and (run_program("umount", str(home)) or run_program("umount", "-l", str(home))):
        pass


@contextmanager
def filled(home: Path) -> Iterator[None]:
    """The disk is full while inside."""
    ballast = home / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(home).free - 65_536))
        with ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        yield
    finally:
        ballast.unlink(missing_ok=True)


def run_program(name: str, *arguments: str) -> bool:
    """Run one of the system's programs; true when it did what it was asked."""
    path = find_program(name)
    return bool(path) and subprocess.run([path, *arguments], capture_output=True).returncode == 0


def find_program(name: str) -> str:
    """Where one of the system's programs is; empty where it is not."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or ""
