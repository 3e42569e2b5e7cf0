"""`adsum waves`: a dry run of a file, and the stages of a wave."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from adsum.ledger.rules import OPERATOR
from adsum.management.commanding import AdsumCommand, Answer
from adsum.management.wave_file import FileRefused
from adsum.management.wave_paper import print_to
from adsum.management.waving import try_file
from adsum.notices.channels.all import channels_set_up
from adsum.offices.queries import find_office
from adsum.policies.queries import in_force
from adsum.waves.actions import WaveRefused, go_on, post_batch, start_stage, stop_stage
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import batches_of, progress_of, stages_of, verdicts_of, waves_of
from adsum.waves.rules import lines_of


class Command(AdsumCommand):
    """Does what the pages under /console/waves/ do, for machines and for who has no browser."""

    help = (
        "try FILE: what would be enrolled, at what cost; writes nothing. list; show, start, stop, go-on WAVE; "
        "letters, letters-again, posted WAVE."
    )

    def add_own_arguments(self, parser: CommandParser) -> None:
        verbs = ["try", "list", "show", "start", "stop", "go-on", "letters", "letters-again", "posted"]
        parser.add_argument("what", choices=verbs)
        parser.add_argument("which", nargs="?", metavar="FILE|WAVE", help="a file to try (- is standard input), a wave")
        parser.add_argument("--office", metavar="CODE", help="the field office; needed to try, and where names repeat")
        parser.add_argument(
            "--stage", type=int, help="start: which stage, else the next one; letters-again, posted: of which"
        )
        parser.add_argument("--reason", default="", help="stop, go-on: why")
        parser.add_argument("--out", metavar="FILE.pdf", help="letters: where they go (readable by you only)")
        parser.add_argument("--batch", type=int, help="letters-again, posted: which print run; else the last one")

    def answer(self, **options: Any) -> Answer:
        if options["what"] == "list":
            return {"waves": [_brief(wave) for wave in waves_of(seen_by=OPERATOR)]}
        if not options["which"]:
            raise CommandError(
                f"adsum waves {options['what']} needs a {'FILE' if options['what'] == 'try' else 'WAVE'}"
            )
        try:
            if options["what"] == "try":
                return _try(options["which"], options["office"])
            return self._on_wave(_find(options["which"], options["office"]), options)
        except (FileRefused, WaveRefused) as refused:
            raise CommandError(str(refused)) from refused

    def _on_wave(self, wave: Any, options: dict[str, Any]) -> Answer:
        now, what, can = timezone.now(), options["what"], channels_set_up()
        stages = list(stages_of(wave_id=wave.pk, seen_by=OPERATOR))
        if what == "start":
            number = options["stage"] or len(stages) + 1
            start_stage(wave=wave, number=number, actor=OPERATOR, can=can, now=now)
        elif what != "show" and not stages:
            raise CommandError(f"no stage of {wave.name} has begun: adsum waves start {wave.name}")
        elif what == "go-on":
            go_on(stage=stages[-1], words=options["reason"], actor=OPERATOR, can=can, now=now)
        elif what == "stop":
            stop_stage(stage=stages[-1], words=options["reason"], actor=OPERATOR, now=now)
        elif what != "show":
            return _letters(wave, stages, options)
        return _told(wave)

    def print_for_people(self, answer: Answer) -> None:
        """The figures of a dry run in words; the rest as it is."""
        if "graded" in answer:
            self.stdout.write("\n".join(lines_of(answer)))
        else:
            super().print_for_people(answer)


def _try(source: str, code: str | None) -> Answer:
    if not code:
        raise CommandError("--office CODE is missing: the rules of that office are tried")
    now, office = timezone.now(), find_office(code=code, seen_by=OPERATOR)
    trial = try_file(source, office=office, code=code, now=now)
    policy = in_force(WavesPolicy, now=now, office_id=office.pk if office else None)
    return {**trial.as_json(policy), "rejects": trial.rejects}


def _find(name: str, code: str | None) -> Any:
    found = [one for one in waves_of(seen_by=OPERATOR).filter(name=name) if code in (None, one.office.code)]
    if not found:
        raise CommandError(f"there is no wave “{name}”: adsum waves list names them")
    if len(found) > 1:
        raise CommandError(f"several offices have a wave “{name}”: say which one with --office CODE")
    return found[0]


def _brief(wave: Any) -> Answer:
    return {"wave": wave.name, "office": wave.office.code, "people": wave.people}


def _told(wave: Any) -> Answer:
    """Where a wave stands: each stage with its messages and the newest answer about it."""
    stages = list(stages_of(wave_id=wave.pk, seen_by=OPERATOR))
    newest: dict[int, Any] = {}
    for verdict in verdicts_of(stage_ids=[stage.pk for stage in stages], seen_by=OPERATOR):
        newest.setdefault(verdict.stage_id, verdict)
    return {**_brief(wave), "stages": [_stage(stage, newest.get(stage.pk)) for stage in stages]}


def _stage(stage: Any, verdict: Any) -> Answer:
    progress = progress_of(stage_id=stage.pk, seen_by=OPERATOR)
    return {
        "stage": stage.number,
        "percent": stage.percent,
        "people": progress.people,
        "gone": progress.gone,
        "no_way": progress.no_way,
        "by_channel": progress.by_channel,
        "answer": verdict.answer if verdict else "",
        "reasons": [one["words"] for one in verdict.reasons] if verdict else [],
        "figures": verdict.figures if verdict else {},
        "next_at": verdict.next_at if verdict else None,
    }


def _letters(wave: Any, stages: list[Any], options: dict[str, Any]) -> Answer:
    """Print a run, print it again, or note that it is in the post."""
    now, what = timezone.now(), options["what"]
    if what == "posted":
        return {**_brief(wave), "posted": post_batch(batch=_batch(wave, options), actor=OPERATOR, now=now)}
    batch = _batch(wave, options) if what == "letters-again" else None
    out = options["out"]
    if not out or Path(out).exists():
        raise CommandError("--out FILE.pdf is missing or exists: the codes are printed once, so name a new file")
    return {**_brief(wave), "letters": print_to(out, stages=stages, batch=batch, now=now), "file": out}


def _batch(wave: Any, options: dict[str, Any]) -> Any:
    """The print run that is meant; without a number the last one."""
    number, stage = options["batch"], options["stage"]
    found = [
        one
        for one in batches_of(wave_id=wave.pk, seen_by=OPERATOR)
        if number in (None, one.number) and stage in (None, one.stage.number)
    ]
    if not found:
        raise CommandError(f"no such print run: adsum waves letters {wave.name} --out FILE.pdf makes one")
    if number is not None and len(found) > 1:
        raise CommandError(f"several stages have a print run {number}: say which one with --stage N")
    return found[0]
