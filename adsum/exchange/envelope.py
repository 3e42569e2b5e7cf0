"""What a subscriber reads of a fact: a CloudEvents envelope (cloudevents.io, 1.0, JSON) with our numbers and fields."""

from collections.abc import Mapping
from typing import Any

import orjson

from adsum.outbox.rules import Owed

CONTENT_TYPE = "application/cloudevents+json"
NAMED = "org.adsum."


def envelope(fact: Owed, *, code: str, source: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """The fact as an event of `source` (an address) for the subscriber with this code; `known`: what it may read more.

    `sequence` (of CloudEvents' extension of that name) is the subscriber's own count, without gaps.
    """
    return {
        "specversion": "1.0",
        "id": name_of(fact, code=code),
        "source": source,
        "type": f"{NAMED}{fact.kind}",
        "subject": f"participants/{fact.participant_id}",
        "time": fact.created_at.isoformat(),
        "datacontenttype": "application/json",
        "sequence": str(fact.number),
        "sequencetype": "Integer",
        "data": {"participant": fact.participant_id, **fact.body, **known},
    }


def name_of(fact: Owed, *, code: str) -> str:
    """The same each time the fact is sent to this subscriber: by it a repeated one is known."""
    return f"{code}_{fact.number}"


def as_json(said: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return orjson.dumps(said).decode()
