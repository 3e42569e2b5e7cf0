"""`adsum policy show` and `adsum policy simulate`."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from adsum.core.knobs import knobs_of
from adsum.management.commanding import AdsumCommand, Answer, prepare_schema
from adsum.management.policies import POLICIES, policies_page
from adsum.management.simulating import lines_of, simulate_policy


class Command(AdsumCommand):
    """Every rule value with its range and its reason; and what other values would have done."""

    help = (
        "show: every rule value with its range and its reason (docs/policies.md is printed from it). simulate: try a"
        " file of knobs, or a stored version, on the recorded past (docs/simulating-a-policy.md)."
    )
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["show", "simulate"])
        parser.add_argument("subject", nargs="?", metavar="FILE|VERSION", help="simulate: a JSON file, or a number")
        parser.add_argument("--from", dest="since", metavar="DAY", help="simulate: the first due day, as 2026-01-31")
        parser.add_argument("--to", dest="until", metavar="DAY", help="simulate: the last due day")
        parser.add_argument("--csv", metavar="FILE", help="simulate: write the table to this file")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "simulate":
            return _simulate(**options)
        return {
            domain: {
                "version": policy().version,
                "knobs": {
                    doc.name: {
                        "value": doc.default,
                        "default": doc.default,
                        "low": doc.low,
                        "high": doc.high,
                        "why": doc.why,
                    }
                    for doc in knobs_of(policy)
                },
            }
            for domain, policy in POLICIES.items()
        }

    def print_for_people(self, answer: Answer) -> None:
        self.stdout.write("\n".join(lines_of(answer)) if "tables" in answer else policies_page())


def _simulate(**options: Any) -> Answer:
    if not (options["subject"] and options["since"] and options["until"]):
        raise CommandError("name a file of knobs or a version's number, --from DAY and --to DAY")
    prepare_schema()
    return simulate_policy(
        subject=options["subject"], since=options["since"], until=options["until"], csv_file=options["csv"] or ""
    )
