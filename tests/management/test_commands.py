"""The `adsum` command as outside checks call it: one JSON object, exact keys, one line for what is wrong."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from adsum.management.demo import write_wave
from adsum.management.entry import HELP
from adsum.management.postgres import ADMIN, LOGIN, embedded_url, running_server
from tests.homes import ready_home

ADSUM = Path(sys.executable).with_name("adsum")
pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with ready_home("cli") as home, running_server(home, settings=("fsync=off",)):
        yield home


def adsum(home: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_"))}
    environment = {**kept, "ADSUM_HOME": str(home)}
    return subprocess.run([ADSUM, *arguments], env=environment, input=stdin, capture_output=True, timeout=120)


def answer(home: Path, *arguments: str, stdin: bytes = b"") -> dict[str, object]:
    done = adsum(home, *arguments, "--json", stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, object] = json.loads(done.stdout)
    assert done.stdout.count(b"\n") == 1
    return found


def refusal(home: Path, *arguments: str, stdin: bytes = b"") -> str:
    done = adsum(home, *arguments, "--json", stdin=stdin)
    assert done.returncode != 0
    assert done.stdout == b""
    lines = [line for line in done.stderr.decode().splitlines() if line]
    assert len(lines) == 1, lines
    return lines[0]


def test_a_new_key_for_check_ins_made_offline(home: Path) -> None:
    before = answer(home, "seals", "show")
    after = answer(home, "seals", "renew")
    assert (after["older"], after["deleted"]) == ([before["newest"]], [])
    assert answer(home, "seals", "show") == after


def test_a_wave_from_an_empty_folder_to_figures(home: Path, tmp_path: Path) -> None:
    text = write_wave(people=200, seed=5, first_day=date(2027, 1, 1))
    path = tmp_path / "wave.csv"
    path.write_text(text, encoding="utf-8", newline="")
    first = answer(home, "enrol", str(path), "--office", "NYC", "--wave", "w1")
    assert set(first) >= {"read", "enrolled", "rejected", "already", "graded", "rejects_file", "seconds"}
    assert first["read"] == first["enrolled"] + first["rejected"] == 200  # type: ignore[operator]
    assert first["rejects_file"] == str(tmp_path / "wave.rejects.csv")
    rejects = Path(str(first["rejects_file"])).read_text(encoding="utf-8-sig").splitlines()
    assert len({line.split(",")[0] for line in rejects[1:]}) == first["rejected"]
    assert answer(home, "people", "count") == {"participants": first["enrolled"], "duties_open": first["enrolled"]}

    packed = answer(home, "enrol", "-", "--office", "NYC", "--wave", "w1", stdin=gzip.compress(text.encode()))
    assert (packed["enrolled"], packed["already"], packed["rejected"]) == (0, first["enrolled"], first["rejected"])
    assert packed["graded"] == first["graded"]
    assert Path(str(packed["rejects_file"])).is_relative_to(home)

    cut = refusal(home, "enrol", "-", "--office", "NYC", "--wave", "w2", stdin=text.encode()[:-400])
    assert "cut" in cut
    assert answer(home, "people", "count")["participants"] == first["enrolled"]
    assert "No such file" in refusal(home, "invite", "--wave", "w1", "--out", "/nonexistent/x.csv")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("enrol", "/nowhere.csv", "--office", "NYC", "--wave", "w"), "cannot be read"),
        (("enrol", "-", "--office", "nyc", "--wave", "w"), "is empty"),
        (("enrol", "-", "--office", "NYC", "--wave", " "), "--wave must be a name"),
        (("invite", "A000000009"), "no participant has the case number"),
        (("invite",), "give a case number"),
        (("invite", "--wave", "none", "--out", "/tmp/x"), "there is no wave"),
        (("staff", "add", "a@example.org", "--name", "A", "--office", "XXX"), "there is no office XXX"),
        (("demo", "--people", "0", "--out", "/tmp/x"), "at least 1"),
        (("demo", "--history-days", "6"), "must be from 7 to 1825"),
        (("nonsense",), "there is no command “nonsense”"),
        (("enrol",), "the following arguments are required: FILE, --office, --wave"),
        (("people", "list"), "invalid choice"),
        (("run", "--port", "99999"), "is no port"),
        (("staff", "add", "nobody", "--name", "A", "--office", "NYC"), "is no e-mail address"),
    ],
)
def test_what_is_wrong_is_one_line(home: Path, arguments: tuple[str, ...], says: str) -> None:
    assert says in refusal(home, *arguments)


@pytest.mark.parametrize("arguments", [("policy", "show"), ("people", "count"), ("--help",)])
def test_whoever_reads_no_further_has_had_enough(home: Path, arguments: tuple[str, ...]) -> None:
    """As `adsum policy show | head -1` does."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [ADSUM, *arguments], env={**os.environ, "ADSUM_HOME": str(home)}, stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_check_finds_nothing_wrong_and_then_what_is_wrong(home: Path) -> None:
    answer(home, "people", "count")
    found = answer(home, "check")
    names = ["settings", "disk", "database", "migrations", "rights", "clock", "queue", "pulse", "set-aside", "outbox"]
    assert [finding["name"] for finding in found["findings"]] == [*names, "sources"]  # type: ignore[attr-defined]
    with psycopg.connect(embedded_url(home), autocommit=True) as connection:
        connection.execute("GRANT UPDATE ON adsum_ledgerline TO adsum_app")
        done = adsum(home, "check", "--json")
        connection.execute("REVOKE UPDATE ON adsum_ledgerline FROM adsum_app")
    wrong = [finding for finding in json.loads(done.stdout)["findings"] if not finding["ok"]]
    assert (done.returncode, [finding["name"] for finding in wrong]) == (1, ["rights"])
    assert wrong[0]["mend"]


