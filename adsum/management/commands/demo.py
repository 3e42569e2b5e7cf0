"""`adsum demo`: a made-up wave as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.demo import write_wave


class Command(AdsumCommand):
    """For trying `adsum enrol`; the people do not exist."""

    help = "Write a made-up wave in the layout of an agency's export, with an agency's faults."
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=500)
        parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same people")
        parser.add_argument("--out", required=True, metavar="FILE")

    def answer(self, **options: Any) -> Answer:
        if options["people"] < 1:
            raise CommandError("--people must be at least 1")
        first_day = timezone.now().date()
        text = write_wave(people=options["people"], seed=options["seed"], first_day=first_day)
        try:
            Path(options["out"]).write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written ({error.strerror}): name another file") from error
        return {"rows": text.count("\r\n") - 1, "file": options["out"]}
