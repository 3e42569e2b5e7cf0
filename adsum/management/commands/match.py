"""`adsum match evaluate`: how well records are matched with people, on files; `sample`: files to try it on."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.matching import figures, match_files, write_scores
from adsum.management.matching_files import FileUnreadable, read_descriptions, read_truth
from adsum.management.matching_sample import Wish, make_sample, read_shares, worse, write_sample
from adsum.management.sampling.naming import ORIGINS
from adsum.records.matching.population import Population
from adsum.records.matching.weights import Weights


class Command(AdsumCommand):
    """Needs no database, and no truth: that is only for the figures."""

    help = (
        "evaluate: match a file of records with a file of people; with --truth, say how good the answers are. "
        "sample: make such files, of made-up people."
    )
    needs_schema = False

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["evaluate", "sample"])
        parser.add_argument("--people", required=True, metavar="F|N", help="a file of people; sample: how many")
        parser.add_argument("--records", required=True, metavar="F|N", help="a file of records; sample: how many")
        parser.add_argument(
            "--out", required=True, type=Path, metavar="F", help="scores: one line for each record; sample: a folder"
        )
        parser.add_argument("--truth", type=Path, metavar="F", help="whom each record is really about")
        parser.add_argument(
            "--train", choices=["auto", "none"], default="auto", help="auto: learn from the two files; none: do not"
        )
        parser.add_argument("--seed", type=int, default=1, help="sample: another one is another world (1)")
        parser.add_argument("--prevalence", type=float, default=0.3, help="sample: share of records about people (0.3)")
        parser.add_argument("--kin", type=float, default=0.12, help="sample: of families and namesakes (0.12)")
        parser.add_argument("--faults", type=float, default=1.0, help="sample: so many times the usual faults (1)")
        parser.add_argument("--mix", default="", help=f"sample: origin=share,…, of {', '.join(ORIGINS)}")

    def answer(self, **options: Any) -> Answer:
        return self._sample(**options) if options["what"] == "sample" else self._evaluate(**options)

    def _sample(self, *, out: Path, seed: int, prevalence: float, kin: float, **options: Any) -> Answer:
        try:
            mix = read_shares(options["mix"], ORIGINS) if options["mix"] else ORIGINS
            counts = int(options["people"]), int(options["records"])
        except ValueError as error:
            raise CommandError(f"{error}: give whole numbers, and a mix as spanish=0.6,arabic=0.4") from error
        if min(counts) < 1 or not 0 <= prevalence <= 1 or not 0 <= kin <= 1:
            raise CommandError("give at least 1 person and 1 record, and shares between 0 and 1")
        wish = Wish(*counts, seed, prevalence, kin, mix, worse(options["faults"]))
        people, records = make_sample(wish)
        write_sample(out, people, records)
        return {
            "people": len(people),
            "records": len(records),
            "matches": sum(bool(one.case_number) for one in records),
        }

    def _evaluate(self, **options: Any) -> Answer:
        try:
            people = Population(read_descriptions(Path(options["people"]), key="case_number"))
            records = list(read_descriptions(Path(options["records"]), key="record_id"))
            truth = read_truth(options["truth"]) if options["truth"] else None
        except FileUnreadable as error:
            raise CommandError(str(error)) from error
        if not len(people):
            raise CommandError(f"{options['people']} lists nobody. Give a file with one person in each line.")
        matched = match_files(people, records, weights=Weights(), train=options["train"] == "auto" and bool(records))
        try:
            everything = write_scores(options["out"], records, matched)
        except OSError as error:
            raise CommandError(
                f"cannot write {options['out']}: {error}. Name a file in a folder that is there."
            ) from error
        answer: Answer = {
            "records": len(records),
            "people": len(people),
            "seconds": round(matched.seconds, 2),
            "prepare_seconds": round(matched.prepare_seconds, 2),
            "records_per_second": round(len(records) / max(matched.seconds, 1e-6), 1),
            "peak_mb": round(matched.peak_mb),
            "all_candidates": str(everything),
            "expected_matches": round(matched.weights.match * len(records)),
        }
        return answer | (figures(matched, records, truth) if truth is not None else {})
