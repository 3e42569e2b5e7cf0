"""What stands on the pages of an appeal's file, in the order in which somebody outside reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adsum.console.review_words import weighed_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from adsum.console.outside_papers import Paper
    from adsum.reviews.models import Appeal

TITLES = {
    "orders": "Orders, from the first to the one in force",
    "clocks": "Clocks, and the rules by which they run",
    "monitors": "GPS devices",
    "duties": "Check-ins that were owed",
    "appointments": "Appointments and hearings",
    "other_files": "What other systems say",
    "disagreements": "Values on which two systems differed",
}
MOST_ROWS = 500  # of one kind on paper; the data hold all
Row = tuple[str, str]


def pages_of(
    found: Appeal, held: Mapping[str, Any], papers: Sequence[Paper], *, data_hash: str, now: datetime
) -> dict[str, Any]:
    """Title, contents and sections, as `paper/outside.typ` needs them."""
    decision = found.decision
    person = decision.participant
    return {
        "title": f"Appeal {found}",
        "from": f"Adsum · {person.office.name}",
        "rows": [
            ("Participant", person.full_name),
            ("Case number", person.case_number),
            ("Made on", f"{now:%B %-d, %Y, %H:%M} UTC"),
            ("SHA-256 of the data beside this paper", data_hash),
        ],
        "sections": [*_about_the_appeal(found), _index_of(papers), *_held(held)],
    }


def _about_the_appeal(found: Appeal) -> Iterable[dict[str, Any]]:
    decision = found.decision
    wants = "yes" if found.wants_hearing else "no"
    by = f" ({found.representative})" if found.representative else ""
    made = [("Made on", _day(found.asked_at)), ("How it came", found.came + by), ("Hearing wanted", wants)]
    yield _section("The appeal", made, [found.words])
    signed = [
        ("Outcome", f"{decision}: {decision.level_before} to {decision.level_after}"),
        ("Signed by", f"{decision.decided_by.name}, {_day(decision.signed_at)}"),
        ("Evidence", decision.evidence),
    ]
    yield _section("The decision", signed, [decision.words, *weighed_lines(decision.weighed)])
    facts = [(str(one.get("source", "")), str(one.get("words", ""))) for one in decision.facts]
    yield _section("The file as it stood when it was signed", facts)
    letter = decision.letter
    yield _section("The letter in English", [], str(letter.get("en", "")).split("\n\n"))
    if letter.get("language") != "en":
        yield _section("The letter as it was sent", [], str(letter.get("theirs", "")).split("\n\n"))


def _index_of(papers: Sequence[Paper]) -> dict[str, Any]:
    """Each paper that ever came, where it lies beside these pages, or why it does not."""
    said = "The files lie beside this one. Photos of the person are not among them."
    return _section("Papers", [one.as_row() for one in papers], [said if papers else "No paper ever came."])


def _held(held: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The rest of the file, kind by kind."""
    for name, rows in held.items():
        if isinstance(rows, list) and rows and name != "papers":
            title = TITLES.get(name, name.replace("_", " ").capitalize())
            yield _section(title, [(str(number), _said(row)) for number, row in enumerate(rows[:MOST_ROWS], 1)])


def _said(row: Any) -> str:
    if not isinstance(row, dict):
        return str(row)
    return "; ".join(f"{key.replace('__', ' ').replace('_', ' ')}: {value}" for key, value in row.items() if value)


def _section(title: str, rows: Iterable[Row], paragraphs: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "title": title,
        "rows": [row for row in rows if row[1]],
        "paragraphs": [one for one in paragraphs if one.strip()],
    }


def _day(at: datetime) -> str:
    return f"{at:%B %-d, %Y}"
