"""What the commands share that bring in a list."""

from collections import Counter
from collections.abc import Callable

from django.core.management.base import CommandError

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.lists import line_by_line, told_of
from adsum.staffing.actions import ImportRefused


class ImportingCommand(AdsumCommand):
    """Its answer says what was kept, or every fault: then the exit status is 1, and nothing was kept."""

    def import_list(self, bring_in: Callable[[], Counter[str]]) -> Answer:
        """Bring a list in, or say what is wrong with it."""
        try:
            done = bring_in()
        except ImportRefused as refused:
            return told_of(refused)
        return {"ok": True, **{what: done[what] for what in ("new", "changed", "same")}, "errors": []}

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """As always; the faults a line each, and the exit status says that nothing was kept."""
        faults = answer.get("errors")
        if faults and not as_json:
            self.stdout.write("\n".join(line_by_line(answer)))
        else:
            super().present({k: v for k, v in answer.items() if as_json or k != "errors"}, as_json=as_json)
        if faults:
            raise CommandError(f"{len(faults)} faults; nothing was kept. Mend them, then import the list again")
