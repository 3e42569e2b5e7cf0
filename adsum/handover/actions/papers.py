"""The papers of who is taken over: on the disk before the rows say that they are there, gone if the rows are not."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from adsum.core.keeping import flush
from adsum.documents.models import Document
from adsum.handover.rules import Opened
from adsum.people.models import Participant

PAPERS = "papers/"


class Papers:
    """Where papers go. A mark stands for each person whose papers are on their way."""

    def __init__(self) -> None:
        self._marks = Path(settings.HOME) / "documents" / "taking-over"

    def clear_away(self) -> None:
        """Papers of take-overs that were killed: the mark says for whom they were, and there is no such person."""
        for mark in self._marks.glob("*"):
            if mark.name.isdecimal() and not Participant.objects.filter(pk=int(mark.name)).exists():
                shutil.rmtree(_folder(int(mark.name)), ignore_errors=True)
            mark.unlink(missing_ok=True)

    @contextmanager
    def kept(self, opened: Opened, participant_id: int) -> Iterator[int]:
        """Copy the papers to where this person's lie; yields how many. If what follows fails, they go again."""
        mark, folder = self._marks / str(participant_id), _folder(participant_id)
        self._marks.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch(mode=0o600)
        flush(self._marks)
        try:
            yield sum(_keep(opened, name, participant_id) for name in sorted(opened.names) if name.startswith(PAPERS))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            mark.unlink(missing_ok=True)
            raise
        transaction.on_commit(partial(mark.unlink, missing_ok=True))


def _keep(opened: Opened, name: str, participant_id: int) -> int:
    """One paper, whole or not at all."""
    path = Document(participant_id=participant_id, sha256=name.removeprefix(PAPERS)).path
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".coming")
    with aside.open("wb") as file:
        for piece in opened.pieces(name):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    flush(path.parent)
    return 1


def _folder(participant_id: int) -> Path:
    return Document(participant_id=participant_id, sha256="").path
