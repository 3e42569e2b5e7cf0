"""All policies in one place, for printing."""

from collections.abc import Iterator

from adsum.appointments.policy import AppointmentsPolicy
from adsum.checkins.policy import CheckinPolicy, LadderPolicy
from adsum.core.knobs import KnobDoc, Policy, Reach, knobs_of
from adsum.counterparts.policy import CounterpartsPolicy
from adsum.court.policy import CourtPolicy
from adsum.documents.policy import DocumentsPolicy
from adsum.enrolment.policy import ComingBackPolicy, EnrolmentPolicy, PhonePolicy
from adsum.families.policy import FamiliesPolicy
from adsum.flags.policy import FlagsPolicy
from adsum.funnel.policy import FunnelPolicy
from adsum.handover.policy import HandoverPolicy
from adsum.law.policy import LawPolicy
from adsum.leaving.policy import LeavingPolicy
from adsum.monitors.policy import MonitorsPolicy
from adsum.notices.policy import NoticesPolicy
from adsum.offices.policy import OfficesPolicy
from adsum.orders.policy import OrdersPolicy
from adsum.outbox.policy import OutboxPolicy
from adsum.partners.policy import PartnersPolicy
from adsum.people.policy import PeoplePolicy
from adsum.pilots.policy import PilotPolicy
from adsum.places.policy import PlacesPolicy
from adsum.policies.policy import PoliciesPolicy
from adsum.policies.rules import value_in_words
from adsum.questions.policy import QuestionsPolicy
from adsum.records.policy import RecordsPolicy
from adsum.reviews.policy import ReviewsPolicy
from adsum.staffing.policy import StaffingPolicy
from adsum.trials.policy import TrialsPolicy
from adsum.waves.policy import WavesPolicy

POLICIES: dict[str, type[Policy]] = {
    "policies": PoliciesPolicy,
    "pilots": PilotPolicy,
    "outbox": OutboxPolicy,
    "offices": OfficesPolicy,
    "questions": QuestionsPolicy,
    "people": PeoplePolicy,
    "places": PlacesPolicy,
    "notices": NoticesPolicy,
    "flags": FlagsPolicy,
    "partners": PartnersPolicy,
    "funnel": FunnelPolicy,
    "handover": HandoverPolicy,
    "documents": DocumentsPolicy,
    "appointments": AppointmentsPolicy,
    "court": CourtPolicy,
    "counterparts": CounterpartsPolicy,
    "checkins": CheckinPolicy,
    "ladder": LadderPolicy,
    "orders": OrdersPolicy,
    "law": LawPolicy,
    "monitors": MonitorsPolicy,
    "families": FamiliesPolicy,
    "staffing": StaffingPolicy,
    "enrolment": EnrolmentPolicy,
    "coming-back": ComingBackPolicy,
    "phones": PhonePolicy,
    "leaving": LeavingPolicy,
    "records": RecordsPolicy,
    "reviews": ReviewsPolicy,
    "waves": WavesPolicy,
    "trials": TrialsPolicy,
}


def policies_page() -> str:
    """`docs/policies.md`: every knob with default, range and reason."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Policies\n"
    yield "Printed by `adsum policy show`; do not edit. Each rule value has a default, a range and a reason."
    yield "What holds now, in one office or at one level, stands in the console under Policies: who set it, and why.\n"
    for domain, policy in POLICIES.items():
        yield f"## {domain}\n"
        yield f"{(policy.__doc__ or '').strip()}\n"
        yield "| knob | default | range | may differ | why |"
        yield "|---|---|---|---|---|"
        for doc in knobs_of(policy):
            span = _span(doc)
            yield f"| `{doc.name}` | {_words(doc.default)} | {span} | {_DIFFERS[doc.reach]} | {doc.why} |"
        yield ""


_DIFFERS = {Reach.PROGRAMME: "never", Reach.OFFICE: "by office", Reach.LEVEL: "by office and level"}


def _span(doc: KnobDoc) -> str:
    if doc.among:
        return f"of {', '.join(map(str, doc.among))}"
    if isinstance(doc.default, str):
        return "any"
    return "yes or no" if doc.low is None else f"{doc.low} to {doc.high}"


def _words(value: object) -> str:
    return value_in_words(value) or "none"