def test_a_database_that_does_not_answer_is_said_in_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {**os.environ, "ADSUM_HOME": str(home), "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    done = subprocess.run([ADSUM, "people", "count", "--json"], env=kept, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("adsum people: the database does not answer")
    assert done.stderr.count("\n") == 1


def test_a_newer_schema_is_refused(home: Path) -> None:
    answer(home, "people", "count")
    with psycopg.connect(embedded_url(home), autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('adsum', '9999_future', now())")
        said = refusal(home, "people", "count")
        connection.execute("DELETE FROM django_migrations WHERE name = '9999_future'")
    assert "of a newer Adsum (9999_future)" in said


def test_a_database_of_the_many_first_steps_goes_on_from_there(home: Path) -> None:
    before = answer(home, "people", "count")
    known = "INSERT INTO django_migrations (app, name, applied) SELECT 'adsum', unnest(%s::text[]), now()"
    steps = [name for _, name in import_module("adsum.migrations.0001_schema").Migration.replaces]
    with psycopg.connect(embedded_url(home), autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'adsum' AND name = '0001_schema'")
        connection.execute(known, [steps])
        after = answer(home, "people", "count")
        connection.execute("DELETE FROM django_migrations WHERE app = 'adsum' AND name = ANY(%s)", [steps])
        connection.execute(known, [["0001_schema"]])
    assert after == before


def test_help_reads_well(home: Path) -> None:
    done = adsum(home, "--help")
    assert (done.returncode, done.stdout.decode()) == (0, HELP)
    assert max(map(len, HELP.splitlines())) <= 110
    enrol = adsum(home, "enrol", "--help").stdout.decode()
    assert "usage: adsum enrol" in enrol
    assert all(
        word in enrol for word in ("--office CODE", "--wave NAME", "--json", "the export, or - for standard input")
    )
    assert "--traceback" not in enrol


def test_nobody_made_up_comes_among_those_who_were_enrolled(home: Path) -> None:
    text = write_wave(people=3, seed=9, first_day=date(2027, 1, 1))
    answer(home, "enrol", "-", "--office", "ALB", "--wave", "albany", stdin=text.encode())
    before = answer(home, "people", "count")
    assert "only where everybody is made up" in refusal(home, "demo", "--people", "600")
    assert answer(home, "people", "count") == before


def test_an_empty_database_is_filled_with_made_up_people_once(home: Path) -> None:
    with psycopg.connect(embedded_url(home, user=ADMIN, database="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
        connection.execute(f"CREATE DATABASE empty OWNER {LOGIN}")
    url = {"DATABASE_URL": embedded_url(home, database="empty"), "ADSUM_HOME": str(home)}
    command = [str(ADSUM), "demo", "--people", "503", "--history-days", "30", "--json"]
    first, again = (
        json.loads(subprocess.run(command, env={**os.environ, **url}, capture_output=True, check=True).stdout)
        for _ in range(2)
    )
    assert set(first) == {"people", "seconds", "rows"}
    assert first["people"] == first["rows"]["participant"] == first["rows"]["enrolment"] == 503
    assert (again["people"], again["rows"]) == (503, first["rows"])


def test_staff_and_invitations(home: Path) -> None:
    text = write_wave(people=3, seed=9, first_day=date(2027, 1, 1))
    answer(home, "enrol", "-", "--office", "BOS", "--wave", "boston", stdin=text.encode())
    staff = answer(home, "staff", "add", "a@example.org", "--name", "A", "--office", "BOS")
    assert set(staff) == {"email", "role", "office", "password"}
    out = home / "codes.csv"
    sent = answer(home, "invite", "--wave", "boston", "--out", str(out))
    assert sent["invited"] == len(out.read_text().splitlines()) - 1
    assert out.stat().st_mode & 0o077 == 0
    assert "exists already" in refusal(home, "invite", "--wave", "boston", "--out", str(out))
