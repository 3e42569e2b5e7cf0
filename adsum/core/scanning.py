"""Asking a virus scanner: ClamAV's INSTREAM (clamd(8)), over TCP or a local socket."""

import socket
import struct
from enum import StrEnum
from pathlib import PurePosixPath

_PIECE = 64_000


class Verdict(StrEnum):
    """What the scanner found. No answer, or one that is not understood, is never “clean”."""

    CLEAN = "clean"
    INFECTED = "infected"
    NO_ANSWER = "no-answer"


def scan_content(content: bytes, *, at: str, seconds: float) -> Verdict:
    """Have clamd look at these bytes. `at` is host:port or the path of its socket."""
    try:
        with _connect(at, seconds) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except (OSError, ValueError):
        return Verdict.NO_ANSWER
    if answer == "stream: OK":
        return Verdict.CLEAN
    return Verdict.INFECTED if answer.endswith(" FOUND") else Verdict.NO_ANSWER


def _connect(at: str, seconds: float) -> socket.socket:
    if PurePosixPath(at).is_absolute():
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(seconds)
        line.connect(at)
        return line
    host, _, port = at.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4_096:
        more = line.recv(4_096)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode(errors="replace")
