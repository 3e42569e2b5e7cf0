"""`adsum exchange …`: the court’s drops, who is told facts, who asks, which systems keep files of their own."""

import csv
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.core.describing import BadDescription
from adsum.court.queries import states_of_all
from adsum.court.rules import RowKind
from adsum.exchange import counterparts, partners, subscribers
from adsum.exchange.court.loading import load_folder
from adsum.exchange.court.reading import FileRefused
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.housekeeping import follow_court
from adsum.management.processes import peak_memory_mb

REFUSED = (
    BadDescription,
    partners.PartnerRefused,
    subscribers.SubscriberRefused,
    counterparts.CounterpartRefused,
)


class Command(AdsumCommand):
    """What other systems hand over, brought in by hand; the worker does the same on schedule."""

    when_stopped = "what was loaded stays so; load the same again to go on"
    help = (
        "court load DIR: bring in the court's drops, a day's folder or all below; court states: where cases stand; "
        "subscriber add FILE | list | pause | resume | end | rotate | replay | write CODE: who is told facts; "
        "counterpart add FILE | list: systems with files of their own; reconcile CODE: compare both files whole; "
        "partner add FILE | list | pause | resume | end | rotate CODE: who asks through the API."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        names = "court|subscriber|partner|counterpart|reconcile"
        systems = parser.add_subparsers(dest="system", required=True, metavar=names)
        what = systems.add_parser("court").add_subparsers(dest="what", required=True)
        load = what.add_parser("load", help="bring in a day's folder, or the one with day1, day2, … in it")
        load.add_argument("folder", type=Path, metavar="DIR")
        states = what.add_parser("states", help="write where each case stands")
        states.add_argument("--out", required=True, type=Path, metavar="F", help="CSV: case_number,state")
        told = systems.add_parser("subscriber")
        told.add_argument("what", choices=list(subscribers.VERBS))
        told.add_argument("which", nargs="?", default="", metavar="FILE|CODE", help="the description; or whose")
        told.add_argument("--from-start", action="store_true", help="with add: all that ever happened, too")
        told.add_argument("--from", type=int, dest="number", metavar="N", help="with replay: the first number")
        told.add_argument("--reason", default="", help="with pause")
        twins = systems.add_parser("counterpart")
        twins.add_argument("what", choices=list(counterparts.VERBS))
        twins.add_argument("which", nargs="?", default="", metavar="FILE", help="the description")
        look = systems.add_parser("reconcile", help="compare both files whole, and name each difference")
        look.add_argument("which", nargs="?", default="", metavar="CODE", help="whose; left out: the first")
        look.add_argument("--accept", default="", metavar="NAME", help="who says that what is proposed be done")
        asking = systems.add_parser("partner")
        asking.add_argument("what", choices=list(partners.VERBS))
        asking.add_argument("which", nargs="?", default="", metavar="FILE|CODE", help="the description; or whose")
        asking.add_argument("--reason", default="", help="with pause")
        for parsing in (load, states, told, twins, look, asking):
            parsing.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def answer(self, **options: Any) -> Answer:
        if options["system"] in ("subscriber", "partner", "counterpart", "reconcile"):
            return self._systems(**options)
        return self._load(options["folder"]) if options["what"] == "load" else self._states(options["out"])

    def print_for_people(self, answer: Answer) -> None:
        super().print_for_people(
            {name: [_in_full(one) for one in told] if name == "subscribers" else told for name, told in answer.items()}
        )

    def _systems(self, system: str, what: str = "", **options: Any) -> Answer:
        verbs = {"subscriber": subscribers.VERBS, "counterpart": counterparts.VERBS, "partner": partners.VERBS}
        try:
            return verbs[system][what](**options) if what else counterparts.look_at_all(**options)
        except REFUSED as refusal:
            raise CommandError(str(refusal)) from refusal

    def _load(self, folder: Path) -> Answer:
        started = time.monotonic()
        try:
            loaded = load_folder(folder, actor=OPERATOR, now=timezone.now())
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = time.monotonic() - started
        followed = follow_court(timezone.now())
        return {
            "cases": loaded.rows[RowKind.CASE],
            "proceedings": loaded.rows[RowKind.PROCEEDING],
            "hearings": loaded.rows[RowKind.HEARING],
            "set_aside": loaded.set_aside,
            "changed": loaded.changed,
            "seconds": round(seconds, 2),
            "drops": loaded.drops,
            "already": loaded.again,
            "crosswalk": loaded.rows[RowKind.CROSSWALK],
            "rows_per_second": round(loaded.rows.total() / max(seconds, 1e-6)),
            "followed": followed,
            "peak_mb": peak_memory_mb(),
        }

    def _states(self, out: Path) -> Answer:
        count = 0
        part = out.with_name(f"{out.name}.part")
        try:
            with part.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["case_number", "state"])
                for one in states_of_all(seen_by=OPERATOR):
                    writer.writerow([one.case_number, one.state])
                    count += 1
            part.replace(out)
        except OSError as error:
            raise CommandError(
                f"cannot write {out}: {error.strerror}. Name a file in a folder that is there."
            ) from error
        return {"cases": count, "out": str(out)}


def _in_full(subscriber: Answer) -> Answer:
    """What an empty list means stands there in words."""
    meant = {"kinds": "all", "offices": "all", "fields": "none beside ids"}
    return {name: value or meant.get(name, value) for name, value in subscriber.items() if value != ""}
