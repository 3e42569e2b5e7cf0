"""The `adsum` command: one entry point for people."""

import os
import select
import signal
import sys
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from django.core.management import execute_from_command_line

from adsum.core.ending import end_when_asked
from adsum.management.postgres import DatabaseDown, home_folder, running_server
from adsum.management.processes import adopt_orphans

HELP = """\
Adsum: people check in from any phone, officers see what needs a human decision.

Usage: adsum COMMAND [OPTIONS]        (adsum COMMAND --help says more)

  Start
    run             start everything: database, web, worker; prints where to go
    reload          replace the web and the worker of a running service by fresh ones; no request fails
    check           say what is wrong with settings, database, queue, disk, clock, and how to mend it

  People
    enrol FILE      enrol an agency's list as a wave of an office
    waves           dry run of a list, stages of a wave, letters: try, list, show, start, stop, go-on …
    invite          make one-time codes: for one case number, or for all of a wave who are not in yet
    people count    how many participants there are, and how many check-ins are owed
    people bundle   everything about one person as one signed file; take-over: from another site
    helpers FILE    replace the list of legal aid and other help near an office
    offices closed  the days on which an office is closed; suggest and confirm federal holidays
    offices import  open the offices of a list; staff import: access for everybody on a list
    staff add       give an officer or supervisor access
    caseloads assign   give people to officers by language and balance; says why

  Now instead of on schedule
    sweep           make duties ahead, mark overdue ones, erase what has reached its end
    policy show     every rule value with its range and its reason
    questions       what an office asks with each check-in: publish, show
    seals renew     a new key for check-ins made offline; older ones open what still waits on phones
    records         where arrests, warrants and court events come from: load a delivery; source add, list, end
    monitors load FILE   what GPS devices told; monitors secret: for Traccar, which pushes it
    exchange court load DIR   bring in the immigration court's drops; court states: where each case stands
    exchange subscriber   who is told facts by webhook or files: add, list, pause, resume, rotate, replay …
    exchange partner   whose programs may ask and report through the API: add, list, pause, rotate, end
    exchange counterpart   systems with files of their own on the same people; reconcile: compare both
    outbox show     what waits for other systems, and what they would not take
    ledger verify   prove that nobody has changed what was recorded; names the first line that was
    ledger checkpoint   the newest signed statement about the ledger, as text and QR, to keep on paper

  Development
    gateway         a fake gateway for texts and pushes: keeps and shows what it gets, sends nothing
    bench checkins  what the real doors carry, beside what the database alone carries
    bench rush      ten times what it carries: who is let in, who gets a place in line, what is lost
    bench opening   10,000 people open their link within five minutes, while officers work
    bench due       a day's duties, reminders and sweep, beside the bare statements on the same rows
    bench enrol     a list's rows a second, all graded, beside a bare COPY of the same rows
    match evaluate  say of each record in a file who of a list may be meant, and how likely
    torture         harm a service of its own in every way we know, and count what it has lost
    demo            fill an empty database with made-up people, or write a made-up wave to a file

Without DATABASE_URL, Adsum runs its own PostgreSQL under ADSUM_HOME (default: var/ in a checkout).
Every command takes --json. Documentation: docs/ and README.md.
"""
OWN = {path.stem for path in (Path(__file__).parent / "commands").glob("[!_]*.py")}
DJANGOS = {"migrate", "makemigrations", "shell", "dbshell", "collectstatic", "procrastinate", "showmigrations"}
# These do without a database: always, or with this option.
WITHOUT_DATABASE = {"bench": "", "gateway": "", "makemigrations": "", "torture": "", "demo": "--out"}


def main() -> NoReturn:
    """Run one command. Exit status: 0, or another with one line on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    arguments = sys.argv[1:] or ["--help"]
    try:
        _obey(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            sys.exit(128 + signal.SIGPIPE)
        if "--traceback" in arguments:
            raise
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        known = isinstance(error, (DatabaseDown, OSError))
        more = "" if known else f" ({type(error).__name__}; adsum {arguments[0]} --traceback says where)"
        sys.stderr.write(f"adsum {arguments[0]}: {first}{more}\n")
        sys.exit(1)
    sys.exit(0)


def _obey(arguments: list[str]) -> None:
    if arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(HELP)
        return
    if arguments[0] == "--version":
        sys.stdout.write(f"adsum {version('adsum')}\n")
        return
    if arguments[0] not in OWN | DJANGOS:
        sys.stderr.write(f"adsum: there is no command “{arguments[0]}”: adsum --help lists them\n")
        sys.exit(2)
    asks_help = "-h" in arguments or "--help" in arguments
    own = not os.environ.get("DATABASE_URL") and _needs_database(arguments) and not asks_help
    _be_the_first_process_of(arguments[0])
    with running_server(home_folder()) if own else nullcontext():
        execute_from_command_line(["adsum", *arguments])


def _nobody_reads() -> bool:
    """Whether whoever read what we say has had enough, as `head` has; then nothing more is said to them."""
    out = select.poll()
    out.register(sys.stdout.fileno(), 0)
    gone = any(event & select.POLLERR for _, event in out.poll(0))
    if gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return gone


def _needs_database(arguments: list[str]) -> bool:
    option = WITHOUT_DATABASE.get(arguments[0])
    return option is None or not any(given.startswith(option) for given in arguments)


def _be_the_first_process_of(command: str) -> None:
    end_when_asked()
    if command == "run":
        adopt_orphans()
