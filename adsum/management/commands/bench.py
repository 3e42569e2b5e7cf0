"""`adsum bench checkins`, `rush`, `due`, `enrol`, `match`, `night`, `finder` …: figures beside their yardsticks."""

import logging
import sys
from argparse import SUPPRESS
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.management.bench.checkins import Bench, measure_check_ins
from adsum.management.bench.due import measure_due
from adsum.management.bench.due_rounds import DueBench
from adsum.management.bench.enrol import measure_enrolling
from adsum.management.bench.finder import measure_finder
from adsum.management.bench.funnel import measure_funnel
from adsum.management.bench.letters import measure_letters
from adsum.management.bench.limit import NoLimit
from adsum.management.bench.machine import describe_machine
from adsum.management.bench.match import measure_matching
from adsum.management.bench.night import measure_night
from adsum.management.bench.opening import measure_opening
from adsum.management.bench.rush import measure_rush
from adsum.management.bench.search import measure_search
from adsum.management.bench.senders import prepare_senders
from adsum.management.bench.splink import SplinkFailed
from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.instruments.service import NotStarted, Service, start_service
from adsum.management.wave_lives import HEALTHY, Faults
from adsum.records.actions import begin_screening

BENCHES = ["checkins", "rush", "due", "funnel", "opening", "enrol", "match", "night", "letters", "search", "finder"]
MOST_SIMULATED = 100_000
FIRST = 20  # made by the real actions; the crowd comes on top


