"""How a file of facts is laid out: CSV with one fact a row, or JSON-LD with the names of NIEM 6.

NIEM's names are those of its model 6.0 (OASIS NIEMOpen, 2025): core `nc:`, justice `j:`, immigration `im:`. What it has
no name for stands under `adsum:`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adsum.exchange.envelope import as_json, name_of

if TYPE_CHECKING:
    from adsum.outbox.models import Subscriber
    from adsum.outbox.rules import Owed

Known = Mapping[int, Mapping[str, Any]]
NIEM = "https://docs.oasis-open.org/niemopen/ns/model"
CONTEXT = {
    "nc": f"{NIEM}/niem-core/6.0/",
    "j": f"{NIEM}/domains/justice/6.0/",
    "im": f"{NIEM}/domains/immigration/6.0/",
    "adsum": "urn:adsum:facts:1:",
}
TYPES = {"review.appealed": "j:Appeal"}
COLUMNS = ("number", "kind", "time", "participant")


def as_csv(facts: Sequence[Owed], known: Known, subscriber: Subscriber, source: str) -> str:
    """One fact a row: its number, kind, time (UTC) and person, what the subscriber may read more, and its ids as JSON.

    A cell that a table program would take for a formula has an apostrophe before it.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*COLUMNS, *subscriber.fields, "data"])
    for fact in facts:
        more = known.get(fact.participant_id, {})
        said = [_cell(more.get(name)) for name in subscriber.fields]
        when = fact.created_at.isoformat()
        rows.writerow([fact.number, fact.kind, when, fact.participant_id, *said, as_json(fact.body)])
    return text.getvalue()


def _cell(said: Any) -> str:
    words = ", ".join(filter(None, said.values())) if isinstance(said, dict) else str(said or "")
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


def as_niem(facts: Sequence[Owed], known: Known, subscriber: Subscriber, source: str) -> str:
    """The same as JSON-LD: each fact an activity of NIEM with the person whom it concerns."""
    graph = [_activity(fact, known.get(fact.participant_id, {}), subscriber.code, source) for fact in facts]
    return as_json({"@context": CONTEXT, "@graph": graph})


def _activity(fact: Owed, more: Mapping[str, Any], code: str, source: str) -> dict[str, Any]:
    return {
        "@id": f"{source}/facts/{name_of(fact, code=code)}",
        "@type": TYPES.get(fact.kind, "nc:Activity"),
        "nc:ActivityIdentification": {"nc:IdentificationID": str(fact.number)},
        "nc:ActivityDate": {"nc:DateTime": fact.created_at.isoformat()},
        "nc:ActivityName": fact.kind,
        "im:Alien": _person(fact.participant_id, more, source),
        "adsum:data": fact.body,
    }


def _person(person: int, more: Mapping[str, Any], source: str) -> dict[str, Any]:
    said: dict[str, Any] = {"@id": f"{source}/participants/{person}"}
    if number := more.get("case_number"):
        said["im:AlienNumberIdentification"] = {"nc:IdentificationID": number}
    if names := more.get("names"):
        said["nc:PersonName"] = {"nc:PersonGivenName": names["given"], "nc:PersonSurName": names["surnames"]}
    if home := more.get("address"):
        said["nc:Address"] = {
            "nc:AddressStreet": {"nc:StreetFullText": home["street"]},
            "nc:AddressSecondaryUnitText": home["unit"],
            "nc:AddressCityName": home["city"],
            "nc:AddressState": {"nc:StateCode": home["state"]},
            "nc:AddressPostalCode": home["postal_code"],
        }
    ours = {f"adsum:{name}": more[name] for name in ("office", "language") if more.get(name)}
    return said | ours


LAYOUTS: dict[str, Callable[[Sequence[Owed], Known, Subscriber, str], str]] = {"csv": as_csv, "jsonld": as_niem}
