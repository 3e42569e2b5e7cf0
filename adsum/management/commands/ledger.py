"""`adsum ledger seal` and `adsum ledger verify`."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.ledger_proof import seal_ledger, verify_ledger


class Command(AdsumCommand):
    """Proof that nobody has changed what was recorded."""

    help = "verify: hold the ledger against its seals and the copies outside; seal: seal what is new, now."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "seal"])

    def answer(self, **options: Any) -> Answer:
        home, started = Path(settings.HOME), time.monotonic()
        if options["what"] == "seal":
            return {"sealed": seal_ledger(home, timezone.now()), "seconds": round(time.monotonic() - started, 2)}
        verdict = verify_ledger(home)
        return {
            "lines": verdict.lines,
            "ok": verdict.first_bad is None,
            "first_bad": verdict.first_bad,
            "why": verdict.why,
            "seconds": round(time.monotonic() - started, 2),
        }

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """As always; and the exit status says whether the ledger is whole."""
        super().present(answer, as_json=as_json)
        if answer.get("ok") is False:
            raise CommandError(f"line {answer['first_bad']}: {answer['why']}; keep ADSUM_HOME/ledger, call the auditor")
