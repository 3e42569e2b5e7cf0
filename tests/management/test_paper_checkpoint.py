"""A statement on paper outlives everything on the machine: who rewrites all of it is found by a copy in a drawer."""

import hashlib
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from adsum.core.signing import load_key
from adsum.ledger.rules import Sealed
from adsum.management.ledger_proof import Outside, Verdict, verify_ledger
from adsum.management.paper import NotAPaper, newest_paper, read_paper
from tests.management.test_ledger_proof import Tamper, ids, seal, tamper, write

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["ids", "tamper"]


def rewrite_everything(tamper: Tamper, home: Path) -> None:
    """All rights, database and folder: change a line, then seal and sign it all anew with the real key."""
    tamper("UPDATE adsum_ledgerline SET verb = 'other' WHERE id = (SELECT min(id) FROM adsum_ledgerline)")
    tamper("DELETE FROM adsum_ledgerseal")
    tamper("DELETE FROM adsum_ledgercheckpoint")
    Outside(home).seals.unlink()
    Outside(home).checkpoints.unlink()


def test_a_paper_says_what_was_sealed(ids: list[int], tmp_path: Path) -> None:
    paper = newest_paper(Outside(tmp_path))
    again = read_paper(paper.signed)
    again.check_signature()
    assert (again, again.sealed.size) == (paper, 12)
    assert verify_ledger(tmp_path, [again.sealed]) == Verdict(12)


def test_who_rewrites_all_and_signs_anew_is_found_by_the_paper(ids: list[int], tamper: Tamper, tmp_path: Path) -> None:
    paper = newest_paper(Outside(tmp_path)).sealed
    rewrite_everything(tamper, tmp_path)
    write(3)
    seal(tmp_path, 15)
    assert verify_ledger(tmp_path) == Verdict(15)
    assert verify_ledger(tmp_path, [paper]) == Verdict(
        12, ids[11], "the paper about the first 12 lines says something else"
    )


def test_a_ledger_that_is_shorter_than_the_paper_is_found(ids: list[int], tamper: Tamper, tmp_path: Path) -> None:
    paper = newest_paper(Outside(tmp_path)).sealed
    rewrite_everything(tamper, tmp_path)
    tamper(f"DELETE FROM adsum_ledgerline WHERE id > {ids[8]}")
    seal(tmp_path, 9)
    assert verify_ledger(tmp_path) == Verdict(9)
    assert verify_ledger(tmp_path, [paper]).why == "cut off: it was sealed and is gone"


def test_a_paper_holds_when_the_key_is_a_new_one(ids: list[int], tamper: Tamper, tmp_path: Path) -> None:
    paper = newest_paper(Outside(tmp_path))
    shutil.rmtree(tmp_path / "ledger")
    load_key.cache_clear()
    tamper("DELETE FROM adsum_ledgerseal")
    tamper("DELETE FROM adsum_ledgercheckpoint")
    seal(tmp_path, 12)
    assert newest_paper(Outside(tmp_path)).public != paper.public
    paper.check_signature()
    assert verify_ledger(tmp_path, [paper.sealed]) == Verdict(12)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("adsum ledger\n12", "adsum ledger\n11"), "does not fit"),
        (("key ", "kay "), "no checkpoint"),
        (("— adsum ledger ", "— adsum ledger A"), "not whole"),
    ],
)
def test_a_paper_with_a_slip_is_refused(ids: list[int], tmp_path: Path, change: tuple[str, str], why: str) -> None:
    text = newest_paper(Outside(tmp_path)).signed.replace(*change)
    with pytest.raises(NotAPaper, match=why):
        read_paper(text).check_signature()


def test_the_hint_at_the_key_is_that_of_a_signed_note(ids: list[int], tmp_path: Path) -> None:
    paper = newest_paper(Outside(tmp_path))
    assert paper._hint == hashlib.sha256(b"adsum ledger\n\x01" + paper.public).digest()[:4]
    assert isinstance(paper.sealed, Sealed)


def test_the_command_prints_draws_and_reads_papers(
    ids: list[int], settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr("adsum.management.commands.ledger.Command.needs_schema", False)
    picture, shown, said, verdict = tmp_path / "paper.svg", StringIO(), StringIO(), StringIO()
    call_command("ledger", "checkpoint", out=str(picture), stdout=shown)
    assert "adsum ledger\n12\n" in shown.getvalue()
    assert picture.read_text().startswith("<?xml")
    call_command("ledger", "checkpoint", json=True, stdout=said)
    told = json.loads(said.getvalue())
    assert {"size", "root", "at", "signature", "public_key", "text"} <= set(told)
    kept = tmp_path / "paper.txt"
    kept.write_text(told["signed"])
    call_command("ledger", "verify", checkpoint=[str(kept), told["signed"]], json=True, stdout=verdict)
    answer = json.loads(verdict.getvalue())
    assert (answer["ok"], answer["papers"], answer["lines_per_second"] > 0) == (True, 2, True)
    with pytest.raises(CommandError, match=r"is no \.svg and no \.png"):
        call_command("ledger", "checkpoint", out="paper.doc", stdout=StringIO())