class Command(AdsumCommand):
    """Starts a service of its own under ADSUM_HOME/bench, with its own database, and keeps it for the next time."""

    help = (
        "checkins: what the real doors carry beside the bare database; rush: ten times as many, and what happens; "
        "opening: 10,000 people open their link within five minutes; "
        "due: the day's duties, reminders and sweep beside the bare statements; "
        "funnel: a simulated wave on devices that fail, and the funnel's figures beside the truth; "
        "enrol: a list's rows a second beside a bare COPY of them; "
        "match: records matched in a batch and one at a time, beside Splink on the same data; "
        "night: everybody against all records, each night anew: seconds and memory of the screener; "
        "letters: letters of decisions in one batch, beside empty sheets; "
        "search: an officer's search among so many people, beside the page with nothing to look for; "
        "finder: who could be stepped down of an office whose people have a year of check-ins behind them."
    )
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "what",
            choices=BENCHES,
        )
        parser.add_argument(
            "--people", "--participants", type=int, default=1_000_000, help="people in the database (1,000,000)"
        )
        parser.add_argument("--broken-browser", default="", help="funnel: one in which nobody gets beyond the code")
        parser.add_argument("--stages", action="store_true", help="funnel: few faults, and through the real stages")
        parser.add_argument("--seed", type=int, default=1, help="funnel: another one is another wave (1)")
        parser.add_argument(
            "--rows", type=int, default=100_000, help="rows of the list to enrol, night: records (100,000)"
        )
        parser.add_argument("--letters", type=int, default=10_000, help="letters in the batch (10,000)")
        parser.add_argument("--inside", action="store_true", help=SUPPRESS)
        parser.add_argument("--rounds", type=int, default=5, help="rounds of limit and doors in turn (5)")
        parser.add_argument("--seconds", type=float, help="how long each measurement takes (6), or the rush (120)")
        parser.add_argument("--openers", type=int, default=10_000, help="opening: so many open their link (10,000)")
        parser.add_argument("--times", type=float, default=10.0, help="the rush: of what the machine carries (10)")
        parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16, 64], help="clients at once")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "funnel":
            return self._funnel(**options)
        seconds = options["seconds"] or 6.0
        fewest = min(options["people"], options["rows"])
        if min(options["rounds"], *options["clients"]) < 1 or seconds < 1 or fewest < 1_000:
            raise CommandError("give at least 1 round, 1 client, 1 second and 1,000 people or rows")
        alone: dict[str, Callable[..., Answer]] = {
            "due": self._due, "enrol": self._enrol, "match": self._match, "night": self._night,
            "letters": self._letters, "finder": self._finder,
        }  # fmt: skip
        if options["what"] in alone:
            return alone[options["what"]](**options)
        try:
            with bench_service(options["people"]) as service:
                if options["what"] == "opening":
                    return self._opening(service, **options)
                if options["what"] == "search":
                    return self._search(service, options["people"])
                bench = Bench(service, prepare_senders(service), seconds=6.0, say=_say)
                if options["what"] == "rush":
                    figures = measure_rush(bench, seconds=options["seconds"] or 120.0, times=options["times"])
                else:
                    bench.seconds = seconds
                    figures = measure_check_ins(bench, clients=options["clients"], rounds=options["rounds"])
        except (NotStarted, NoLimit) as error:
            raise CommandError(str(error)) from error
        return {**figures, "people": options["people"], "machine": describe_machine()}

    def _opening(self, service: Service, *, people: int, openers: int, seconds: float | None, **_: Any) -> Answer:
        figures = measure_opening(service, people=min(openers, people), seconds=seconds or 300.0)
        return {**figures, "people": people, "machine": describe_machine()}

    def _search(self, service: Service, people: int) -> Answer:
        machine = describe_machine()
        return {**measure_search(service, say=_say), "people": people, "machine": machine}

    def _finder(self, *, people: int, **_: Any) -> Answer:
        machine = describe_machine()
        try:
            with bench_service(people, home="bench-year", days=365) as service:
                return {**measure_finder(service, say=_say), "people": people, "machine": machine}
        except NotStarted as error:
            raise CommandError(str(error)) from error

    def _night(self, *, people: int, rows: int, rounds: int, inside: bool, **_: Any) -> Answer:
        if inside:
            return {"night": begin_screening(now=timezone.now()).pk}
        machine = describe_machine()
        try:
            with bench_service(people) as service:
                figures = measure_night(service, records=rows, nights=rounds, say=_say)
        except NotStarted as error:
            raise CommandError(str(error)) from error
        return {**figures, "people": people, "machine": machine}

    def _due(self, *, people: int, rounds: int, inside: bool, **_: Any) -> Answer:
        if inside:
            logging.getLogger("adsum").setLevel(logging.WARNING)
            return asdict(DueBench(timezone.now()).run(rounds))
        machine = describe_machine()
        try:
            figures = measure_due(Path(settings.HOME), people=people, rounds=rounds, say=_say)
        except NotStarted as error:
            raise CommandError(str(error)) from error
        return {**figures, "people": people, "machine": machine}

    def _funnel(self, *, people: int, seed: int, broken_browser: str, stages: bool, inside: bool, **_: Any) -> Answer:
        if not 100 <= people <= MOST_SIMULATED:
            raise CommandError(f"a simulated wave has 100 to {MOST_SIMULATED:,} people: give --people")
        if inside:
            logging.getLogger().setLevel(logging.ERROR)
            faults = replace(HEALTHY if stages else Faults(), broken_browser=broken_browser)
            return measure_funnel(people=people, seed=seed, faults=faults, stages=stages)
        more = ["--broken-browser", broken_browser] if broken_browser else []
        more += ["--stages"] if stages else []
        with bench_service(FIRST) as service:
            return service.command("bench", "funnel", "--inside", "--people", str(people), "--seed", str(seed), *more)

    def _enrol(self, *, rows: int, rounds: int, **_: Any) -> Answer:
        machine = describe_machine()
        try:
            figures = measure_enrolling(Path(settings.HOME), rows=rows, rounds=rounds, say=_say)
        except NotStarted as error:
            raise CommandError(str(error)) from error
        return {**figures, "machine": machine}

    def _match(self, *, people: int, **_: Any) -> Answer:
        try:
            return measure_matching(Path(settings.HOME) / "bench-match", people=people, say=_say)
        except SplinkFailed as error:
            raise CommandError(str(error)) from error

    def _letters(self, *, letters: int, **_: Any) -> Answer:
        if letters < 1:
            raise CommandError("give at least 1 letter")
        return measure_letters(letters=letters)

    def print_for_people(self, answer: Answer) -> None:
        """A table of the doors or the rounds, then the rest."""
        if "make_s" in answer or "copy_rows_per_second" in answer:
            answer.pop("rounds")
        for row in answer.pop("by_clients", []):
            figures = (row[key] for key in ("clients", "limit_tps", "http_json_rps", "p50_ms", "p99_ms"))
            words = "{:>3} clients: limit {:>6,.0f}/s, JSON {:>6,.0f}/s, p50 {:>6,.1f} ms, p99 {:>6,.1f} ms"
            self.stdout.write(words.format(*figures))
        for name, values in answer.pop("rounds", {}).items():
            self.stdout.write(f"{name:<24} low {values['low']:,}  median {values['median']:,}  high {values['high']:,}")
        super().print_for_people(answer)


@contextmanager
def bench_service(people: int, *, home: str = "bench", days: int = 28) -> Iterator[Service]:
    """A real service with so many made-up people, and check-ins since so many days. Raises NotStarted."""
    service = start_service(Path(settings.HOME) / home, people=FIRST)
    try:
        if service.command("people", "count")["participants"] < people:
            _say(f"making {people:,} people; the next run finds them there")
            service.command("demo", "--people", str(people), "--history-days", str(days))
        yield service
    finally:
        service.stop()


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
