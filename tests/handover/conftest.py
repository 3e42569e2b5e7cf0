"""A second site: a database and a home of its own, in which the real command takes people over."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from psycopg import sql

from adsum.core.signing import load_key
from adsum.handover.actions import make_bundle
from adsum.ledger.actions import seal_lines
from adsum.ledger.models import LedgerLine, LedgerSeal
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from tests.factories import NOW
from tests.handover.life import live
from tests.outbox.told import eventually
from tests.shape.walking import SignIn, World

ADSUM = Path(sys.executable).with_name("adsum")
OPEN = """
import django
django.setup()
from django.utils import timezone
from adsum.ledger.rules import OPERATOR
from adsum.offices.actions import hire_staff, open_office
now = timezone.now()
sea = open_office(code="SEA", name="Seattle", time_zone="America/Los_Angeles", actor=OPERATOR, now=now)
hire_staff(email="kim@example.org", name="Kim Park", role="officer", office=sea, password="a long password",
    actor=OPERATOR, now=now)
"""


@dataclass(frozen=True)
class Site:
    """Another Adsum site."""

    home: Path
    url: str

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_"))}
        there = {"ADSUM_HOME": str(self.home), "DATABASE_URL": self.url, "ADSUM_PUBLIC_URL": "https://sea.example"}
        return {**kept, **there, "DJANGO_SETTINGS_MODULE": "adsum.settings"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=300)

    def adsum(self, *command: str) -> dict[str, Any]:
        done = self.run(str(ADSUM), *command, "--json")
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def refuses(self, *command: str) -> str:
        done = self.run(str(ADSUM), *command, "--json")
        assert done.returncode == 1, done.stdout
        return done.stderr

    def python(self, script: str) -> str:
        done = self.run(sys.executable, "-c", script)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as database:
            return database.execute(question).fetchall()


def _address(name: str) -> str:
    given = django_settings.DATABASES["owner"]["OPTIONS"]
    left_out = ("options", "server_side_binding", "prepare_threshold", "pool")
    return psycopg.conninfo.make_conninfo(dbname=name, **{k: v for k, v in given.items() if k not in left_out})


@pytest.fixture(scope="session")
def _made_site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The schema, once; each test has a copy."""
    name = f"handover_{os.getpid()}"
    with psycopg.connect(_address("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        Site(tmp_path_factory.mktemp("made"), _address(name)).adsum("people", "count")
        Site(tmp_path_factory.mktemp("made"), _address(name)).python(OPEN)
        yield name
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def seattle(_made_site: str, tmp_path: Path) -> Iterator[Site]:
    """A site with one office and one officer, in another zone."""
    name, home = f"{_made_site}_there", tmp_path / "seattle"
    home.mkdir()
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_made_site))
    with psycopg.connect(_address("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(copied)
        yield Site(home, _address(name))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def life(office: FieldOffice, other_office: FieldOffice, sign_in: SignIn, tmp_path: Path) -> World:
    """Somebody with something in every table."""
    return live(office, other_office, sign_in, tmp_path / "court")


@pytest.fixture
def bundle(life: World, tmp_path: Path) -> Path:
    """Their bundle; the ledger is sealed before, as the command does it."""
    return bundled(life, tmp_path / "bundle.zip")


def bundled(life: World, path: Path) -> Path:
    """The bundle of this life, after the ledger was sealed, as the command does it."""
    sign = load_key(Path(django_settings.HOME) / "ledger").sign
    written = LedgerLine.objects.count()
    seal_lines(sign=sign, now=NOW)
    if not connection.in_atomic_block:  # a neighbour's transaction may hold the seal back for a moment
        eventually(lambda: seal_lines(sign=sign, now=NOW) >= 0 and LedgerSeal.objects.count() >= written)
    return bundle_of(life.person, path, reason="Moves to Seattle")


def bundle_of(person: Participant, path: Path, *, reason: str = "Moves") -> Path:
    """A bundle of this person."""
    with path.open("wb") as file:
        make_bundle(participant_id=person.pk, reason=reason, actor=OPERATOR, to=file, now=NOW)
    return path
