"""A record as it comes in, and which of its versions is the newest. Pure."""

import re
from dataclasses import dataclass
from hashlib import sha256

from adsum.records.rules.kinds import Kind


@dataclass(frozen=True)
class RecordIn:
    """One record as a source delivers it: texts as they came; "" is not said.

    `version` orders what a source says of the same record: a later one wins, whenever it comes. `their_person` is the
    source's own number for the person, where it has one. `withdrawn`: the source takes the record back.
    """

    record_id: str
    version: str
    kind: Kind
    given_names: str = ""
    surnames: str = ""
    date_of_birth: str = ""
    sex: str = ""
    city: str = ""
    state: str = ""
    case_number: str = ""
    their_person: str = ""
    event_on: str = ""
    what: str = ""
    where: str = ""
    urgent: bool = False
    withdrawn: bool = False

    @property
    def identity(self) -> str:
        """A digest of all that says who is meant."""
        return _digest(self.given_names, self.surnames, self.sex, self.city, self.state, self.facts)

    @property
    def facts(self) -> str:
        """A digest of what is no spelling: birthday, and the numbers of the person."""
        return _digest(self.date_of_birth, self.case_number, self.their_person)

    @property
    def content(self) -> str:
        """A digest of everything."""
        told = (self.kind, self.event_on, self.what, self.where, str(self.urgent), str(self.withdrawn))
        return _digest(self.identity, *told)


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def version_key(version: str) -> tuple[tuple[int, str], ...]:
    """How versions follow each other: runs of digits as numbers, the rest as text; moments as ISO 8601 in UTC."""
    parts = re.findall(r"[0-9]+|[^0-9]+", version)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
