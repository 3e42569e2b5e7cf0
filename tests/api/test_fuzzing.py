"""Schemathesis over the whole API for partners, against a real server: each operation, however slow the machine is.

`--fuzz-seconds N` tries for so long instead, and as far as it comes.

What it finds is an answer that the document does not describe, a mistake of ours (500), or a door that lets in who
shows no token. Half of the time the ids are made up; half of the time they are those of a person who is there.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from adsum.api.partners.describing import document
from adsum.offices.models import FieldOffice
from adsum.partners.policy import PartnersPolicy
from tests.factories import make_appointment, make_office, make_participant
from tests.partners.known import Program, make_program

EXAMPLES = 10  # of each operation, beside those at the edges of what the document allows
METHODS = {"get", "put", "post", "delete", "patch"}
SETTINGS = Path(__file__).with_name("fuzzing.toml")
PROGRAM = Path(sys.executable).with_name("schemathesis")
WIDE = PartnersPolicy(requests_per_minute=100_000, refusals_per_minute=10_000, misses_per_minute=10_000)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("fuzzing")]


@pytest.fixture
def program(committed: str, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A partner that may everything, as often as it likes."""
    for module in ("letting_in", "people"):
        monkeypatch.setattr(f"adsum.api.partners.{module}.in_force", lambda *_, **__: WIDE)
    return make_program(make_office())


def fuzz(url: str, token: str, budget: tuple[str, int], settings: Path, folder: Path) -> tuple[int, str]:
    """What schemathesis says of this server, and its exit status."""
    words = [
        *("--config-file", settings, "--no-color", "run", f"{url}/api/v1/openapi.json", *budget),
        *("--header", f"Authorization: Bearer {token}", "--continue-on-failure", "--checks", "all"),
        *("--suppress-health-check", "all", "--generation-database", "none", "--warnings", "off"),
    ]
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, cwd=folder, check=False)
    return done.returncode, done.stdout + done.stderr


def count_operations() -> int:
    """How many the document names."""
    return sum(method in METHODS for path in document()["paths"].values() for method in path)


@pytest.mark.parametrize("whose", ["made up", "a person's"])
def test_nothing_breaks_it(
    program: Program, live_server: LiveServer, tmp_path: Path, pytestconfig: pytest.Config, whose: str
) -> None:
    person, settings = make_participant(FieldOffice.objects.get()), SETTINGS
    make_appointment(person)
    if whose == "a person's":
        handle = program.handle(person.case_number)
        number = program.report(handle).json()["id"]
        settings = tmp_path / "fuzzing.toml"
        known = f'[parameters]\nparticipant_id = "{handle}"\nreport_id = {number}\n'
        settings.write_text(known + SETTINGS.read_text())
    seconds = int(pytestconfig.getoption("--fuzz-seconds"))
    budget = ("--max-time", seconds // 2) if seconds else ("--max-examples", EXAMPLES)
    status, said = fuzz(live_server.url, program.token, budget, settings, tmp_path)
    (folder := pytestconfig.rootpath / ".pytest_cache").mkdir(exist_ok=True)
    (folder / f"fuzzing-{whose.replace(' ', '-')}.txt").write_text(said)
    assert (status, "Loaded specification" in said) == (0, True), said[-8_000:]
    assert seconds or f"Tested: {count_operations()}" in said, said[-2_000:]
