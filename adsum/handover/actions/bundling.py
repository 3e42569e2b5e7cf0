"""Somebody has everything about a person made into one signed file."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction

from adsum.core.signing import load_key, public_text, sign_text
from adsum.core.text import clean_text
from adsum.documents.models import Document
from adsum.handover.file_queries import NAMED, TABLES, Cited, Table, named_rows, person_rows
from adsum.handover.models import Handing
from adsum.handover.rules import HEAD, Head, Packer
from adsum.handover.rules.format import CHECKPOINTS, LEDGER, Goes
from adsum.ledger.actions import record
from adsum.ledger.queries import proven_lines
from adsum.ledger.rules import RULES, Actor
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.people.queries import participants

LONGEST_REASON = 2_000


class HandoverRefused(Exception):
    """No bundle is made; the message says why."""


@dataclass(frozen=True)
class Made:
    """What was made: the bundle's SHA-256, how many rows and papers are in it, which papers we have lost."""

    bundle: str
    rows: int
    papers: int
    lacking: tuple[str, ...]
    lines: int
    public_key: str


def make_bundle(
    *, participant_id: int, reason: str, actor: Actor, to: BinaryIO, now: datetime, staff: Staff | None = None
) -> Made:
    """Write everything about a person, as it stands at one moment, into this file. Raises HandoverRefused.

    `staff` is who has it made; None: the operator.
    """
    why = clean_text(reason, longest=LONGEST_REASON)
    if not why:
        raise HandoverRefused("Say why: the person can read it.")
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            _see_one_moment()
        person = participants(seen_by=actor).filter(pk=participant_id).first()
        if person is None:
            raise HandoverRefused("There is no such person, or not in your office.")
        handing = Handing.objects.create(participant=person, made_at=now, made_by=staff, reason=why)
        record(verb="participant.bundled", actor=actor, now=now, subject=handing, participant_id=person.pk)
        return _Bundling(person, handing, actor, now).write(to)


def _see_one_moment() -> None:
    """The rows of all tables as they are now, also of those that are read in a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


class _Bundling:
    """One bundle in the making."""

    def __init__(self, person: Participant, handing: Handing, actor: Actor, now: datetime) -> None:
        self._person, self._handing, self._actor = person, handing, actor
        self._key = load_key(Path(settings.HOME) / "ledger")
        self._now, self._rows, self._lines = now, 0, 0
        self._cited: Cited = defaultdict(set)

    def write(self, to: BinaryIO) -> Made:
        packer = Packer(to, made_at=self._now)
        for table in TABLES.values():
            packer.put_lines(f"{table.goes}/{table.name}.jsonl", self._counted(table))
        for named in NAMED:
            rows = named_rows(named=named, cited=self._cited, seen_by=self._actor)
            packer.put_lines(f"{Goes.NAMED}/{named.name}.jsonl", rows)
        self._put_ledger(packer)
        papers, lacking = self._put_papers(packer)
        packer.put_json(HEAD, replace(self._head(), lacking=tuple(lacking)).as_data())
        bundle = packer.close(self._signed())
        return Made(bundle, self._rows, papers, tuple(lacking), self._lines, public_text(self._key))

    def _counted(self, table: Table) -> Iterator[dict[str, Any]]:
        for row in person_rows(table=table, person=self._person, cited=self._cited, seen_by=self._actor):
            self._rows += 1
            yield row

    def _put_ledger(self, packer: Packer) -> None:
        """Every line about the person with its proof; and the signed statements in which these end."""
        statements: dict[int, dict[str, Any]] = {}

        def told() -> Iterator[dict[str, Any]]:
            for says, proof in proven_lines(participant_id=self._person.pk, seen_by=RULES):
                self._lines += 1
                if proof is None:
                    yield {"says": says, "sequence": None, "size": None, "path": []}
                    continue
                one = proof.checkpoint
                statements[one.size] = {"size": one.size, "at": one.at, "root": one.root, "signature": one.signature}
                path = [node.hex() for node in proof.path]
                yield {"says": says, "sequence": proof.sequence, "size": one.size, "path": path}

        packer.put_lines(LEDGER, told())
        packer.put_json(CHECKPOINTS, list(statements.values()))

    def _put_papers(self, packer: Packer) -> tuple[int, list[str]]:
        put, lacking = 0, []
        for sha256 in sorted(set(Document.objects.filter(participant=self._person).values_list("sha256", flat=True))):
            path = Document(participant_id=self._person.pk, sha256=sha256).path
            if not _is_whole(path, sha256):
                lacking.append(sha256)
                continue
            with path.open("rb") as file:
                packer.put_file(f"papers/{sha256}", file)
            put += 1
        return put, lacking

    def _head(self) -> Head:
        by = self._handing.made_by
        return Head(
            case_number=self._person.case_number,
            participant=self._person.pk,
            site=settings.PUBLIC_URL,
            public_key=public_text(self._key),
            made_at=self._now.isoformat(),
            made_by=by.name if by else "the operator",
            reason=self._handing.reason,
            program=version("adsum"),
        )

    def _signed(self) -> Callable[[str], dict[str, Any]]:
        public = public_text(self._key)
        return lambda statement: {"signature": sign_text(self._key, statement), "public_key": public}


def _is_whole(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def forget(*, before: datetime, now: datetime) -> None:
    """Forget bundles that were made before this moment; that they were stays in the ledger."""
    with transaction.atomic():
        gone, _ = Handing.objects.filter(made_at__lt=before).delete()
        record(verb="handings.forgotten", actor=RULES, now=now, count=gone)
