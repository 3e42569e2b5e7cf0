"""One question about one person. Only an answer that could be read counts as looked."""

from dataclasses import asdict, dataclass
from datetime import datetime

from adsum.records.sources.calling import SourceDown, call, check_url
from adsum.records.sources.json_lines.reading import read_objects
from adsum.records.sources.mapping import read_mapping, refuse_strange
from adsum.records.sources.rows import FileRefused, Row, Settings

OWN = frozenset({"url", "answer_seconds"})


@dataclass(frozen=True)
class Sought:
    """Who is asked about: what our file says, and no more than is needed to find them."""

    case_number: str
    given_names: str
    surnames: str
    date_of_birth: str
    sex: str


def check(settings: Settings) -> None:
    """Raises BadMapping where a source's settings cannot be used."""
    refuse_strange(settings, OWN)
    check_url(settings)
    read_mapping(settings)


def ask(settings: Settings, sought: Sought, *, secret: str, name: str, now: datetime) -> list[Row]:
    """What the source knows about this person, perhaps nothing. Raises SourceDown."""
    records = call(settings, {"person": asdict(sought)}, secret=secret, name=name, now=now).get("records")
    if not isinstance(records, list):
        raise SourceDown("answered without a list of records")
    try:
        return read_objects(records, settings)
    except FileRefused as refusal:
        raise SourceDown(f"answered with what cannot be taken ({refusal})") from refusal
