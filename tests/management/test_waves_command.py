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
from adsum.waves.models import Invitee, LetterBatch
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


def begin_by_letter(office: FieldOffice, people: int, first: int = 2) -> None:
    """People whom only letters reach, and the next stage of their wave."""
    rows = [make_row(number, phone="", email="") for number in range(first, first + people)]
    enrol_wave(rows=rows, office=office, name="w1", actor=OPERATOR, now=timezone.now())
    run("start", "w1")


def test_letters_of_an_earlier_stage_are_printed_too(office: FieldOffice, tmp_path: Path) -> None:
    begin_by_letter(office, 40)
    run("start", "w1")
    first, second = (str(tmp_path / name) for name in ("1.pdf", "2.pdf"))
    assert run("letters", "w1", out=first)["letters"] == 1
    assert run("letters", "w1", out=second)["letters"] == 1
    with pytest.raises(CommandError, match="No letter"):
        run("letters", "w1", out=str(tmp_path / "3.pdf"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["1.pdf", "2.pdf"]
    with pytest.raises(CommandError, match="several stages have a print run 1"):
        run("posted", "w1", batch=1)
    assert run("posted", "w1", batch=1, stage=1)["posted"] == 1
    assert LetterBatch.objects.get(posted_at__isnull=False).stage.number == 1


def test_no_file_no_print_run(office: FieldOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_by_letter(office, 1)
    with pytest.raises(FileNotFoundError):
        run("letters", "w1", out=str(tmp_path / "nowhere" / "1.pdf"))
    assert not LetterBatch.objects.exists()
    with monkeypatch.context() as full:
        full.setattr("adsum.management.wave_paper.os.fsync", fail_for_want_of_room)
        with pytest.raises(OSError, match="No space"):
            run("letters", "w1", out=str(tmp_path / "1.pdf"))
    assert not LetterBatch.objects.exists()
    assert not list(tmp_path.iterdir())
    assert run("letters", "w1", out=str(tmp_path / "1.pdf"))["letters"] == 1
    with monkeypatch.context() as full:
        full.setattr("adsum.management.wave_paper.os.fsync", fail_for_want_of_room)
        with pytest.raises(OSError, match="No space"):
            run("letters-again", "w1", out=str(tmp_path / "2.pdf"))
    assert Invitee.objects.get().edition == 0


def fail_for_want_of_room(handle: int) -> None:
    """A disk that is full when the file is written out."""
    raise OSError(28, "No space left on device")
