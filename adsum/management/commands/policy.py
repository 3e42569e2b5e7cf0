"""`adsum policy show`."""

from typing import Any

from django.core.management.base import CommandParser

from adsum.core.knobs import knobs_of
from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.policies import POLICIES, policies_page


class Command(AdsumCommand):
    """Every rule value with its range and its reason."""

    help = "show: every rule value with its range and its reason (docs/policies.md is printed from it)."
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["show"])

    def answer(self, **options: Any) -> Answer:
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
        self.stdout.write(policies_page())
