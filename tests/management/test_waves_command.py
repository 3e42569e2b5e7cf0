"""`adsum waves`: the same as the pages, for machines."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from adsum.enrolment.actions import enrol_wave
from adsum.ledger.rules import OPERATOR
from adsum.management.commands.waves import Command
from adsum.management.demo import write_wave
from adsum.management.wave_file import open_wave
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from tests.factories import make_row


def run(what: str, which: str | None = None, **given: Any) -> dict[str, Any]:
    nothing = {"office": None, "stage": None, "reason": "", "out": None, "batch": None}
    return Command().answer(what=what, which=which, **{**nothing, **given})


def test_a_dry_run_counts_households(office: FieldOffice, tmp_path: Path) -> None:
    file = tmp_path / "wave.csv"
    homes = ["H1", "H1", "H1", "H2", "H2", "H3", "", ""]
    rows = [make_row(household=home).values for home in homes]
    rows.append(make_row(household="H3", case_number="x").values)
    file.write_text("\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows), ""]))
    tried = run("try", str(file), office="NYC")
    assert (tried["enrolled"], tried["households"], tried["in_households"]) == (8, 2, 5)
    assert not Participant.objects.exists()


def test_from_a_file_to_letters(office: FieldOffice, tmp_path: Path) -> None:
    file = tmp_path / "wave.csv"
    file.write_text(write_wave(people=60, seed=3, first_day=timezone.localdate()))
    tried = run("try", str(file), office="NYC")
    assert tried["read"] == tried["enrolled"] + tried["already"] + tried["rejected"] == 60
    assert not Participant.objects.exists()
    with open_wave(str(file)) as wave:
        enrol_wave(rows=list(wave.rows()), office=office, name="w1", actor=OPERATOR, now=timezone.now())
    assert run("list") == {"waves": [{"wave": "w1", "office": "NYC", "people": tried["enrolled"]}]}
    with pytest.raises(CommandError, match="no stage of w1 has begun"):
        run("stop", "w1", reason="x")
    [stage] = run("start", "w1")["stages"]
    with pytest.raises(CommandError, match="begun already"):
        run("start", "w1", stage=1)
    printed = run("letters", "w1", out=str(tmp_path / "letters.pdf"))
    assert printed["letters"] == stage["by_channel"]["letter"]
    assert (tmp_path / "letters.pdf").stat().st_mode & 0o77 == 0
    assert run("posted", "w1")["posted"] == printed["letters"]
    run("stop", "w1", reason="Strike")
    assert run("show", "w1")["stages"][0]["answer"] == "hold"
    with pytest.raises(CommandError, match="why"):
        run("go-on", "w1")
    assert run("go-on", "w1", reason="It is over")["stages"][0]["answer"] == "go-on"
    with pytest.raises(CommandError, match="no wave"):
        run("show", "other")
