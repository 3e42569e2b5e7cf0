"""What the engine found, as leads tell it: people with the texts of their own files, and each field in words."""

from collections.abc import Callable, Sequence

from adsum.ledger.rules import RULES
from adsum.records.matching.explaining import Agreement, FieldLine
from adsum.records.matching.living import Found
from adsum.records.matching.population import Description
from adsum.records.past_queries import describe_people
from adsum.records.rules import Found as FoundPerson
from adsum.records.rules import how_in_words

AS_LIKELY = 0.5  # of this one's probability: whoever has so much fits about as well
AGREES = {Agreement.AGREES: "yes", Agreement.PARTLY: "partly", Agreement.DISAGREES: "no", Agreement.MISSING: "unknown"}


def people_told(answers: Sequence[Found]) -> Callable[[Found], list[FoundPerson]]:
    """Looks up once who is named in these answers; then tells of each answer whom it names, and why."""
    named = {int(one.key) for answer in answers for one in answer.candidates}
    files = {one.key: one for one in describe_people(of=named, seen_by=RULES)} if named else {}

    def tell(answer: Found) -> list[FoundPerson]:
        return [
            FoundPerson(
                int(one.key),
                one.probability,
                [_told(line, files[one.key]) for line in one.explanation],
                sum(other.probability >= AS_LIKELY * one.probability for other in answer.candidates) - 1,
            )
            for one in answer.candidates
            if one.key in files
        ]

    return tell


def _told(line: FieldLine, file: Description) -> dict[str, object]:
    return {
        "field": line.field,
        "record": line.record_says,
        "file": _said(file)[line.field],
        "agrees": AGREES[line.agreement],
        "how": how_in_words(line.field, line.how),
        "one_in": line.one_in or 0,
        "weight": round(line.weight_nats, 2),
    }


def _said(file: Description) -> dict[str, str]:
    return {
        "given names": file.given_names,
        "surnames": file.surnames,
        "birthday": file.date_of_birth,
        "place": ", ".join(part for part in (file.city, file.state) if part),
        "sex": file.sex,
        "case number": file.case_number,
    }
