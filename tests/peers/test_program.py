"""The tracker as a program: two at once, killed in the middle, a million subjects' worth of haste, odd lists."""

import json
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from peers.legacy_tracker.rows import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
LISTED = 'a_no,nm,dob,cust\nA000000001,"REYES, ANA",07/25/1999,D\n'


class Running:
    """One run of the program, on a port of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "peers.legacy_tracker", "--data", str(folder), "--port", "0", *words]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.said = self.process.stdout.readline()

    def ask(self, method: str, path: str, said: object = None) -> dict[str, Any]:
        port = int(self.said.split(",")[0].rsplit(":", 1)[1])
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path, json.dumps(said) if said else None, {"X-Tracker-Key": "tracker"})
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer
        finally:
            connection.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        _, complaints = self.process.communicate(timeout=20)
        return self.process.returncode, complaints


def listed(folder: Path, content: str = LISTED, encoding: str = "utf-8") -> Path:
    path = folder / "subjects.csv"
    path.write_bytes(content.encode(encoding))
    return path


def test_it_keeps_what_it_answered_through_kills_in_the_middle_of_writing(tmp_path: Path) -> None:
    rev = 1
    for turn in range(3):
        running = Running(tmp_path / "d", "--subjects", str(listed(tmp_path)))
        assert running.ask("GET", "/v1/subjects/LT-00000001")["row"]["rev"] in (rev, rev + 1)  # one was not answered
        answered: list[int] = []

        def write(running: Running = running, answered: list[int] = answered, turn: int = turn) -> None:
            try:
                for number in range(10_000):
                    said = {"set": {"tel": f"{turn}{number:06}"}}
                    answered.append(running.ask("PUT", "/v1/subjects/LT-00000001", said)["row"]["rev"])
            except (OSError, HTTPException, ValueError):
                return

        writer = Thread(target=write)
        writer.start()
        while len(answered) < 20:
            time.sleep(0.01)
        running.kill()
        writer.join()
        rev = answered[-1]
    running = Running(tmp_path / "d")
    assert running.ask("GET", "/v1/subjects/LT-00000001")["row"]["rev"] in (rev, rev + 1)
    assert running.end() == (0, "")


def test_a_kill_leaves_no_half_file_and_the_next_file_has_what_was_not_written(tmp_path: Path) -> None:
    rows = "".join(f'A{number:09},"REYES, ANA",07/25/1999\n' for number in range(30_000))
    given = ("--subjects", str(listed(tmp_path, f"a_no,nm,dob\n{rows}")), "--night-seconds", "1")
    out = tmp_path / "d" / "out"
    running = Running(tmp_path / "d", *given)
    deadline = time.monotonic() + 20
    while not any(out.glob("*.part")) and not any(out.glob("*.txt")) and time.monotonic() < deadline:
        time.sleep(0.001)
    running.kill()
    running = Running(tmp_path / "d", "--night-seconds", "1")
    while running.ask("GET", "/v1/health")["night"]["waiting"]:
        time.sleep(0.1)
    assert running.end() == (0, "")
    seen = set()
    for file in out.glob("*.txt"):
        lines = file.read_text(encoding="cp1252").splitlines()
        assert lines[0] == "|".join(COLUMNS) and int(lines[-1].split("|")[1]) == len(lines) - 2
        seen |= {line.split("|")[1] for line in lines[1:-1]}
    assert len(seen) == 30_000 and not list(out.glob("*.part"))


def test_the_next_file_is_due_when_it_was_due_before_the_restart(tmp_path: Path) -> None:
    first = Running(tmp_path / "d")
    due = first.ask("GET", "/v1/health")["night"]["due"]
    first.kill()
    time.sleep(1.1)
    again = Running(tmp_path / "d")
    assert again.ask("GET", "/v1/health")["night"]["due"] == due
    again.end()


def test_a_second_one_waits_for_the_end_of_the_first(tmp_path: Path) -> None:
    first = Running(tmp_path / "d")
    port = first.said.split(",")[0].rsplit(":", 1)[1]
    took: list[Running] = []
    waiting = Thread(target=lambda: took.append(Running(tmp_path / "d", "--port", port)))
    waiting.start()
    time.sleep(1)
    assert not took
    assert first.end() == (0, "")
    waiting.join(20)
    assert took[0].said == first.said
    assert took[0].end() == (0, "")


def test_a_bulk_load_is_all_or_nothing_and_quick(tmp_path: Path) -> None:
    rows = "".join(f'A{number:09},"REYES, ANA",07/25/1999,12125550101\n' for number in reversed(range(20_000)))
    bad = listed(tmp_path, f'a_no,nm,dob,tel\n{rows}A1,"REYES, ANA",07/25/1999,\n')
    refused = Running(tmp_path / "d", "--subjects", str(bad))
    _, complaints = refused.process.communicate()
    assert refused.process.returncode == 2 and "row 20001: a_no" in complaints
    began = os.times().children_user
    full = Running(tmp_path / "d", "--subjects", str(listed(tmp_path, f"a_no,nm,dob,tel\n{rows}")))
    assert full.ask("GET", "/v1/health")["rows"] == 20_000
    assert full.ask("GET", "/v1/subjects/LT-00000001")["row"]["a_no"] == "A000019999"
    full.end()
    assert os.times().children_user - began < 10  # 20,000; a million in 500 s at the worst, about 40 usually


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        ('a_no,nm,dob\nA000000001,"PEÑA, ANA",07/25/1999\n', "cp1252", "utf-8"),
        ("a_no,nm,dob\nA000000001,X,07/25/1999\n", "utf-8", "row 1: nm"),
        ('a_no,nm,dob\nA00000000١,"PEÑA, ANA",07/25/1999\n', "utf-8", "row 1: a_no"),
        ('a_no,nm,dob,extra\nA000000001,"X, Y",07/25/1999,1\n', "utf-8", "no column extra"),
        ('a_no,nm,dob\nA000000001,"X, Y",07/25/1999,more\n', "utf-8", "no column"),
        ('a_no,nm,dob\nA000000001,"X\0, Y",07/25/1999\n', "utf-8", ""),
        ("a_no\nA000000001\n", "utf-8", "nm and dob: needed"),
        (
            'subj_no,a_no,nm,dob\nLT-00000001,A000000001,"X, Y",07/25/1999\nLT-00000001,A000000002,"X, Y",07/25/1999\n',
            "utf-8",
            "somebody else's",
        ),
    ],
)
def test_a_list_that_cannot_be_held_is_refused_in_one_line(
    tmp_path: Path, content: str, encoding: str, said: str
) -> None:
    refused = Running(tmp_path / "d", "--subjects", str(listed(tmp_path, content, encoding)))
    _, complaints = refused.process.communicate()
    assert refused.process.returncode == 2
    assert said in complaints and "Traceback" not in complaints


@pytest.mark.parametrize(
    "words",
    [
        ("--faults", "{"),
        ("--faults", '{"lag": true}'),
        ("--night-seconds", "0"),
        ("--push", "ftp://x", "--push-secret", "whsec_MTIz"),
        ("--push", "http://127.0.0.1:99999/", "--push-secret", "whsec_MTIz"),
        ("--push", "http://127.0.0.1/", "--push-secret", "MTIz"),
        ("--push", "http://127.0.0.1/", "--push-secret", "whsec_"),
    ],
)
def test_odd_arguments_are_refused_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = Running(tmp_path / "d", *words)
    _, complaints = refused.process.communicate()
    assert refused.process.returncode == 2 and "Traceback" not in complaints


def test_arguments_can_stand_in_a_file_and_it_can_be_silent(tmp_path: Path) -> None:
    (tmp_path / "words").write_text(f"--data\n{tmp_path / 'd'}\n--port\n0\n--quiet\n--key\ns3cret\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "peers.legacy_tracker", f"@{tmp_path / 'words'}"], cwd=ROOT, stdout=subprocess.PIPE
    )
    while not (tmp_path / "d" / "tracker.sqlite").exists():
        time.sleep(0.05)
    time.sleep(1)
    process.terminate()
    assert process.communicate(timeout=20)[0] == b"" and process.returncode == 0
