"""The papers of somebody's file for the outside body: each as it is kept, or named with why it is not there."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from adsum.documents.queries import documents_of
from adsum.documents.rules import PDF, Kind
from adsum.people.queries import history_of

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.documents.models import Document
    from adsum.ledger.rules import Actor

KINDS = {
    Kind.REVIEW: "Paper for a request or an appeal",
    Kind.EXCUSE: "Paper for an excuse",
    Kind.CONTEST: "Paper against a decision about a missed check-in",
    Kind.ADDRESS_PROOF: "Proof of address",
}  # not the photos of the person: nobody outside compares them


class Held(StrEnum):
    """Whether a paper lies in the folder, or why not."""

    HERE = "in this file"
    ERASED = "no longer kept: erased"
    DAMAGED = "not in this file: missing or damaged where it was kept"
    UNSCANNED = "not in this file: the virus scanner has not answered yet"


@dataclass(frozen=True)
class Paper:
    """One paper: its number, where it lies in the folder, and the SHA-256 that it had when it was kept."""

    number: int
    kind: Kind
    received_at: datetime
    sha256: str
    held: Held
    name: str = ""
    size: int = 0

    def as_data(self) -> dict[str, Any]:
        """What stands of it in the data."""
        return asdict(self)

    def as_row(self) -> tuple[str, str]:
        """What stands of it in the index on paper."""
        what = f"{KINDS[self.kind]}, {self.received_at:%B %-d, %Y}: {self.name or self.held}"
        size = f"; {self.size:,} bytes" if self.name else ""
        return f"Paper {self.number}", f"{what}{size}; SHA-256 {self.sha256}"


def put_papers(folder: zipfile.ZipFile, *, participant_id: int, seen_by: Actor) -> list[Paper]:
    """Copy what is kept into the folder, piece by piece; returns each paper that ever came, oldest first."""
    kept = documents_of(participant_id=participant_id, seen_by=seen_by, kinds=list(KINDS))
    found = {one.pk: _put(folder, one) for one in kept}
    came = history_of(participant_id=participant_id, seen_by=seen_by).filter(verb="document.kept")
    for number, at, facts in came.values_list("subject_id", "at", "facts"):
        if number and number not in found and facts["document"] in set(KINDS):
            found[number] = Paper(number, Kind(facts["document"]), at, facts["sha256"], Held.ERASED)
    return sorted(found.values(), key=lambda one: (one.received_at, one.number))


def _put(folder: zipfile.ZipFile, document: Document) -> Paper:
    number, kind, at, sha256 = document.pk, Kind(document.kind), document.received_at, document.sha256
    if not document.is_shown:
        return Paper(number, kind, at, sha256, Held.UNSCANNED)
    name = f"papers/{number:06d}-{kind}.{'pdf' if document.media_type == PDF else 'jpg'}"
    try:
        with document.path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return Paper(number, kind, at, sha256, Held.DAMAGED)
            file.seek(0)
            with folder.open(zipfile.ZipInfo(name, at.timetuple()[:6]), "w") as entry:
                shutil.copyfileobj(file, entry)
    except FileNotFoundError:
        return Paper(number, kind, at, sha256, Held.DAMAGED)
    return Paper(number, kind, at, sha256, Held.HERE, name, document.size)
