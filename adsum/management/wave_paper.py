"""Letters of a wave as one PDF that only its owner reads: the codes in it hold only once the file is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import transaction

from adsum.core.typesetting import typeset
from adsum.ledger.rules import OPERATOR
from adsum.waves.actions import WaveRefused, print_again, print_batch

if TYPE_CHECKING:
    from adsum.waves.actions import Letter


def print_to(out: str, *, stages: list[Any], batch: Any, now: datetime) -> int:
    """Print this batch again, or else the next run of the first of these stages that has one, into a new file.

    Returns how many letters. Where the file cannot be made or written, nothing is printed. Raises WaveRefused, OSError.
    """
    with _new_file(out) as file, transaction.atomic():
        letters = print_again(batch=batch, actor=OPERATOR, now=now) if batch else _print_next(stages, now)
        sheets = {"title": "Letters to post", "letters": [one.sheet for one in letters]}
        file.write(typeset("invitations", sheets, language="en", made_at=now))
        file.flush()
        os.fsync(file.fileno())
    return len(letters)


def _print_next(stages: list[Any], now: datetime) -> "list[Letter]":
    why = "No letter waits to be printed."
    for stage in stages:
        try:
            return print_batch(stage=stage, actor=OPERATOR, now=now)
        except WaveRefused as refused:
            why = str(refused)
    raise WaveRefused(why)


@contextmanager
def _new_file(out: str) -> Iterator[BinaryIO]:
    """A file that was not there before, and is not there after a failure."""
    handle = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        Path(out).unlink()
        raise
