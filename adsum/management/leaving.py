"""How a web worker leaves: it takes nobody new in, answers whoever is in, and only then closes its connections."""

import os
import socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from wsgiref.util import setup_testing_defaults

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Leaving:
    """WSGI: the application, and a way to leave. Callers that are not in yet stay in the socket, for the next worker.

    Granian closes what looks idle in the moment in which it stops to accept, also a connection whose request has
    arrived and is not read yet. So accepting ends first: the worker's number of the socket is made to mean another
    socket, on which nobody ever calls. The real one stays open in `adsum run`.
    """

    def __init__(self, application: Application, listening: int) -> None:
        self._application, self._listening = application, listening
        self._leaves = False
        self._nobody_calls = socket.socket(socket.AF_UNIX)
        self._nobody_calls.bind("")
        self._nobody_calls.listen()
        self._nobody_calls.setblocking(False)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._application(environ, partial(_start_last, start_response) if self._leaves else start_response)

    def leave(self) -> None:
        """From now on each answer is the last one of its connection."""
        self._leaves = True
        os.dup2(self._nobody_calls.fileno(), self._listening, inheritable=False)


def _start_last(start_response: StartResponse, status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
    return start_response(status, [*headers, ("Connection", "close")], *more)


def is_ready(application: Application) -> bool:
    """Ask the application itself, before anybody can call, whether it is ready to serve."""
    environ: Environ = {"PATH_INFO": "/health/ready", "REMOTE_ADDR": "127.0.0.1"}
    setup_testing_defaults(environ)
    said: list[str] = []
    answer = application(environ, lambda status, *_: said.append(status))
    try:
        list(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return said[0].startswith(("2", "3"))
