"""`kill -9` of any process, and a restart: what was acknowledged is there, and the service comes back by itself."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.homes import empty_home, ready_home
from tests.stories.conftest import ADSUM, Service, environment, free_port, start, stop


@pytest.fixture
def own() -> Iterator[Service]:
    with ready_home("kill") as home:
        service = start(home, free_port(), people=5)
        yield service
        if service.process.poll() is None:
            stop(service)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def child_named(service: Service, word: str) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for pid in children(service.process.pid):
            if word in command_of(pid):
                return pid
        time.sleep(0.1)
    raise AssertionError(f"no {word} is running")


def wait_until_ready(service: Service, seconds: int = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{service.url}/health/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError((service.home / "run.log").read_text())


def wait_until_gone(pids: list[int], seconds: int = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return
        time.sleep(0.1)
    raise AssertionError([command_of(pid) for pid in pids if Path(f"/proc/{pid}").exists()])


def test_each_process_is_killed_and_comes_back(own: Service) -> None:
    people = own.sql("SELECT count(*) FROM adsum_participant")
    victims: tuple[Callable[[], int], ...] = (
        lambda: children(child_named(own, "granian"))[0],
        lambda: child_named(own, "granian"),
        lambda: child_named(own, "worker"),
        lambda: int((own.home / "postgres" / "postmaster.pid").read_text().split()[0]),
    )
    for find in victims:
        victim = find()
        os.kill(victim, signal.SIGKILL)
        wait_until_gone([victim])
        time.sleep(1)
        wait_until_ready(own)
        assert find() != victim
    assert own.sql("SELECT count(*) FROM adsum_participant") == people


def test_the_supervisor_is_killed_and_nothing_outlives_it_but_the_database(own: Service) -> None:
    before = own.sql("SELECT count(*) FROM adsum_ledgerline")[0][0]
    web = child_named(own, "granian")
    everyone = [pid for pid in (*children(own.process.pid), *children(web)) if "postgres" not in command_of(pid)]
    own.process.kill()
    own.process.wait()
    wait_until_gone(everyone)
    again = start(own.home, own.port, people=5)
    wait_until_ready(again)
    assert again.sql("SELECT count(*) FROM adsum_ledgerline")[0][0] >= before
    assert stop(again) == 0
    with pytest.raises(psycopg.OperationalError):
        again.sql("SELECT 1")


def test_ctrl_c_ends_all_of_it_cleanly(own: Service) -> None:
    everyone = [own.process.pid, *children(own.process.pid), *children(child_named(own, "granian"))]
    postmaster = int((own.home / "postgres" / "postmaster.pid").read_text().split()[0])
    assert stop(own) == 0
    wait_until_gone([*everyone, postmaster])
    log = (own.home / "run.log").read_text()
    assert "Stopped. Everything that was acknowledged is kept." in log
    assert "Traceback" not in log


def test_a_port_that_is_taken_is_said_in_one_line(own: Service) -> None:
    taken = f"port {own.port} on 127.0.0.1 cannot be had"
    with empty_home("port") as home, pytest.raises(AssertionError, match=taken):
        start(home, own.port)


def test_phones_that_send_slowly_do_not_stop_the_others(own: Service) -> None:
    head = b"POST /start/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\nContent-Type: text/plain\r\n\r\nslow"
    slow = [socket.create_connection(("127.0.0.1", own.port)) for _ in range(12)]
    try:
        for phone in slow:
            phone.sendall(head)
        time.sleep(1)
        with urllib.request.urlopen(f"{own.url}/health/live", timeout=3) as answer:
            assert answer.status == 200
    finally:
        for phone in slow:
            phone.close()


def test_a_start_that_is_stopped_in_the_middle_leaves_nothing_half() -> None:
    with empty_home("half") as home:
        port = free_port()
        command = [str(ADSUM), "run", "--port", str(port), "--people", "300", "--json"]
        with (home / "run.log").open("a") as log:
            first = subprocess.Popen(command, env=environment(home, port), stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not (home / "demo-wave.csv").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        first.terminate()
        assert first.wait(30) == 130
        assert not (home / "postgres" / "postmaster.pid").exists()
        again = start(home, port, people=20)
        assert again.sql("SELECT count(*) FROM adsum_participant")[0][0] <= 20
        assert len(again.welcome["sign_ins"]) == 3
        assert stop(again) == 0
