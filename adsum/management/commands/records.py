"""`adsum records load` and `adsum records source add|list|end`."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.core.describing import BadDescription
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer, progress
from adsum.management.records_describing import read_description
from adsum.management.records_reading import load_file
from adsum.records.actions import SourceRefused, add_source, end_source
from adsum.records.queries import find_source, sources_known
from adsum.records.rules import Transport
from adsum.records.sources.secrets import secret_of

TOLD = ("code", "title", "agency", "adapter", "states", "kinds", "covers_since", "heard_at", "failing_since")


class Command(AdsumCommand):
    """A file of the wrong layout changes nothing: the exit status is 1, and the answer says why."""

    when_stopped = "what was taken stays; run the same again to go on"
    help = "load FILE --source CODE: read a delivery. source add FILE | list | end CODE: who tells us of records."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "source"])
        parser.add_argument("which", metavar="FILE|add|list|end", help="the delivery; or what to do with a source")
        parser.add_argument("description", nargs="?", default="", metavar="FILE|CODE", help="with source add, end")
        parser.add_argument("--source", default="", metavar="CODE", help="with load: whose delivery it is")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "load":
            return self._load(Path(options["which"]), options["source"])
        verbs = {"add": self._add, "list": self._list, "end": self._end}
        if options["which"] not in verbs:
            raise CommandError(f"there is no source {options['which']}: add FILE, list, or end CODE")
        return verbs[options["which"]](options["description"])

    def _load(self, path: Path, code: str) -> Answer:
        source, started = find_source(code=code, seen_by=OPERATOR), time.monotonic()
        if source is None:
            raise CommandError(f"there is no source {code or '(give --source CODE)'}: adsum records source list")
        try:
            with progress(f"Reading {path.name}", _lines_about(path)) as say:
                loaded = load_file(path, source=source, now=timezone.now(), say=say)
        except OSError as error:
            raise CommandError(f"{path} cannot be read ({error.strerror}): check the path") from error
        seconds = round(time.monotonic() - started, 2)
        return {**loaded.counts, "refused": loaded.refused, "read_before": loaded.again, "seconds": seconds}

    def _add(self, file: str) -> Answer:
        try:
            said = read_description(Path(file))
            source = add_source(**said, actor=OPERATOR, now=timezone.now())
        except (BadDescription, SourceRefused) as error:
            raise CommandError(f"{file or 'give a FILE'}: {error}") from error
        is_signed = source.transport != Transport.DROP
        secret = secret_of(source.code, Path(settings.RECORDS_SECRETS)) if is_signed else ""
        return {"source": source.code, "transport": source.transport, "secret": secret}

    def _list(self, _: str) -> Answer:
        return {"sources": list(sources_known(seen_by=OPERATOR).values(*TOLD))}

    def _end(self, code: str) -> Answer:
        source = find_source(code=code, seen_by=OPERATOR)
        if source is None:
            raise CommandError(f"there is no source {code}: adsum records source list")
        end_source(source=source, actor=OPERATOR, now=timezone.now())
        return {"ended": code}

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """As always; a delivery that was refused is an error."""
        super().present(answer, as_json=as_json)
        if refused := answer.get("refused"):
            raise CommandError(f"nothing of it was taken: {refused}")


def _lines_about(path: Path) -> int:
    """About how many rows a file has, for the progress; records take some 150 bytes."""
    return path.stat().st_size // 150
