"""Two `adsum run` on one data folder: the second one says so and ends; a killed one is in nobody's way."""

import subprocess
import time
from pathlib import Path

from adsum.management.one_run import NAME
from tests.stories.conftest import ADSUM, Service, environment, free_port, start, stop
from tests.stories.test_kill import own

__all__ = ["own"]


def refused(service: Service, **more: str) -> str:
    """What a second one says on standard error while it does not start."""
    port = free_port()
    knows = environment(service.home, port) | more
    command = [str(ADSUM), "run", "--port", str(port), "--json"]
    done = subprocess.run(command, env=knows, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_a_second_one_is_told_who_runs_already(own: Service) -> None:
    line = f"(process {own.process.pid}, http://127.0.0.1:{own.port}): stop it, or give this one another ADSUM_HOME\n"
    assert refused(own) == f"adsum run: one runs already on {own.home} {line}"
    said = refused(own, DATABASE_URL=f"postgresql:///adsum?host={own.home}/socket&user=adsum")
    assert said.endswith(line)
    assert own.command("people", "count")["participants"] == 5
    assert own.process.poll() is None
    assert stop(own) == 0
    assert (own.home / NAME).read_text() == ""


def test_after_a_kill_the_next_one_starts_at_once(own: Service) -> None:
    own.process.kill()
    own.process.wait()
    begun = time.monotonic()
    again = start(own.home, own.port, people=5)
    took = time.monotonic() - begun
    assert again.command("people", "count")["participants"] == 5
    assert stop(again) == 0
    assert took < 35  # what the killed one had let in is answered first


def test_another_folder_is_another_adsum(own: Service, tmp_path: Path) -> None:
    command = [str(ADSUM), "reload", "--json"]
    knows = environment(own.home, own.port) | {
        "ADSUM_HOME": str(tmp_path),
        "DATABASE_URL": "postgresql:///none?host=/x",
    }
    done = subprocess.run(command, env=knows, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert own.command("reload")["reloaded"]
