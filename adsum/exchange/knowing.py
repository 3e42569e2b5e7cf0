"""What a subscriber may read of a person beside the ids, read at the moment of sending: what was erased is gone."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from adsum.ledger.rules import RULES
from adsum.people.queries import participants
from adsum.places.queries import current_addresses

PARTS = ("street", "unit", "city", "state", "postal_code")


def known_of(people: Collection[int], *, fields: Sequence[str]) -> Mapping[int, dict[str, Any]]:
    """These fields (`outbox.rules.FIELDS`) of each of these people, by their ids; None where one is not known."""
    if not fields or not people:
        return {}
    homes = current_addresses(of=people, seen_by=RULES)() if "address" in fields else {}
    found = {}
    for person in participants(seen_by=RULES).filter(pk__in=people):
        home = homes.get(person.pk)
        every = {
            "case_number": person.case_number,
            "office": person.office.code,
            "names": {"given": person.given_names, "surnames": person.surnames},
            "language": person.language,
            "address": home and {part: getattr(home, part) for part in PARTS},
        }
        found[person.pk] = {name: every[name] for name in fields}
    return found
