"""`adsum caseloads assign`: people get an officer by the office's rule."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.offices.queries import find_office, staff_names
from adsum.policies.queries import in_force
from adsum.staffing.actions import assign_caseloads
from adsum.staffing.policy import StaffingPolicy
from adsum.staffing.queries import propose_caseloads
from adsum.staffing.rules import WHY_WORDS


class Command(AdsumCommand):
    """Says of each person who goes to whom and why, and how many people each officer has before and after."""

    help = "assign: give people to officers by the office's rule (language, balance, families)."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["assign"])
        parser.add_argument("--office", metavar="CODE", required=True)
        parser.add_argument("--level", action="store_true", help="also take from who has too many")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def answer(self, **options: Any) -> Answer:
        office, now = find_office(code=options["office"], seen_by=OPERATOR), timezone.now()
        if office is None:
            raise CommandError(f"there is no office {options['office']}")
        if options["dry_run"]:
            done = propose_caseloads(office=office, level=options["level"], now=now, seen_by=OPERATOR)
        else:
            done = assign_caseloads(office=office, level=options["level"], actor=OPERATOR, now=now)
        names = staff_names(ids={*done.before, *(one.before for one in done.handings if one.before)}, seen_by=OPERATOR)
        return {
            "office": office.code,
            "done": not options["dry_run"],
            "policy": in_force(StaffingPolicy, now=now, office_id=office.pk).version,
            "changes": [
                {
                    "person": one.person_id,
                    "from": names.get(one.before or 0, ""),
                    "to": names[one.officer_id],
                    "why": WHY_WORDS[one.why],
                }
                for one in done.handings
            ],
            "loads": [
                {"officer": names[one], "before": before, "after": done.after[one]}
                for one, before in done.before.items()
            ],
        }

    def print_for_people(self, answer: Answer) -> None:
        for one in answer["changes"]:
            came = f"{one['from']} → " if one["from"] else ""
            self.stdout.write(f"person {one['person']}: {came}{one['to']} ({one['why']})")
        for one in answer["loads"]:
            self.stdout.write(f"{one['officer']}: {one['before']} people before, {one['after']} after")
        self.stdout.write(
            f"{len(answer['changes'])} people {'have' if answer['done'] else 'would get'} another officer"
        )
