"""`python -m peers.legacy_tracker --data DIR --port N`: the tracker, until Ctrl-C or TERM; one for each folder.

Arguments can stand in a file, a line each, that is named as @FILE: a key on a command line is read by all who ask.
"""

from __future__ import annotations

import argparse
import csv
import fcntl
import json
import signal
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import TextIO

from peers.legacy_tracker.deltas import FORM, write_deltas
from peers.legacy_tracker.faults import Faults, read_rates
from peers.legacy_tracker.push import Push
from peers.legacy_tracker.rows import BadValue, Subject, read_subject
from peers.legacy_tracker.store import Store
from peers.legacy_tracker.web import NIGHT, Tracker

WAIT_SECONDS = 15  # for the one before to end
A_DAY = 86_400


def read_subjects(path: Path) -> Iterator[Subject]:
    """Subjects of a CSV file with the tracker's columns; without `subj_no` they are numbered. Raises BadValue."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            said = {name: value for name, value in row.items() if value and name != "subj_no"}
            try:
                yield read_subject(said, subj_no=row.get("subj_no") or "")
            except BadValue as error:
                raise BadValue(f"row {number}: {error}") from error


def main(words: list[str]) -> int:
    """Serve, with a nightly file every so many seconds."""
    parser = _parser()
    given = parser.parse_args(words)
    if given.night_seconds < 1:
        parser.error("--night-seconds: 1 at least")
    stop = Event()
    try:
        given.data.mkdir(parents=True, exist_ok=True)
        with (given.data / "lock").open("w") as lock:
            _be_alone(lock)
            faults = Faults(read_rates(json.loads(given.faults)), given.seed)
            store = Store(given.data / "tracker.sqlite")
            if given.subjects:
                store.add(read_subjects(given.subjects), at=_now().strftime(FORM))
            tracker = Tracker(given.port, store, faults, key=given.key)
            push = Push(given.push, given.push_secret, store, faults) if given.push else None
            _end_when_asked(stop)
            _serve(tracker, push, given, stop)
    except (OSError, ValueError, csv.Error) as error:
        parser.error(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("legacy_tracker", description=__doc__, fromfile_prefix_chars="@")
    parser.add_argument("--data", type=Path, required=True, help="folder of its database and its files")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--key", default="tracker", help="what a caller says in X-Tracker-Key")
    parser.add_argument("--subjects", type=Path, help="CSV of subjects to begin with")
    parser.add_argument("--faults", default="{}", help='JSON, such as {"lag": 0.05, "error": 0.05}')
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--night-seconds", type=float, default=A_DAY, help="a file each so many seconds")
    parser.add_argument("--push", help="where each change is told by POST")
    parser.add_argument("--push-secret", default="", help="whsec_…, with which that is signed")
    parser.add_argument("--quiet", action="store_true", help="do not say where it listens")
    return parser


def _be_alone(lock: TextIO) -> None:
    """The folder is one tracker's; what replaces one waits for its end. Raises OSError."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise OSError("another tracker runs on this folder") from error
        time.sleep(0.1)


def _end_when_asked(stop: Event) -> None:
    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, lambda *_: stop.set())


def _serve(tracker: Tracker, push: Push | None, given: argparse.Namespace, stop: Event) -> None:
    _until_night(tracker.store, given.night_seconds)  # known before anybody can ask
    Thread(target=tracker.serve_forever, daemon=True).start()
    if push:
        Thread(target=push.keep_telling, args=[stop], daemon=True).start()
    if not given.quiet:
        sys.stdout.write(f"Legacy tracker on http://127.0.0.1:{tracker.server_port}, files in {given.data / 'out'}\n")
        sys.stdout.flush()
    while not stop.wait(_until_night(tracker.store, given.night_seconds)):
        _write_files(tracker, given.data / "out")
        tracker.store.set_mark(NIGHT, round(time.time() + given.night_seconds))
    tracker.shutdown()
    tracker.server_close()
    tracker.store.close()


def _until_night(store: Store, most: float) -> float:
    """Seconds until the next file is due: so many after the last one, however often it was started since."""
    now = time.time()
    due = store.mark(NIGHT, 0)
    if not due or due > now + most:
        due = round(now + most)
        store.set_mark(NIGHT, due)
    return max(0.0, min(due - now, most))


def _write_files(tracker: Tracker, folder: Path) -> None:
    try:
        write_deltas(tracker.store, folder, tracker.faults, now=_now())
    except OSError as error:
        sys.stderr.write(f"No file tonight: {error}\n")


def _now() -> datetime:
    return datetime.now()  # noqa: DTZ005  # the tracker knows no zones


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
