"""What all `adsum` commands share: a ready database, one line for what is wrong, `--json` for machines."""

import json
import sys
from argparse import SUPPRESS
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from adsum.management.printing import lines_of
from adsum.management.rights import RoleMissing, ensure_role

Answer = dict[str, Any]
DJANGOS_OPTIONS = {
    "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks",
}  # fmt: skip


class AdsumCommand(BaseCommand):
    """A command that answers with one dict: printed as JSON with --json, as lines for people otherwise."""

    needs_schema = True
    when_stopped = "nothing half done was kept"
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser("adsum", subcommand, **kwargs)
        for action in parser._actions:
            if action.dest in DJANGOS_OPTIONS:
                action.help = SUPPRESS
        parser.prog = f"adsum {subcommand}"
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: CommandParser) -> None:
        """What this command takes."""

    def answer(self, **options: Any) -> Answer:
        """Do the work. Raise CommandError with one line: what is wrong, and what to do."""
        raise NotImplementedError

    def print_for_people(self, answer: Answer) -> None:
        """The answer in words."""
        for line in lines_of(answer):
            self.stdout.write(line)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if self.needs_schema:
                prepare_schema()
            answer = self.answer(**options)
        except OperationalError as error:
            raise CommandError(database_line(error, self.when_stopped)) from error
        self.present(answer, as_json=options["json"])

    def present(self, answer: Answer, *, as_json: bool) -> None:
        """Print the answer: one JSON object, or words."""
        if as_json:
            self.stdout.write(json.dumps(answer, default=str))
        else:
            self.print_for_people(answer)

    def run_from_argv(self, argv: list[str]) -> None:
        """As Django does, but an error is one line without a class name."""
        try:
            options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
            self.execute(*options.pop("args", ()), **options)
        except CommandError as error:
            sys.stderr.write(f"adsum {argv[1]}: {str(error).removeprefix('Error: ')}\n")
            sys.exit(error.returncode)
        except KeyboardInterrupt:
            sys.stderr.write(f"adsum {argv[1]}: stopped; {self.when_stopped}\n")
            sys.exit(130)
        finally:
            connections.close_all()


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Inside a transaction: whoever does the same waits until it is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"adsum.{what}"])
    yield


def database_line(error: DatabaseError, when_stopped: str = AdsumCommand.when_stopped) -> str:
    """One line about a database that does not answer."""
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "No space left" in first:
        return f"the disk is full ({first}): make room, then run this again; {when_stopped}"
    if "deadlock" in first:
        return f"another command was changing the same people: run this again; {when_stopped}"
    return f"the database does not answer ({first}): start it, or check DATABASE_URL"


def prepare_schema() -> None:
    """Bring the schema up to date. Raises CommandError when it is newer than this program, or may not be changed."""
    owner = connections["owner"]
    try:
        ensure_role("owner")
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('adsum.migrate'))")
        try:
            executor = MigrationExecutor(owner)
            steps = executor.loader.disk_migrations
            known = {*steps, *(before for step in steps.values() for before in step.replaces)}
            newer = {name for name in executor.loader.applied_migrations if name[0] == "adsum"} - known
            if newer:
                raise CommandError(
                    f"the database is of a newer Adsum ({max(newer)[1]}): install that version, or restore a backup"
                )
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", database="owner", verbosity=0, interactive=False)
        finally:
            with owner.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('adsum.migrate'))")
    except RoleMissing as error:
        raise CommandError(str(error)) from error
    finally:
        owner.close()


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows how far long work is: a bar on a terminal, a plain line each tenth elsewhere; on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines(title, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(title, total=total)
        yield lambda done: bars.update(task, completed=done)


def _plain_lines(title: str, total: int) -> Callable[[int], None]:
    said = [0]

    def say(done: int) -> None:
        if total and done * 10 // total > said[0]:
            said[0] = done * 10 // total
            sys.stderr.write(f"{title}: {done:,} of {total:,}\n")

    return say
