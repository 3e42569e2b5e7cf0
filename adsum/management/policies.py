"""All policies in one place, for printing."""

from collections.abc import Iterator

from adsum.checkins.policy import CheckinPolicy
from adsum.core.knobs import KnobDoc, Policy, knobs_of
from adsum.documents.policy import DocumentsPolicy
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.flags.policy import FlagsPolicy
from adsum.notices.policy import NoticesPolicy
from adsum.offices.policy import OfficesPolicy
from adsum.orders.policy import OrdersPolicy
from adsum.outbox.policy import OutboxPolicy
from adsum.people.policy import PeoplePolicy
from adsum.places.policy import PlacesPolicy
from adsum.policies.policy import PoliciesPolicy
from adsum.questions.policy import QuestionsPolicy

POLICIES: dict[str, type[Policy]] = {
    "policies": PoliciesPolicy,
    "outbox": OutboxPolicy,
    "offices": OfficesPolicy,
    "questions": QuestionsPolicy,
    "people": PeoplePolicy,
    "places": PlacesPolicy,
    "notices": NoticesPolicy,
    "flags": FlagsPolicy,
    "documents": DocumentsPolicy,
    "checkins": CheckinPolicy,
    "orders": OrdersPolicy,
    "enrolment": EnrolmentPolicy,
}


def policies_page() -> str:
    """`docs/policies.md`: every knob with default, range and reason."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Policies\n"
    yield "Printed by `adsum policy show`; do not edit. Each rule value has a default, a range and a reason.\n"
    for domain, policy in POLICIES.items():
        yield f"## {domain}\n"
        yield f"{(policy.__doc__ or '').strip()}\n"
        yield "| knob | default | range | why |"
        yield "|---|---|---|---|"
        for doc in knobs_of(policy):
            span = _span(doc)
            yield f"| `{doc.name}` | {_words(doc.default)} | {span} | {doc.why} |"
        yield ""


def _span(doc: KnobDoc) -> str:
    if isinstance(doc.default, str):
        return "any"
    return "yes or no" if doc.low is None else f"{doc.low} to {doc.high}"


def _words(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
