"""`adsum check`: what is wrong, and how to mend it."""

from typing import Any

from django.core.management.base import CommandError

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.findings import find_all


class Command(AdsumCommand):
    """Looks at settings, disk, database, migrations, rights, clock, queue."""

    help = "Say what is wrong with settings, database, migrations, queue, disk and clock, and how to mend it."
    needs_schema = False

    def answer(self, **options: Any) -> Answer:
        findings = list(find_all())
        return {
            "ok": all(finding.ok for finding in findings),
            "findings": [{"name": f.name, "ok": f.ok, "says": f.says, "mend": f.mend} for f in findings],
        }

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """As always; and the exit status says whether all is in order."""
        super().present(answer, as_json=as_json)
        if wrong := [finding["name"] for finding in answer["findings"] if not finding["ok"]]:
            raise CommandError(f"{', '.join(wrong)} not in order; mend as said above, then run adsum check again")

    def print_for_people(self, answer: Answer) -> None:
        for finding in answer["findings"]:
            mark = self.style.SUCCESS("ok   ") if finding["ok"] else self.style.ERROR("WRONG")
            self.stdout.write(f"{mark}  {finding['name']:<11} {finding['says']}")
            if finding["mend"]:
                self.stdout.write(f"       {'':<11} → {finding['mend']}")
