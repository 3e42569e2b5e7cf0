"""The demo has a second system beside it: it answers, comes back when it dies, and goes when the service goes."""

import json
import time
import tomllib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import pytest

from adsum.management.instruments.service import Service, children_of, command_of, is_alive, kill, start_service
from tests.homes import ready_home


@pytest.fixture
def own() -> Iterator[Service]:
    with ready_home("two") as home:
        service = start_service(home, people=5, arguments=["--peers"])
        yield service
        service.stop()


def described(service: Service) -> dict[str, str]:
    return tomllib.loads((service.home / "legacy" / "tracker.toml").read_text())


def health(service: Service) -> dict[str, Any]:
    """What the tracker says of itself; empty while it does not answer."""
    said = described(service)
    connection = HTTPConnection(urlsplit(said["address"]).netloc, timeout=5)
    try:
        connection.request("GET", "/v1/health", headers={"X-Tracker-Key": said["key"]})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    except (OSError, HTTPException):
        return {}
    finally:
        connection.close()
    return answer


def heard(service: Service) -> dict[str, Any]:
    """How the two stand, as the operator's command says."""
    listed = service.command("exchange", "counterpart", "list")["counterparts"]
    return listed[0] if listed else {}


def pid_of(service: Service) -> int:
    """The tracker's process; 0 while there is none."""
    return next((pid for pid in children_of(service.process.pid) if "legacy_tracker" in command_of(pid)), 0)


def wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_other_system_lives_and_dies_with_the_demo(own: Service) -> None:
    wait_for(lambda: health(own))
    assert health(own)["rows"] == 6  # five people, and one who is unknown to us
    wait_for(lambda: heard(own).get("people") == 5, 60)
    assert heard(own)["strangers"] == 1
    wait_for(lambda: heard(own)["undecided"] >= 2)  # a telephone and a spelling
    first, where = pid_of(own), described(own)
    kill(first)
    wait_for(lambda: pid_of(own) not in (0, first) and health(own))
    second = pid_of(own)
    assert own.command("reload")["reloaded"]
    wait_for(lambda: pid_of(own) not in (0, second) and health(own))
    third = pid_of(own)
    own.process.kill()
    own.process.wait()
    wait_for(lambda: not is_alive(third), 5)
    again = start_service(own.home, port=own.port, people=5, arguments=["--peers"])
    wait_for(lambda: health(again))
    assert described(again) == where
    fourth = pid_of(again)
    assert again.stop() == 0
    assert not is_alive(fourth)
    assert "Traceback" not in (own.home / "run.log").read_text()
