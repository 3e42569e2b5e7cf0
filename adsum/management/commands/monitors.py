"""`adsum monitors load FILE` and `adsum monitors secret`."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.management.commanding import AdsumCommand, Answer
from adsum.monitors.actions import take_heard
from adsum.monitors.sources.file_drop.reading import ToldRow, read_told
from adsum.monitors.sources.traccar.signing import KEPT_AS
from adsum.records.sources.rows import FileRefused
from adsum.records.sources.secrets import secret_of

AT_ONCE, MOST_FAULTS = 2_000, 20


class Command(AdsumCommand):
    """The same file again changes nothing but the numbers."""

    when_stopped = "what was taken stays; run the same again to go on"
    help = "load FILE: what GPS devices told, as CSV or JSON lines. secret: with what Traccar shows that it is Traccar."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "secret"])
        parser.add_argument("file", nargs="?", default="", metavar="FILE")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "secret":
            return {"secret": secret_of(KEPT_AS, Path(settings.RECORDS_SECRETS))}
        path = Path(options["file"])
        try:
            with path.open("rb") as file:
                return _load(read_told(file, is_csv=path.suffix.lower() == ".csv"))
        except OSError as error:
            raise CommandError(f"{path} cannot be read ({error.strerror}): check the path") from error
        except FileRefused as refusal:
            raise CommandError(f"{path.name}: {refusal}; what came before it was taken") from refusal


def _load(rows: Iterator[ToldRow]) -> Answer:
    counts = dict.fromkeys(("rows", "kept", "dropped", "alerts", "aside"), 0)
    faults: list[dict[str, object]] = []
    while batch := list(islice(rows, AT_ONCE)):
        taken = take_heard(heard=[row.heard for row in batch if row.heard], now=timezone.now())
        bad = [row for row in batch if row.heard is None]
        faults += [{"row": row.number, "fault": row.fault} for row in bad][: MOST_FAULTS - len(faults)]
        for name, more in (("kept", taken.kept), ("dropped", taken.dropped), ("alerts", taken.alerts)):
            counts[name] += more
        counts["rows"] += len(batch)
        counts["aside"] += len(bad)
    return {**counts, "faults": faults}
