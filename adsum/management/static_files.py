"""The static files, collected at each start, and made anew where an earlier start was cut off in the middle."""

import shutil
from pathlib import Path

from django.core.management import call_command

from adsum.core.keeping import flush

WHOLE = "whole"


def collect_static(root: Path) -> None:
    """Collect them under `root`. A power cut leaves empty files that look up to date: then all are made anew."""
    mark = root / WHOLE
    if not mark.exists():
        shutil.rmtree(root, ignore_errors=True)
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    for path in root.rglob("*"):
        flush(path)
    mark.touch()
    flush(root)
