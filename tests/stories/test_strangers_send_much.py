"""Somebody who is not signed in sends fifteen megabytes, fast or drop by drop: they are shown the way in at once."""

import socket
import time

import pytest

from tests.stories.conftest import Service

MUCH = 15_000_000


@pytest.mark.parametrize("path", ["/photo/", "/console/people/1/enrolment-photo/"])
@pytest.mark.parametrize("at_once", [1, 64_000], ids=["slowly", "quickly"])
def test_a_stranger_holds_nothing_of_the_service(service: Service, path: str, at_once: int) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {MUCH}\r\n\r\n"
    )
    began, lines = time.monotonic(), []
    for _ in range(20):  # more than the service has threads
        line = socket.create_connection(("127.0.0.1", service.port), timeout=10)
        line.sendall(head.encode() + b"x" * at_once)
        lines.append(line)
    for line in lines:
        with line:
            assert line.recv(12) == b"HTTP/1.1 302"
    assert time.monotonic() - began < 10
