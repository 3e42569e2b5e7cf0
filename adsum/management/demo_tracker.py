"""The demo's other side: the legacy tracker of `peers/`, which knows the same made-up people under other numbers.

It is in a checkout, not in the wheel. Its files stand in ADSUM_HOME/legacy: `tracker.toml` describes it to our side.
"""

from __future__ import annotations

import csv
import io
import json
import secrets
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adsum.core.keeping import put_whole
from adsum.ledger.rules import RULES
from adsum.management.listening import PortTaken, free_port, wait_for_port
from adsum.management.processes import Child
from adsum.people.queries import participants
from adsum.people.rules import ContactKind
from adsum.places.queries import current_addresses

if TYPE_CHECKING:
    from adsum.people.models import Participant
    from adsum.places.models import Address

PROGRAM, FOLDER, OUT, DESCRIPTION = "peers.legacy_tracker", "legacy", "out", "tracker.toml"
MOST = 300
COLUMNS = ("subj_no", "a_no", "nm", "dob", "cust", "addr", "city", "st", "zip", "tel")
# Each goes wrong a few times in a hundred; a "night" is a quarter of an hour, so that somebody who looks sees one.
FAULTS = '{"lag":0.03,"repeat":0.03,"reorder":0.03,"truncate":0.03,"error":0.03,"clock":0.03,"seconds":2}'
NIGHT_SECONDS = 900
LONGEST = 120
OLD_PORT_SECONDS = 2  # for a killed service's tracker to end
SPELLINGS = (("Z", "S"), ("EI", "IE"), ("I", "Y"), ("A", "AA"), ("E", "EE"))
UNKNOWN_TO_US = {"a_no": "A999999998", "nm": "DOE, JORDAN", "dob": "02/29/1988", "city": "Albany", "st": "NY"}


def demo_tracker(home: Path) -> list[Child]:
    """The tracker as a child to keep alive, described in ADSUM_HOME/legacy; none where this Adsum has no peers.

    Raises OSError.
    """
    if not _is_here():
        return []
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / OUT).mkdir(exist_ok=True)
    subjects = folder / "subjects.csv"
    if not subjects.exists():
        put_whole(subjects, _as_csv(_rows()).encode())
    words = folder / "arguments"
    put_whole(words, "\n".join(_arguments(folder, subjects, *_describe(folder))).encode())
    return [Child("tracker", [sys.executable, "-m", PROGRAM, f"@{words}"])]


def _is_here() -> bool:
    with suppress(ModuleNotFoundError):
        return find_spec(PROGRAM) is not None
    return False


def _describe(folder: Path) -> tuple[int, str]:
    """Write what our side reads of it; the port and the key stay what they were, where they can."""
    path = folder / DESCRIPTION
    before, key = _before(path)
    port = _port(before)
    said = {
        "code": "tracker",
        "title": "Legacy tracker",
        "address": f"http://127.0.0.1:{port}",
        "key": key,
        "folder": str(folder / OUT),
    }
    lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items())
    put_whole(path, "".join(lines).encode())
    return port, key


def _before(path: Path) -> tuple[int, str]:
    """Where the last one listened and its key; 0 and a fresh key where that is not known."""
    with suppress(FileNotFoundError, ValueError, KeyError):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return urlsplit(said["address"]).port or 0, said["key"]
    return 0, secrets.token_urlsafe(24)


def _port(before: int) -> int:
    with suppress(PortTaken):
        if before:
            wait_for_port("127.0.0.1", before, seconds=OLD_PORT_SECONDS)
            return before
    return free_port()


def _arguments(folder: Path, subjects: Path, port: int, key: str) -> list[str]:
    given = {
        "data": folder,
        "port": port,
        "key": key,
        "subjects": subjects,
        "faults": FAULTS,
        "night-seconds": NIGHT_SECONDS,
    }
    return [f"--{name}={value}" for name, value in given.items()] + ["--quiet"]


def _rows() -> Iterator[dict[str, str]]:
    """The first of the made-up people as the tracker has them, with the differences, and one whom only it knows."""
    there = participants(seen_by=RULES).filter(left_at__isnull=True, case_number__startswith="A").exclude(surnames="")
    people = list(there.order_by("pk").prefetch_related("contacts")[:MOST])
    homes = current_addresses(of=[person.pk for person in people], seen_by=RULES)()
    for number, person in enumerate(people, 1):
        row = _row(person, homes.get(person.pk))
        yield {**row, **_difference(number, row["nm"]), "subj_no": f"LT-{10_000 + 7 * number:08}"}
    yield {**UNKNOWN_TO_US, "subj_no": f"LT-{10_000:08}"}


def _difference(number: int, name: str) -> dict[str, str]:
    """Where the two do not agree from the start: what the tracker says otherwise of the one at this place."""
    match number:
        case 3:
            return {"tel": "12125550199"}
        case 5:
            return {"nm": _respelt(name)}
        case 8:
            return {"cust": "D"}
    return {}


def _respelt(name: str) -> str:
    return next((name.replace(ours, theirs, 1) for ours, theirs in SPELLINGS if ours in name), f"X{name}")


def _row(person: Participant, home: Address | None) -> dict[str, str]:
    held = [one for one in person.contacts.all() if one.kind == ContactKind.PHONE and one.value]
    newest = max(held, key=lambda one: (one.since, one.pk), default=None)
    surnames, given = (_plain(names).upper() for names in (person.surnames, person.given_names))
    row = {
        "a_no": person.case_number,
        "nm": f"{surnames[:50]}, {given[:50]}",
        "dob": f"{person.date_of_birth:%m/%d/%Y}",
        "tel": newest.value.removeprefix("+") if newest else "",
    }
    if home:
        state = home.state if len(home.state) == 2 and home.state.isascii() and home.state.isupper() else ""
        street = " ".join(filter(None, (home.street, home.unit)))
        row |= {"addr": _plain(street), "city": _plain(home.city), "st": state, "zip": _plain(home.postal_code)}
    return row


def _plain(text: str) -> str:
    """As the tracker can hold it: printable, without its separator of names, not too long."""
    return "".join(" " if one == "," else one for one in text if one.isprintable())[:LONGEST]


def _as_csv(rows: Iterator[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
