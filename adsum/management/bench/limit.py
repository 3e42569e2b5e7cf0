"""The yardstick: what the database alone carries on this machine, sent by pgbench with prepared statements."""

import re
import subprocess
from pathlib import Path

import psycopg

from adsum.management.postgres import programs_folder

SCRIPT = Path(__file__).with_name("limit.sql")
_TPS = re.compile(r"tps = ([\d.]+)")


class NoLimit(Exception):
    """pgbench did not run; the message says why."""


def measure_limit(url: str, *, clients: int, seconds: float, first: int, last: int) -> float:
    """Check-ins a second as bare transactions of people between these ids. Raises NoLimit."""
    known = psycopg.conninfo.conninfo_to_dict(url)
    where = [f"--{name}={known[key]}" for name, key in _WHERE if key in known]
    done = subprocess.run(
        [
            *(str(programs_folder() / "pgbench"), "--no-vacuum", "--protocol=prepared", *where),
            *(f"--client={clients}", f"--jobs={min(2, clients)}", f"--time={max(1, round(seconds))}"),
            *(f"--define=first={first}", f"--define=last={last}", f"--file={SCRIPT}", str(known.get("dbname", ""))),
        ],
        capture_output=True,
        text=True,
        env={"PGPASSWORD": str(known.get("password", ""))},
    )
    found = _TPS.search(done.stdout)
    if found is None:
        raise NoLimit(f"pgbench: {(done.stderr.strip().splitlines() or ['said nothing'])[-1]}")
    return float(found[1])


_WHERE = (("host", "host"), ("port", "port"), ("username", "user"))
