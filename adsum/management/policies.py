"""All policies in one place, for printing."""

from collections.abc import Iterator

from adsum.checkins.policy import POLICY as CHECKINS
from adsum.checkins.policy import LadderPolicy
from adsum.core.knobs import KnobDoc, Policy, knobs_of
from adsum.documents.policy import POLICY as DOCUMENTS
from adsum.enrolment.policy import POLICY as ENROLMENT
from adsum.flags.policy import POLICY as FLAGS
from adsum.notices.policy import POLICY as NOTICES
from adsum.offices.policy import POLICY as OFFICES
from adsum.orders.policy import POLICY as ORDERS
from adsum.outbox.policy import POLICY as OUTBOX
from adsum.people.policy import POLICY as PEOPLE
from adsum.places.policy import POLICY as PLACES
from adsum.policies.policy import POLICY as POLICIES_THEMSELVES
from adsum.questions.policy import POLICY as QUESTIONS

POLICIES: dict[str, Policy] = {
    "policies": POLICIES_THEMSELVES,
    "outbox": OUTBOX,
    "offices": OFFICES,
    "questions": QUESTIONS,
    "people": PEOPLE,
    "places": PLACES,
    "notices": NOTICES,
    "flags": FLAGS,
    "documents": DOCUMENTS,
    "checkins": CHECKINS,
    "ladder": LadderPolicy(),
    "orders": ORDERS,
    "enrolment": ENROLMENT,
}


def policies_page() -> str:
    """`docs/policies.md`: every knob with default, range and reason."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Policies\n"
    yield "Printed by `adsum policy show`; do not edit. Each rule value has a default, a range and a reason.\n"
    for domain, policy in POLICIES.items():
        yield f"## {domain}\n"
        yield f"{(type(policy).__doc__ or '').strip()}\n"
        yield "| knob | default | range | why |"
        yield "|---|---|---|---|"
        for doc in knobs_of(type(policy)):
            span = _span(doc)
            yield f"| `{doc.name}` | {_words(doc.default)} | {span} | {doc.why} |"
        yield ""


def _span(doc: KnobDoc) -> str:
    if doc.among:
        return f"any of {', '.join(map(str, doc.among))}"
    if isinstance(doc.default, str):
        return "any"
    return "yes or no" if doc.low is None else f"{doc.low} to {doc.high}"


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
