"""The web is really killed over somebody's last chance: nobody is marked, and everybody can read that it was down."""

import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from tests.homes import ready_home
from tests.stories.conftest import Service, free_port, start, stop
from tests.stories.test_kill import child_named, children, wait_until_gone, wait_until_ready


@pytest.fixture
def own() -> Iterator[Service]:
    with ready_home("dies") as home:
        service = start(home, free_port(), people=5)
        yield service
        os.kill(service.process.pid, signal.SIGCONT)
        if service.process.poll() is None:
            stop(service)


def wait_for(is_so: Callable[[], bool], seconds: int) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return
        time.sleep(1)
    raise AssertionError("it did not come to that")


def test_nobody_is_missed_while_the_web_is_dead(own: Service) -> None:
    wait_for(lambda: bool(own.sql("SELECT 1 FROM adsum_heartbeat WHERE source = 'address'")), 60)
    web = child_named(own, "granian")
    os.kill(own.process.pid, signal.SIGSTOP)  # so that nobody starts it again
    processes = [web, *children(web)]
    for process in processes:
        os.kill(process, signal.SIGKILL)
    [(duty,)] = own.sql(
        "UPDATE adsum_duty SET missed_after = now() + interval '5 seconds' WHERE id = ("
        "SELECT d.id FROM adsum_duty d JOIN adsum_participant p ON p.id = d.participant_id"
        " WHERE d.outcome IS NULL AND p.activated_at IS NOT NULL LIMIT 1) RETURNING id"
    )
    own.sql("UPDATE adsum_heartbeat SET last_at = last_at - interval '2 minutes' WHERE source = 'address'")

    def moved() -> bool:
        return bool(own.sql("SELECT 1 FROM adsum_duty WHERE id = %s AND moved_from IS NOT NULL", duty))

    wait_for(moved, 150)
    assert own.sql("SELECT outcome FROM adsum_duty WHERE id = %s", duty) == [(None,)]
    own.sql("UPDATE adsum_heartbeat SET last_at = last_at - interval '10 minutes' WHERE source = 'address'")
    os.kill(own.process.pid, signal.SIGCONT)
    wait_until_gone(processes)
    wait_until_ready(own, 60)
    wait_for(lambda: bool(own.sql("SELECT 1 FROM adsum_outage WHERE source = 'address'")), 60)
    assert own.sql("SELECT outcome FROM adsum_duty WHERE id = %s", duty) == [(None,)]
    with urllib.request.urlopen(f"{own.url}/status/") as page:
        assert "The pages could not be opened." in page.read().decode()
