"""A decision to write letters of, and what a reader of the paper meets."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from adsum.orders.rules import Level
from adsum.reviews.letters import words
from adsum.reviews.letters.facts import Criterion, Decided, Fact, Reason
from adsum.reviews.rules import Met, Outcome

KEPT = Decided(
    number="000-017",
    outcome=Outcome.KEEP,
    name="María López García",
    address="123 Main St Apt 4\nBrooklyn, NY 11226",
    office="Office NYC",
    phone="+1 212 555 0100",
    level_now=Level.GPS_ANKLE,
    level_then=Level.GPS_ANKLE,
    holds_from=date(2026, 11, 23),
    reasons=(
        Reason(Criterion.MONTHS, Met.NOT_MET, has=3, wants=6),
        Reason(Criterion.ON_TIME, Met.MET, has=97, wants=95),
        Reason(Criterion.MISSES, Met.MET, has=1, wants=2),
        Reason(Criterion.RECORDS, Met.NO_DATA, words="We asked the court again on Friday."),
    ),
    signed_by="Ana Officer",
    signed_at=datetime(2026, 11, 22, 21, 0, tzinfo=UTC),
    zone="America/New_York",
    asked_on=date(2026, 11, 2),
    facts=(
        Fact(words.IN_TIME, {"number": 31}),
        Fact(words.EXCUSED, {"number": 2}),
        Fact(words.ATTENDED, {"number": 3}),
    ),
    own_words="You are doing well. In February we look again.",
    appeal_last_day=date(2026, 12, 22),
)
LOWERED = replace(
    KEPT, outcome=Outcome.STEP_DOWN, level_then=Level.CHECK_IN, appeal_last_day=None, number="000-018", asked_on=None
)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which a reader of the file meets it."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def elements_of(pdf: bytes) -> list[tuple[str, str]]:
    """The kinds of a document's elements with their language, as a screen reader meets them."""
    catalog: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return list(_walk(catalog["/StructTreeRoot"]))


def _walk(node: Any) -> Iterator[tuple[str, str]]:
    node = node.get_object()
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Lang", ""))
        node = node.get("/K", [])
        node = node.get_object() if hasattr(node, "get_object") else node
    for child in node if isinstance(node, list) else [node]:
        if hasattr(child, "get_object") and not isinstance(child.get_object(), (int, str)):
            yield from _walk(child)
