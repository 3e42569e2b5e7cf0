"""The demo's legacy tracker: who it knows, where it differs, and that it is there only where its program is."""

import stat
import tomllib
from pathlib import Path

import pytest

from adsum.management import demo_tracker as demo
from adsum.management.demo_tracker import demo_tracker
from adsum.offices.models import FieldOffice
from peers.legacy_tracker.__main__ import read_subjects
from tests.factories import make_participant

pytestmark = pytest.mark.django_db


def described(home: Path) -> dict[str, str]:
    return tomllib.loads((home / "legacy" / "tracker.toml").read_text())


def test_it_knows_our_people_under_numbers_of_its_own_and_differs_in_a_handful(
    office: FieldOffice, tmp_path: Path
) -> None:
    people = [make_participant(office, case_number=f"A{number:09}") for number in range(1, 11)]
    make_participant(office, case_number="X000000001")  # a number of ours that no other system knows
    [child] = demo_tracker(tmp_path)
    assert child.command[1:3] == ["-m", "peers.legacy_tracker"]
    rows = list(read_subjects(tmp_path / "legacy" / "subjects.csv"))
    assert [row.a_no for row in rows] == [*(one.case_number for one in people), demo.UNKNOWN_TO_US["a_no"]]
    assert len({row.subj_no for row in rows}) == len(rows) == 11
    usual, first = rows[0], people[0]
    assert usual.nm == f"{first.surnames}, {first.given_names}".upper()
    assert usual.dob == f"{first.date_of_birth:%m/%d/%Y}"
    assert (usual.addr, usual.city, usual.st, usual.zip) == ("123 Main St Apt 4", "Brooklyn", "NY", "11226")
    others = [(row.nm, row.tel, row.cust) for row in rows[:10] if (row.nm, row.tel, row.cust) != (usual.nm, "", "N")]
    assert others == [
        (usual.nm, "12125550199", "N"),
        ("LOPES GARCIA, MARIA", "", "N"),
        (usual.nm, "", "D"),
    ]


def test_port_key_and_people_stay_what_they_were(office: FieldOffice, tmp_path: Path) -> None:
    make_participant(office)
    demo_tracker(tmp_path)
    first, listed = described(tmp_path), (tmp_path / "legacy" / "subjects.csv").read_bytes()
    make_participant(office)
    demo_tracker(tmp_path)
    assert described(tmp_path) == first
    assert (tmp_path / "legacy" / "subjects.csv").read_bytes() == listed
    assert first["folder"] == str(tmp_path / "legacy" / "out") and len(first["key"]) > 20
    files = (path for path in (tmp_path / "legacy").iterdir() if path.is_file())
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files}
    assert modes == {0o600}
    assert not [word for child in demo_tracker(tmp_path) for word in child.command if first["key"] in word]


@pytest.mark.parametrize("spoilt", ["", "code = ", 'address = "http://127.0.0.1:x"\nkey = "k"', "\0"])
def test_a_spoilt_description_is_written_anew(tmp_path: Path, spoilt: str) -> None:
    demo_tracker(tmp_path)
    (tmp_path / "legacy" / "tracker.toml").write_text(spoilt)
    demo_tracker(tmp_path)
    assert described(tmp_path)["code"] == "tracker"


def test_without_its_program_nothing_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for absent in ("peers_of_nobody.legacy_tracker", "peers.of_nobody"):
        monkeypatch.setattr(demo, "PROGRAM", absent)
        assert demo_tracker(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [("LOPEZ, ANA", "LOPES, ANA"), ("KEITH, BO", "KIETH, BO"), ("WU, HUGO", "XWU, HUGO"), ("张, 伟", "X张, 伟")],
)
def test_another_spelling_is_another_one(name: str, other: str) -> None:
    assert demo._respelt(name) == other
