"""Fifty megabytes of papers, and a kill in the middle."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from adsum.documents.models import Document
from adsum.documents.rules import Kind, Scan
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from tests.factories import NOW, make_participant
from tests.handover.conftest import Site, bundle_of
from tests.handover.test_taking_over import key_here

pytestmark = pytest.mark.django_db
PAPERS, MEGABYTE = 25, 1_000_000
NO_MORE_MB = 30


def give_paper(person: Participant, size: int) -> None:
    """A paper as large as this; nothing in it can be packed."""
    content = os.urandom(size)
    paper = Document(
        participant=person,
        key=uuid4(),
        kind=Kind.REVIEW,
        media_type="application/pdf",
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
        sent_sha256=hashlib.sha256(content).hexdigest(),
        scan=Scan.NOT_CONFIGURED,
        given_by="participant",
        received_at=NOW,
    )
    paper.path.parent.mkdir(parents=True, exist_ok=True)
    paper.path.write_bytes(content)
    paper.save()


def command(bundle: Path) -> list[str]:
    adsum = str(Path(sys.executable).with_name("adsum"))
    return [adsum, "people", "take-over", str(bundle), "--office", "SEA", f"--from-key={key_here()}", "--json"]


def peak_mb(seattle: Site, bundle: Path) -> float:
    """What the command had in memory at most."""
    started = subprocess.Popen(command(bundle), env=seattle.environment(), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == 0
    return used.ru_maxrss / 1024


def test_fifty_megabytes_of_papers_take_no_more_memory(office: FieldOffice, seattle: Site, tmp_path: Path) -> None:
    little, much = make_participant(office), make_participant(office)
    give_paper(little, 1000)
    for _ in range(PAPERS):
        give_paper(much, 2 * MEGABYTE)
    small, large = bundle_of(little, tmp_path / "small.zip"), bundle_of(much, tmp_path / "large.zip")
    assert large.stat().st_size > PAPERS * 2 * MEGABYTE
    before = peak_mb(seattle, small)
    assert peak_mb(seattle, large) < before + NO_MORE_MB
    assert seattle.rows("SELECT count(*) FROM adsum_document") == [(PAPERS + 1,)]


def test_a_kill_in_the_middle_leaves_nothing_and_it_can_be_done_again(
    office: FieldOffice, seattle: Site, tmp_path: Path
) -> None:
    person = make_participant(office)
    for _ in range(PAPERS):
        give_paper(person, 2 * MEGABYTE)
    bundle, folder = bundle_of(person, tmp_path / "bundle.zip"), seattle.home / "documents"
    started = subprocess.Popen(command(bundle), env=seattle.environment(), stdout=subprocess.DEVNULL)
    while not list(folder.glob("[0-9]*/*")):
        assert started.poll() is None, "it was over before it could be killed"
        time.sleep(0.005)
    started.kill()
    started.wait()
    assert list(folder.glob("[0-9]*/*"))
    assert seattle.rows("SELECT (SELECT count(*) FROM adsum_participant) + (SELECT count(*) FROM adsum_takeover)") == [
        (0,)
    ]
    done = subprocess.run(command(bundle), env=seattle.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (who,) = seattle.rows("SELECT id FROM adsum_participant")
    assert {path.name for path in folder.iterdir()} == {str(who[0]), "taking-over"}
    assert len(list((folder / str(who[0])).iterdir())) == PAPERS
    assert not list((folder / "taking-over").iterdir())
