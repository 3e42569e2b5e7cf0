"""The sockets that the web listens on: opened once by `adsum run`, handed down, open for as long as it runs.

One for each web worker; the kernel spreads the callers. Whoever calls while a worker is replaced waits in its socket.
"""

import socket
import time

BACKLOG = 512


class PortTaken(Exception):
    """Somebody else listens there; the message says so in one line."""


def wait_for_port(host: str, port: int, *, seconds: float) -> None:
    """Return when nobody listens there any more. Raises PortTaken when somebody still does after so many seconds."""
    deadline = time.monotonic() + seconds
    while (reason := _why_taken(host, port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if reason:
        raise PortTaken(f"port {port} on {host} cannot be had ({reason}): give another --port")


def listen(host: str, port: int, *, count: int) -> list[socket.socket]:
    """So many sockets that listen there. Raises PortTaken."""
    try:
        return [_listen(host, port) for _ in range(count)]
    except OSError as error:
        raise PortTaken(f"port {port} on {host} cannot be had ({error.strerror}): give another --port") from error


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _listen(host: str, port: int) -> socket.socket:
    opened = _socket_for(host)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.bind((host, port))
    opened.listen(BACKLOG)
    opened.setblocking(False)
    return opened


def _why_taken(host: str, port: int) -> str:
    with _socket_for(host) as probe:
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _socket_for(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made
