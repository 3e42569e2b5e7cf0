"""`python -m tools.reconciling --people N`: ten differences between two files on N people, found and named; how fast.

A service with made-up people under ADSUM_HOME/bench, and the legacy tracker with a file on each of them. First the
tracker's rows are read as they are read at the beginning, one and all: that is the yardstick, as what a comparison
without hashes would have to move. Then ten differences of which no log says a word are sown on both sides, and
`adsum exchange reconcile` looks.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from adsum.management.instruments.service import Service, start_service
from peers.legacy_tracker.rows import COLUMNS, Subject, digest

CODE, KEY, FIRST = "bench-tracker", "the key of the bench", 20
HERE = Path(__file__).resolve().parents[1]
_PEOPLE = """
SELECT p.case_number, coalesce(nullif(p.surnames, ''), p.given_names) || ', ' || p.given_names,
    to_char(p.date_of_birth, 'MM/DD/YYYY'), trim(home.street || ' ' || home.unit), home.city, home.state,
    home.postal_code,
    (SELECT c.value FROM adsum_contact c WHERE c.participant_id = p.id AND c.kind = 'phone' AND c.value <> ''
        ORDER BY c.since DESC, c.id DESC LIMIT 1),
    (SELECT to_char(r.received_at AT TIME ZONE o.time_zone, 'MM/DD/YYYY') FROM adsum_report r
        WHERE r.participant_id = p.id AND r.kind = 'check-in' ORDER BY r.received_at DESC LIMIT 1),
    CASE WHEN EXISTS (SELECT FROM adsum_device d WHERE d.participant_id = p.id AND d.signed_out_at IS NULL)
        THEN '1' ELSE '0' END
FROM adsum_participant p JOIN adsum_fieldoffice o ON o.id = p.office_id
LEFT JOIN adsum_address home ON home.participant_id = p.id AND home.until IS NULL
WHERE p.case_number LIKE 'A%%' AND p.left_at IS NULL ORDER BY p.case_number"""
_COLUMNS = ("a_no", "nm", "dob", "addr", "city", "st", "zip", "tel", "lst_rpt", "dev")
_READ = (
    "SELECT c.cursor, (SELECT count(*) FROM adsum_twin) FROM adsum_counterpart c"
    " JOIN adsum_subscriber s ON s.id = c.subscriber_id WHERE s.code = %s"
)


def main(words: list[str]) -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser("tools.reconciling", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path, default=HERE / "var" / "bench-reconcile")
    given = parser.parse_args(words)
    service = start_service(given.home, people=FIRST)
    try:
        if service.command("people", "count")["participants"] < given.people:
            service.command("demo", "--people", str(given.people), "--history-days", "28")
        figures = _measure(service, given.home)
    finally:
        service.stop()
    sys.stdout.write(f"{json.dumps(figures)}\n")


def _measure(service: Service, home: Path) -> dict[str, Any]:
    data = home / "tracker"
    rows = _write_subjects(service, home / "subjects.csv")
    command = [sys.executable, "-m", "peers.legacy_tracker", "--data", str(data), "--port", "0", "--key", KEY]
    tracker = subprocess.Popen(
        [*command, "--subjects", str(home / "subjects.csv")], cwd=HERE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert tracker.stdout is not None
        address = tracker.stdout.readline().split()[3].rstrip(",")
        described = home / "tracker.toml"
        described.write_text(f'code = "{CODE}"\ntitle = "Tracker"\naddress = "{address}"\nkey = "{KEY}"\n')
        began = time.monotonic()
        service.command("exchange", "counterpart", "add", str(described))
        _wait(service, rows)
        read_s = time.monotonic() - began
        calm = service.command("exchange", "reconcile", CODE)
        sown = _sow(service, data / "tracker.sqlite")
        looks = [service.command("exchange", "reconcile", CODE) for _ in range(3)]
    finally:
        tracker.terminate()
        tracker.wait()
    found = {one["case_number"]: one["kind"] for one in looks[-1]["differences"]}
    return {
        "people": rows,
        "read_all_s": round(read_s, 1),
        "before": len(calm["differences"]),
        "sown": len(sown),
        "found": sum(found.get(number) == kind for number, kind in sown.items()),
        "named": len(found),
        "reconcile_s": sorted(look["seconds"] for look in looks),
        "rows_read": looks[-1]["rows_read"],
        "ranges": looks[-1]["ranges"],
    }


def _write_subjects(service: Service, path: Path) -> int:
    """Everybody as the tracker has them: what both say is the same."""
    rows = service.sql(_PEOPLE)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows([_plain(value) for value in row] for row in rows)
    return len(rows)


def _plain(value: object) -> str:
    return str(value or "").removeprefix("+1")[:120]


def _wait(service: Service, rows: int) -> None:
    while True:
        found = service.sql(_READ, CODE)
        if found and found[0][1] >= rows:
            return
        time.sleep(1)


def _sow(service: Service, path: Path) -> dict[str, str]:
    """Four rows changed there, two gone, one lost from our memory, three people moved here: no log, no fact says so."""
    picked = service.sql("SELECT case_number, participant_id FROM adsum_twin ORDER BY md5(case_number) LIMIT 10")
    numbers = [number for number, _ in picked]
    with sqlite3.connect(path) as there:
        for number in numbers[:4]:
            read = there.execute(f"SELECT {', '.join(COLUMNS)} FROM subject WHERE a_no = ?", [number])  # noqa: S608
            changed = replace(Subject(*read.fetchone()), cust="D")
            there.execute("UPDATE subject SET cust = 'D', hi = ?, lo = ? WHERE a_no = ?", [*digest(changed), number])
        there.executemany("DELETE FROM subject WHERE a_no = ?", [[number] for number in numbers[4:6]])
    service.sql("DELETE FROM adsum_twin WHERE case_number = %s", numbers[6])
    people = [person for _, person in picked[7:]]
    service.sql("UPDATE adsum_address SET street = '9 Elm St' WHERE participant_id = ANY(%s)", people)
    kinds = ["news"] * 4 + ["gone"] * 2 + ["unheard"] + ["unsent"] * 3
    return dict(zip(numbers, kinds, strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
