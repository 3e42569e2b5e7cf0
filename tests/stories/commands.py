"""`adsum` commands beside a service, without waiting seconds for Python to load the same again for each of them.

One process loads everything once; each command is a fork of it that goes the command's own way from its first line to
its exit status. A line of JSON in: the arguments. A line of JSON out: exit status, output, errors.
"""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.core.management import load_command_class

from adsum.management.entry import OWN, main

USED = ("invite", "sweep", "enrol", "staff")


def answer(arguments: list[str], folder: Path) -> dict[str, object]:
    """Run one command to its end."""
    out, errors = folder / "out", folder / "errors"
    child = os.fork()
    if child == 0:
        for stream, file in ((1, out), (2, errors)):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
        sys.argv = ["adsum", *arguments]
        try:
            main()
        except SystemExit as end:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(int(end.code or 0))
    _, status = os.waitpid(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "out": out.read_text(), "errors": errors.read_text()}


def serve() -> None:
    """Until nobody asks any more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adsum.settings")
    django.setup()
    for name in OWN.intersection(USED):
        load_command_class("adsum", name)
    with TemporaryDirectory(prefix="adsum-commands-") as folder:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(answer(json.loads(line), Path(folder))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    serve()
