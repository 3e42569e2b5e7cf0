"""Data folders for services and commands that a test starts."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adsum.management.instruments.service import ADSUM, environment_of


@contextmanager
def empty_home(name: str) -> Iterator[Path]:
    """A folder with nothing in it, which the database's own user may enter."""
    with TemporaryDirectory(prefix=f"adsum-{name}-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def ready_home(name: str, *, inside: str = "") -> Iterator[Path]:
    """The same with a database of the present schema and nobody in it, at home in the folder or in one `inside` it.

    The schema takes ten seconds and more of a processor to make, step by step: it is made once, and copied.
    """
    with empty_home(name) as home:
        (home / inside).mkdir(exist_ok=True)
        copy = ["cp", "--archive", "--reflink=auto", str(_made_once() / "postgres"), str(home / inside)]
        subprocess.run(copy, check=True)
        yield home


def _made_once() -> Path:
    """The folder that is copied, made by the first who asks; it goes with the tests' own server."""
    own = Path(os.environ["ADSUM_TEST_HOME"])
    ready, aside = own / "ready", own / "ready.new"
    with (own / "ready.lock").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not ready.exists():
            aside.mkdir(mode=0o755, exist_ok=True)
            subprocess.run([ADSUM, "people", "count"], env=environment_of(aside, 0), check=True, capture_output=True)
            aside.rename(ready)
    return ready
