"""`adsum ledger seal`, `adsum ledger verify`, `adsum ledger checkpoint`."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.queries import count_sealed_lines
from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.ledger_proof import Outside, seal_ledger, verify_ledger
from adsum.management.paper import NotAPaper, Paper, draw_to_file, newest_paper, read_paper


class Command(AdsumCommand):
    """Proof that nobody has changed what was recorded."""

    help = (
        "verify: hold the ledger against its seals and the copies outside; seal: seal what is new, now; "
        "checkpoint: the newest signed statement, to keep on paper."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "seal", "checkpoint"])
        parser.add_argument("--out", metavar="FILE", help="checkpoint: the QR into FILE.svg or FILE.png")
        parser.add_argument(
            "--checkpoint", metavar="TEXT_OR_FILE", action="append", default=[], help="verify: a paper of yours, too"
        )

    def answer(self, **options: Any) -> Answer:
        home = Path(settings.HOME)
        if options["what"] == "seal":
            started = time.monotonic()
            return {"sealed": seal_ledger(home, timezone.now()), "seconds": round(time.monotonic() - started, 2)}
        try:
            if options["what"] == "checkpoint":
                return _checkpoint(home, options["out"])
            return _verify(home, [read_paper(given) for given in options["checkpoint"]])
        except NotAPaper as error:
            raise CommandError(str(error)) from error

    def print_for_people(self, answer: Answer) -> None:
        """A paper is shown as it is scanned and as it is typed; all else as always."""
        if "signed" in answer:
            self.stdout.write(answer["qr"])
            self.stdout.write(answer["signed"])
        else:
            super().print_for_people(answer)

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """As always; and the exit status says whether the ledger is whole."""
        shown = {name: value for name, value in answer.items() if name != "qr"} if as_json else answer
        super().present(shown, as_json=as_json)
        if answer.get("ok") is False:
            raise CommandError(f"line {answer['first_bad']}: {answer['why']}; keep ADSUM_HOME/ledger, call the auditor")


def _verify(home: Path, papers: list[Paper]) -> Answer:
    for paper in papers:
        paper.check_signature()
    started = time.monotonic()
    verdict = verify_ledger(home, [paper.sealed for paper in papers])
    seconds = time.monotonic() - started
    counted = count_sealed_lines(seen_by=OPERATOR)
    alone = time.monotonic() - started - seconds
    return {
        "lines": verdict.lines,
        "ok": verdict.first_bad is None,
        "first_bad": verdict.first_bad,
        "why": verdict.why,
        "papers": len(papers),
        "seconds": round(seconds, 2),
        "lines_per_second": round(verdict.lines / seconds),
        "limit_lines_per_second": round(counted / alone),
    }


def _checkpoint(home: Path, out: str | None) -> Answer:
    paper = newest_paper(Outside(home))
    answer: Answer = paper.as_dict()
    if out:
        draw_to_file(paper, Path(out))
        answer["file"] = out
    return answer | {"qr": paper.as_qr()}
