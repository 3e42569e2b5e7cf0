"""A PostgreSQL for the tests: the embedded one in a folder of its own, unless DATABASE_URL names a server.

Loaded by `-p tests.server`, so that it runs before Django reads its settings.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from adsum.management.postgres import ADMIN, embedded_url, running_server

_OPEN = ExitStack()
# Tests take back what they write. A vacuum in between notes that a table is empty, and the next test's few hundred rows
# are then joined row by row: twenty minutes for one test were seen.
_QUICK = ("autovacuum=off", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the server once, in the process that starts the others; it stops with that process."""
    if os.environ.get("ADSUM_TEST_HOME"):
        return
    home = Path(tempfile.mkdtemp(prefix="adsum-test-"))
    home.chmod(0o755)
    (home / "static").mkdir()
    os.environ["ADSUM_TEST_HOME"] = os.environ["ADSUM_HOME"] = str(home)
    atexit.register(_OPEN.close)
    _OPEN.callback(shutil.rmtree, home, ignore_errors=True)
    if "DATABASE_URL" not in os.environ:
        _OPEN.enter_context(running_server(home, settings=_QUICK))
        os.environ["DATABASE_URL"] = embedded_url(home, user=ADMIN, database="postgres")
