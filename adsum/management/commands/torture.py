"""`adsum torture`: harm a service of its own in every way we know, and count what it has lost."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.instruments.figures import what_is_wrong
from adsum.management.instruments.seeded import DEFECTS
from adsum.management.instruments.service import NotStarted
from adsum.management.instruments.torture import Plan, torture


class Command(AdsumCommand):
    """Runs beside a real service, in a folder, with a database and on a port of its own."""

    help = "Kill, stall, fill and cut a service of its own for some time, then say what it has lost or doubled."
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=60, help="for how long (60)")
        parser.add_argument("--faults", type=int, default=1_000_000, help="with how many faults at most (no limit)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same faults (1)")
        parser.add_argument("--power-cuts", type=int, default=0, help="cut the power so many times, as root (0)")
        parser.add_argument("--seeded", choices=DEFECTS, default="", help="with a defect that must be found")

    def answer(self, **options: Any) -> Answer:
        chosen = ("seconds", "faults", "seed", "seeded", "power_cuts")
        plan = Plan(*(options[name] for name in chosen))
        try:
            return torture(Path(settings.HOME) / "torture", plan)
        except NotStarted as error:
            raise CommandError(str(error)) from error

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """As always; and the exit status says whether all that was acknowledged is there."""
        super().present(answer, as_json=as_json)
        if wrong := what_is_wrong(answer):
            raise CommandError(f"{wrong}; the record is in {settings.HOME}/torture")
