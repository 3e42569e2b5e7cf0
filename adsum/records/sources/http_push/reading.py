"""A signed message becomes rows. Nothing of it is read before its signature is known to be the source's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from adsum.core.signatures import fault_of_signature
from adsum.records.sources.json_lines.reading import read_objects
from adsum.records.sources.rows import FileRefused, Row, Settings

MOST_BYTES, MOST_RECORDS = 900_000, 1_000  # above a million no door reads anything, and nothing is counted


class Why(StrEnum):
    """Why a message was refused, as it is counted. It says nothing of what stood in it."""

    SIGNATURE = "signature"
    EXPIRED = "expired"
    TOO_LARGE = "too-large"
    LAYOUT = "layout"


WORDS = {
    Why.SIGNATURE: "the signature is not this source's",
    Why.EXPIRED: "it was signed more than five minutes ago, or its clock goes wrong",
    Why.TOO_LARGE: f"it is larger than {MOST_BYTES:,} bytes, or has more than {MOST_RECORDS:,} records",
    Why.LAYOUT: "a JSON object with a list “records” is needed, of plain text without formulas",
}


class PushRefused(Exception):
    """The message changes nothing; says which kind of fault it has."""

    def __init__(self, why: Why, says: str = "") -> None:
        super().__init__(says or WORDS[why])
        self.why = why


@dataclass(frozen=True)
class Pushed:
    """A message that is the source's. The same one again has the same digest."""

    name: str
    digest: str
    rows: list[Row]


def read_push(body: bytes, headers: Mapping[str, str], *, secret: str, settings: Settings) -> Pushed:
    """The rows of a signed message. Raises PushRefused."""
    if len(body) > MOST_BYTES:
        raise PushRefused(Why.TOO_LARGE)
    names = {name.lower(): value for name, value in headers.items()}
    if fault := fault_of_signature(body, names, secret=secret):
        raise PushRefused(Why(fault))
    name = names["webhook-id"]
    digest = sha256(name.encode() + b"\0" + body).hexdigest()
    return Pushed(name[:160], digest, _rows(body, settings))


def _rows(body: bytes, settings: Settings) -> list[Row]:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PushRefused(Why.LAYOUT) from error
    records = said.get("records") if isinstance(said, dict) else None
    if not isinstance(records, list):
        raise PushRefused(Why.LAYOUT)
    if len(records) > MOST_RECORDS:
        raise PushRefused(Why.TOO_LARGE)
    try:
        return read_objects(records, settings)
    except FileRefused as refusal:
        raise PushRefused(Why.LAYOUT, str(refusal)) from refusal
