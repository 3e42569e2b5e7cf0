"""A tracker with two subjects, and how to ask it."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from peers.legacy_tracker.faults import Faults
from peers.legacy_tracker.rows import Subject
from peers.legacy_tracker.store import Store
from peers.legacy_tracker.web import Tracker

AT = "11/23/2026 10:00:00"
ANA = Subject("LT-00000001", "A000000001", "MARTINEZ REYES, ANA", "07/25/1999", tel="12125550101")
JEAN = Subject("LT-00000002", "A000000002", "PIERRE, JEAN", "01/01/1980", st="NY")
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "tracker.sqlite")
    store.add([ANA, JEAN], at=AT)
    yield store
    store.close()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def tracker(store: Store, faults: Faults) -> Iterator[Tracker]:
    tracker = Tracker(0, store, faults, key="k")
    Thread(target=tracker.serve_forever, daemon=True).start()
    yield tracker
    tracker.shutdown()
    tracker.server_close()


@pytest.fixture
def ask(tracker: Tracker) -> Ask:
    def _ask(method: str, path: str, said: object = None, *, key: str = "k") -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", tracker.server_port, timeout=5)
        try:
            body = json.dumps(said) if said is not None else None
            connection.request(method, path, body, {"X-Tracker-Key": key})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    return _ask
