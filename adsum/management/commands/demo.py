"""`adsum demo`: made-up people, as a file or in an empty database."""

import logging
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer, prepare_schema, progress
from adsum.management.crowd import LEAST_DAYS, MOST_DAYS, CrowdRefused, count_rows
from adsum.management.demo import write_wave
from adsum.management.welcome import A_YEAR, SEED, fill_with_made_up
from adsum.people.queries import participants

OTHERS = SEED + 1  # the seed of lists, so that their people are not those of the database


class Command(AdsumCommand):
    """With --out a wave for trying `adsum enrol`; without, a population with a history. Nobody of them exists."""

    help = "Fill an empty database with made-up people and their history; with --out, write a made-up wave instead."
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=500, help="how many (500)")
        parser.add_argument("--seed", type=int, help=f"the same seed gives the same people ({SEED}; --out {OTHERS})")
        parser.add_argument("--history-days", type=int, default=A_YEAR, help=f"how long the first are in ({A_YEAR})")
        parser.add_argument(
            "--out", metavar="FILE", help="write a wave in the layout of an agency's export to this file"
        )

    def answer(self, **options: Any) -> Answer:
        if options["people"] < 1:
            raise CommandError("--people must be at least 1")
        if options["out"]:
            return _write(options["people"], _seed(options, OTHERS), options["out"])
        if not LEAST_DAYS <= options["history_days"] <= MOST_DAYS:
            raise CommandError(f"--history-days must be from {LEAST_DAYS} to {MOST_DAYS}")
        prepare_schema()
        return _fill(options["people"], _seed(options, SEED), options["history_days"])

    def print_for_people(self, answer: Answer) -> None:
        tables = answer["rows"] if "people" in answer else {}
        super().print_for_people({**answer, "rows": sum(tables.values()) or answer["rows"]})
        for table, count in tables.items():
            self.stdout.write(f"{count:>14,}  {table}")


def _seed(options: dict[str, Any], usual: int) -> int:
    return usual if options["seed"] is None else int(options["seed"])


def _write(people: int, seed: int, out: str) -> Answer:
    text = write_wave(people=people, seed=seed, first_day=timezone.now().date())
    try:
        Path(out).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{out} cannot be written ({error.strerror}): name another file") from error
    return {"rows": text.count("\r\n") - 1, "file": out}


def _fill(people: int, seed: int, history_days: int) -> Answer:
    started = time.monotonic()
    logging.getLogger("adsum").setLevel(logging.WARNING)  # the terminal is for people
    try:
        with progress("Making people up", people) as say:
            fill_with_made_up(people=people, now=timezone.now(), seed=seed, history_days=history_days, say=say)
    except CrowdRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    seconds = round(time.monotonic() - started, 2)
    return {"people": participants(seen_by=OPERATOR).count(), "seconds": seconds, "rows": count_rows()}
