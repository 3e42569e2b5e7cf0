"""`python -m peers.legacy_tracker --data DIR --port N`: the tracker, until Ctrl-C or TERM."""

from __future__ import annotations

import argparse
import csv
import json
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from peers.legacy_tracker.deltas import FORM, write_delta
from peers.legacy_tracker.faults import BadFaults, Faults, read_rates
from peers.legacy_tracker.rows import SAID, BadValue, Subject, check
from peers.legacy_tracker.store import Store
from peers.legacy_tracker.web import Tracker


def read_subjects(path: Path) -> Iterator[Subject]:
    """Subjects of a CSV file with the tracker's columns; without `subj_no` they are numbered. Raises BadValue."""
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            said: dict[str, Any] = {name: check(name, row[name]) for name in SAID if row.get(name)}
            if not row.get("a_no") or not {"nm", "dob"} <= set(said):
                raise BadValue(f"row {number}: a_no, nm and dob are needed")
            yield Subject(row.get("subj_no") or f"LT-{number:08}", row["a_no"], **said)


def main(words: list[str]) -> int:
    """Serve, with a nightly file every so many seconds."""
    parser = argparse.ArgumentParser("legacy_tracker", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of its database and its files")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--key", default="tracker", help="what a caller says in X-Tracker-Key")
    parser.add_argument("--subjects", type=Path, help="CSV of subjects to begin with")
    parser.add_argument("--faults", default="{}", help='JSON, such as {"lag": 0.05, "error": 0.05}')
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--night-seconds", type=float, default=86_400, help="a file each so many seconds")
    given = parser.parse_args(words)
    given.data.mkdir(parents=True, exist_ok=True)
    try:
        faults = Faults(read_rates(json.loads(given.faults)), given.seed)
        store = Store(given.data / "tracker.sqlite")
        if given.subjects:
            store.add(read_subjects(given.subjects), at=_now().strftime(FORM))
    except (BadFaults, BadValue, OSError, ValueError) as error:
        parser.error(str(error))
    tracker = Tracker(given.port, store, faults, key=given.key)
    stop = Event()
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda *_: stop.set())
    Thread(target=tracker.serve_forever, daemon=True).start()
    sys.stdout.write(f"Legacy tracker on http://127.0.0.1:{tracker.server_port}, files in {given.data / 'out'}\n")
    sys.stdout.flush()
    while not stop.wait(given.night_seconds):
        write_delta(store, given.data / "out", faults, now=_now())
    tracker.shutdown()
    store.close()
    return 0


def _now() -> datetime:
    return datetime.now()  # noqa: DTZ005  # the tracker knows no zones


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
