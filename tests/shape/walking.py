"""Who walks through all the pages, what they find there, and the person whom not all of them may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from adsum.appointments.models import Appointment
from adsum.checkins.actions import climb_rungs, make_reminders, submit_report, sweep_overdue
from adsum.checkins.models import Report, Rung
from adsum.checkins.rules import ReportContent
from adsum.core.ids import in_groups
from adsum.counterparts.models import Disagreement
from adsum.documents.actions import start_upload
from adsum.documents.models import Document, Upload
from adsum.documents.rules import Kind
from adsum.flags.actions import raise_flag
from adsum.flags.models import Flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.rules import RULES
from adsum.misses.actions import decide_miss
from adsum.misses.models import MissStep
from adsum.misses.rules import StepAsked
from adsum.monitors.actions import take_heard
from adsum.monitors.models import MonitorAlert
from adsum.monitors.rules import AlertKind
from adsum.notices.models import Message
from adsum.notices.rules import Channel
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from adsum.policies.models import PolicyVersion
from adsum.records.actions import judge_lead, note_answer
from adsum.records.models import Confirmation, Lead
from adsum.reviews.actions import appeal_decision, ask_for_review, decide_review
from adsum.reviews.letters.drafting import draft
from adsum.reviews.letters.paper import sheet_of
from adsum.reviews.models import Appeal, Review
from adsum.reviews.rules import DecisionAsked, Outcome, Way, Wish
from tests.counterparts.tracker import differs, make_counterpart
from tests.factories import (
    NOW,
    make_appointment,
    make_document,
    make_duty,
    make_participant,
    make_staff,
    make_version,
)
from tests.leads import make_lead
from tests.monitors.worn import heard, make_worn
from tests.reviews.letters import KEPT
from tests.shape.laws.addresses import Address

SignIn = Callable[[Participant | Staff], Client]
VISITORS = ("stranger", "neighbour", "far", "auditor", "person", "officer")


@dataclass(frozen=True)
class Page:
    """What each visitor gets: a status, or the page they are sent to; and which secrets its rightful visitor sees.

    `to_all`: what everybody sees who has the page's address already, as it stands in it.
    """

    answers: dict[str, str]
    shows: frozenset[str]
    to_all: frozenset[str] = frozenset()


def _page(answers: str, shows: str = "", to_all: str = "") -> Page:
    return Page(dict(zip(VISITORS, answers.split(), strict=True)), frozenset(shows.split()), frozenset(to_all.split()))


# The columns are VISITORS: nobody known, another participant of the office, an officer of another office, an
# auditor, who sees rules but no people, the participant, an officer of their office.
WALK = {
    "welcome": _page("200 home 200 200 home 200"),
    "help": _page("200 200 200 200 200 200"),
    "start": _page("200 200 200 200 200 200"),
    "start-with-code": _page("200 200 200 200 200 200"),
    "come-back": _page("200 home 200 200 home 200"),
    "my-device": _page("start 200 start start 200 start"),
    "home": _page("start 200 start start 200 start", shows="receipt"),
    "check-in": _page("start 200 start start 200 start", shows="address"),
    "attempts": _page("start 400 start start 400 start"),
    "receipts": _page("200 200 200 200 200 200"),
    "receipt": _page("200 200 200 200 200 200", shows="surname receipt message", to_all="receipt"),
    "receipt-paper": _page("start 404 start start 200 start"),
    "sealed-check-in": _page("422 422 422 422 422 422"),
    "offline": _page("200 200 200 200 200 200"),
    "service-worker": _page("200 200 200 200 200 200"),
    "manifest": _page("200 200 200 200 200 200"),
    "receipt-proof": _page("start 404 start start 200 start", shows="receipt"),
    "hand-off": _page("start check-in start start check-in start"),
    "hand-off-arrived": _page("start 200 start start 200 start"),
    "phone": _page("200 200 200 200 200 200"),
    "phone-with-code": _page("200 200 200 200 200 200"),
    "owntracks": _page("401 401 401 401 401 401"),
    "sharing": _page("start 200 start start 200 start"),
    "get-ready": _page("start 200 start start 200 start"),
    "practice": _page("start 200 start start 200 start", shows="address"),
    "got-ready": _page("start 200 start start 200 start"),
    "ready-problems": _page("start 204 start start 204 start"),
    "my-file": _page("start 200 start start 200 start", shows="surname case receipt address"),
    "my-file-whole": _page("start 200 start start 200 start", shows="surname case receipt address message"),
    "my-dates": _page("start 200 start start 200 start"),
    "my-calendar": _page("start 200 start start 200 start"),
    "calendar-feed": _page("404 404 404 404 404 404"),
    "my-messages": _page("start 200 start start 200 start"),
    "my-representatives": _page("start 200 start start 200 start"),
    "represented": _page("404 404 404 404 404 404"),
    "helpers": _page("start 200 start start 200 start"),
    "kiosk": _page("404 404 404 404 404 404"),
    "kiosk-device": _page("sign-in sign-in 200 403 sign-in 200"),
    "status": _page("200 200 200 200 200 200"),
    "my-address": _page("start 200 start start 200 start", shows="address"),
    "address-proof": _page("start 200 start start 200 start", shows="address"),
    "my-forms": _page("start 200 start start 200 start"),
    "form-sheet": _page("start 404 start start 200 start", shows="surname case address"),
    "form-sent": _page("start 404 start start my-forms start"),
    "my-photo": _page("start 200 start start 200 start"),
    "my-document": _page("start 404 start start 200 start"),
    "uploads": _page("start 201 start start 201 start"),
    "upload": _page("start 404 start start 200 start"),
    "language": _page("welcome 200 welcome welcome 200 welcome"),
    "sign-out": _page("welcome welcome welcome welcome welcome welcome"),
    "passkey-sign-in": _page("403 403 403 403 403 403"),
    "provider-sign-in": _page("404 404 404 404 404 404"),
    "provider-back": _page("404 404 404 404 404 404"),
    "my-keys": _page("sign-in sign-in 200 200 sign-in 200"),
    "security": _page("sign-in sign-in 403 200 sign-in 403"),
    "exchange": _page("sign-in sign-in 403 200 sign-in 403"),
    "subscriber": _page("sign-in sign-in 403 404 sign-in 403"),
    "subscriber-act": _page("sign-in sign-in 403 403 sign-in 403"),
    "parked-fact": _page("sign-in sign-in 403 403 sign-in 403"),
    "partners": _page("sign-in sign-in 403 200 sign-in 403"),
    "partner-act": _page("sign-in sign-in 403 403 sign-in 403"),
    "counterpart": _page("sign-in sign-in 403 404 sign-in 403"),
    "counterpart-mends": _page("sign-in sign-in 403 403 sign-in 403"),
    "disagreements": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case address"),
    "disagreement": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case address"),
    "court-drops": _page("sign-in sign-in 403 200 sign-in 403"),
    "court-drop": _page("sign-in sign-in 403 403 sign-in 403"),
    "person-court": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "case-file": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case address"),
    "consistency": _page("sign-in sign-in 403 200 sign-in 403"),
    "snoozes": _page("sign-in sign-in 404 403 sign-in step-down-finder"),
    "review-days": _page("sign-in sign-in 200 403 sign-in 200"),
    "step-down-finder": _page("sign-in sign-in 200 403 sign-in 200"),
    "sign-in": _page("200 200 200 200 200 200"),
    "console-sign-out": _page("sign-in sign-in sign-in sign-in sign-in sign-in"),
    "worklist": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "search": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "person": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case receipt address message"),
    "invitation": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "appointments": _page("sign-in sign-in 404 403 sign-in person"),
    "appointment": _page("sign-in sign-in 404 403 sign-in person"),
    "schedule": _page("sign-in sign-in 404 403 sign-in person"),
    "absconding-end": _page("sign-in sign-in 404 403 sign-in person"),
    "who": _page("start 200 start start 200 start"),
    "family": _page("sign-in sign-in 404 403 sign-in person"),
    "families": _page("sign-in sign-in 403 403 sign-in 403"),
    "law": _page("sign-in sign-in 403 403 sign-in 403"),
    "law-rule": _page("sign-in sign-in 403 403 sign-in 403"),
    "pilots": _page("sign-in sign-in 403 200 sign-in 403"),
    "leaving": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "handing-over": _page("sign-in sign-in 403 403 sign-in 403"),
    "back-again": _page("sign-in sign-in 404 403 sign-in person"),
    "left": _page("sign-in sign-in 200 403 sign-in 200"),
    "office-staff": _page("sign-in sign-in 403 403 sign-in 403"),
    "colleague": _page("sign-in sign-in 403 403 sign-in 403"),
    "caseloads": _page("sign-in sign-in 403 403 sign-in 403"),
    "my-review": _page("start 200 start start 200 start"),
    "my-review-withdrawn": _page("start my-review start start my-file start"),
    "my-level-decision": _page("start 404 start start 200 start"),
    "my-level-letter": _page("start 404 start start 200 start"),
    "represented-decision": _page("404 404 404 404 404 404"),
    "represented-letter": _page("404 404 404 404 404 404"),
    "my-appeal-withdrawn": _page("start 404 start start my-level-decision start"),
    "represented-review": _page("404 404 404 404 404 404"),
    "reviews": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "review": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "review-signed": _page("sign-in sign-in 404 403 sign-in 400", shows="surname case"),
    "review-more": _page("sign-in sign-in 404 403 sign-in review"),
    "review-noted": _page("sign-in sign-in 404 403 sign-in review"),
    "level-signature": _page("sign-in sign-in 403 403 sign-in 403"),
    "level-letter": _page("sign-in sign-in 404 403 sign-in 200"),
    "appeal-noted": _page("sign-in sign-in 404 403 sign-in person"),
    "level-appeal": _page("sign-in sign-in 403 403 sign-in 403"),
    "outside-file": _page("sign-in sign-in 403 403 sign-in 403"),
    "level-appeal-vote": _page("sign-in sign-in 403 403 sign-in 403"),
    "monitors": _page("sign-in sign-in 200 403 sign-in 200", shows="surname"),
    "monitor": _page("sign-in sign-in 404 403 sign-in 200", shows="surname"),
    "monitor-alerts": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "monitor-alert": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "person-monitor": _page("sign-in sign-in 404 403 sign-in person"),
    "order-terms": _page("sign-in sign-in 404 403 sign-in person"),
    "misses": _page("sign-in sign-in worklist 403 sign-in miss"),
    "miss": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case address message"),
    "calls": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "call": _page("sign-in sign-in 404 403 sign-in calls"),
    "signatures": _page("sign-in sign-in 403 403 sign-in 403"),
    "signature": _page("sign-in sign-in 403 403 sign-in 403"),
    "my-decision": _page("start 404 start start 200 start"),
    "order-sharing": _page("sign-in sign-in 404 403 sign-in person"),
    "order-photos": _page("sign-in sign-in 404 403 sign-in person"),
    "document": _page("sign-in sign-in 404 403 sign-in 200"),
    "enrolment-photo": _page("sign-in sign-in 404 403 sign-in person"),
    "my-excuses": _page("start 200 start start 200 start"),
    "excuse-note": _page("sign-in sign-in 404 403 sign-in person"),
    "closed-days": _page("sign-in sign-in 403 403 sign-in 403"),
    "open-day": _page("sign-in sign-in 403 403 sign-in 403"),
    "flag-decision": _page("sign-in sign-in 404 403 sign-in person"),
    "my-reminders": _page("start 200 start start 200 start"),
    "my-number": _page("start 200 start start 200 start"),
    "new-phone": _page("sign-in sign-in 404 403 sign-in person"),
    "texts-again": _page("start my-reminders start start my-reminders start"),
    "tell-this-phone": _page("start my-reminders start start my-reminders start"),
    "renew-this-phone": _page("start 409 start start 409 start"),
    "leave-this-phone": _page("start my-reminders start start my-reminders start"),
    "funnel": _page("sign-in sign-in 403 403 sign-in 403"),
    "stuck": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "way-in-help": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "leads": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "lead": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "question": _page("sign-in sign-in 404 403 sign-in confirmations"),
    "confirmations": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "confirmation": _page("sign-in sign-in 404 403 sign-in confirmations"),
    "match-quality": _page("sign-in sign-in 403 200 sign-in 403"),
    "match-model": _page("sign-in sign-in 403 403 sign-in 403"),
    "my-record": _page("start 404 start start 200 start"),
    "letters": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "letters-paper": _page("sign-in sign-in letters 403 sign-in 200"),
    "letters-posting": _page("sign-in sign-in letters 403 sign-in letters"),
    "letter": _page("sign-in sign-in 404 403 sign-in 200", shows="surname address"),
    "letter-posting": _page("sign-in sign-in 404 403 sign-in letters"),
    "policies": _page("sign-in sign-in 403 200 sign-in 403"),
    "policy": _page("sign-in sign-in 403 200 sign-in 403"),
    "policy-version": _page("sign-in sign-in 403 200 sign-in 403"),
    "policy-decision": _page("sign-in sign-in 403 403 sign-in 403"),
    "simulate": _page("sign-in sign-in 403 200 sign-in 403"),
    "waves": _page("sign-in sign-in 403 403 sign-in 403"),
    "wave": _page("sign-in sign-in 403 403 sign-in 403"),
    "wave-file": _page("sign-in sign-in 403 403 sign-in 403"),
    "wave-rejects": _page("sign-in sign-in 403 403 sign-in 403"),
    "wave-stages": _page("sign-in sign-in 403 403 sign-in 403"),
    "wave-letters": _page("sign-in sign-in 403 403 sign-in 403"),
    "letter-batch": _page("sign-in sign-in 403 403 sign-in 403"),
    "record-sources": _page("sign-in sign-in 200 200 sign-in 200"),
    "record-delivery": _page("sign-in sign-in 403 403 sign-in 403"),
    "record-watching": _page("sign-in sign-in 403 403 sign-in 403"),
    "record-push": _page("404 404 404 404 404 404"),
    "row-push": _page("404 404 404 404 404 404"),
    "monitor-push": _page("401 401 401 401 401 401"),
    "sms-events": _page("401 401 401 401 401 401"),
    "metrics": _page("404 404 404 404 404 404"),
    "openapi": _page("200 200 200 200 200 200"),
    "partner-token": _page("415 415 415 415 415 415"),
    "partner-itself": _page("401 401 401 401 401 401"),
    "partner-participants": _page("401 401 401 401 401 401"),
    "partner-participant": _page("401 401 401 401 401 401"),
    "partner-duties": _page("401 401 401 401 401 401"),
    "partner-appointments": _page("401 401 401 401 401 401"),
    "partner-reports-of": _page("401 401 401 401 401 401"),
    "partner-reports": _page("401 401 401 401 401 401"),
    "partner-report": _page("401 401 401 401 401 401"),
    "partner-nothing": _page("404 404 404 404 404 404"),
    "live": _page("200 200 200 200 200 200"),
    "ready": _page("200 200 200 200 200 200"),
}
SENT = {
    "language": {"language": "es"},
    "uploads": {"key": "00000000-0000-4000-8000-000000000001", "length": "10"},
    "form-sent": {"sent": "yes"},
    "my-device": {"do": "end"},
    "search": {"q": "Xochiquetzal"},
    "appointments": {"kind": "office-visit", "starts_at": "2027-01-04T09:00"},
    "appointment": {"do": "cancel", "reason": "The officer is ill"},
    "flag-decision": {"decision": "seen", "reason": "I looked at it"},
    "ready-problems": {"failed": "script-error"},
    "check-in": {"lives_there": "yes"},
    "my-messages": {"words": "I have a question"},
    "my-decision": {"words": "I was ill"},
    "call": {"reached": "yes"},
    "confirmation": {"answer": "confirmed", "answered_by": "Sgt Kim, by phone"},
    "signature": {"answer": "sign", "reason": "I have read it"},
    "absconding-end": {"reason": "Found"},
    "my-calendar": {"do": "make"},
    "my-representatives": {"name": "A. Lawyer"},
    "tell-this-phone": {
        "endpoint": "https://fcm.googleapis.com/fcm/send/made-up",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


@dataclass(frozen=True)
class World:
    """Two offices; in one of them a person with a check-in, a flag, and a name like nobody else's."""

    person: Participant
    neighbour: Participant
    officer: Staff
    far: Staff
    auditor: Staff
    report: Report
    flag: Flag
    document: Document
    upload: Upload
    letter: Message
    version: PolicyVersion
    appointment: Appointment
    missed: Flag
    step: MissStep
    rung: Rung
    lead: Lead
    question: Confirmation
    alert: MonitorAlert
    review: Review
    appeal: Appeal
    disagreement: Disagreement
    sign_in: SignIn

    def client(self, visitor: str) -> Client:
        """A browser with this visitor signed in, fresh each time."""
        return Client() if visitor == "stranger" else self.sign_in(getattr(self, visitor))

    def url(self, address: Address) -> str:
        """The address of this page about the person. A new argument has its value here."""
        values = {
            "code": "ABCDEFGHJK",
            "number": self.report.receipt_number,
            "token": "guessed",
            "participant_id": self.person.pk,
            "flag_id": self.flag.pk,
            "key": self.report.key,
            "document_id": self.document.pk,
            "upload_key": self.upload.key,
            "form_code": "court",
            "letter_id": self.letter.pk,
            "kind": "CheckinPolicy",
            "step": "active",
            "version_id": self.version.pk,
            "appointment_id": self.appointment.pk,
            "step_id": self.step.pk,
            "rung_id": self.rung.pk,
            "staff_id": self.officer.pk,
            "wave_id": 1,
            "file_id": 1,
            "batch_id": 1,
            "delivery_id": 1,
            "drop_id": 1,
            "lead_id": self.lead.pk,
            "confirmation_id": self.question.pk,
            "model_id": 1,
            "rule_id": 1,
            "review_id": self.review.pk,
            "decision_id": self.appeal.decision_id,
            "appeal_id": self.appeal.pk,
            "monitor_id": self.alert.monitor_id,
            "alert_id": self.alert.pk,
            "disagreement_id": self.disagreement.pk,
            "report_id": 1,
        }
        if address.name == "miss":
            values["flag_id"] = self.missed.pk
        return reverse(address.name, kwargs={argument: values[argument] for argument in address.arguments})

    def secrets_in(self, response: HttpResponseBase) -> set[str]:
        """Which of the person's secrets this answer holds, in its text or its headers."""
        said = getattr(response, "content", b"").decode(errors="replace") + str(response.headers)
        receipt = self.report.receipt_number
        secrets = {
            "surname": ("Zubizarreta",),
            "case": ("A987654321",),
            "receipt": (receipt, in_groups(receipt)),
            "address": ("77 Quetzal Lane",),
            "message": ("Ojalatenango",),
        }
        return {name for name, forms in secrets.items() if any(form in said for form in forms)}


def make_world(office: FieldOffice, other_office: FieldOffice, sign_in: SignIn) -> World:
    """The world of the walk, made through the real actions."""
    person = make_participant(office, given_names="Xochiquetzal", surnames="Zubizarreta", case_number="A987654321")
    home = GivenAddress("77 Quetzal Lane", "Apt 9", "Brooklyn", "NY", "11226")
    change_address(participant=person, given=home, actor=person.as_actor(), now=NOW)
    content = ReportContent(lives_there=True, message="We moved here from Ojalatenango")
    report = submit_report(participant=person, key=uuid4(), content=content, now=NOW)
    neighbour = make_participant(office)
    submit_report(participant=neighbour, key=uuid4(), content=ReportContent(lives_there=True), now=NOW)
    letter, officer = _letter_to(person), make_staff(office)
    missed, step, rung = _missed_by(person, officer)
    lead, question = _records_of(person)
    alert, (review, appeal) = _monitored(person, officer), _reviewed(person)
    return World(
        person=person,
        neighbour=neighbour,
        officer=officer,
        far=make_staff(other_office),
        auditor=make_staff(None, Role.AUDITOR),
        report=report,
        flag=Flag.objects.get(participant=person, reason="check-in-concern"),
        document=make_document(person, kind=Kind.ENROLMENT_PHOTO),
        upload=start_upload(participant=person, key=uuid4(), length=10, sha256="", now=NOW),
        version=make_version(make_staff(office, Role.SUPERVISOR)),
        appointment=make_appointment(person, now=timezone.now()),
        letter=letter,
        missed=missed,
        step=step,
        rung=rung,
        lead=lead,
        question=question,
        alert=alert,
        review=review,
        appeal=appeal,
        disagreement=differs(make_counterpart(), person, address="1 Other Rd\nBrooklyn\nNY\n11226"),
        sign_in=sign_in,
    )


def _letter_to(person: Participant) -> Message:
    """A letter that waits for an officer to post it."""
    make_duty(person, due_on=NOW.date() + timedelta(days=6))
    make_reminders(can=[Channel.LETTER], now=NOW)
    return Message.objects.get(participant=person)


def _missed_by(person: Participant, officer: Staff) -> tuple[Flag, MissStep, Rung]:
    """A check-in missed long ago: a call waits, an officer has warned, and it is before them again."""
    duty, then = make_duty(person, due_on=NOW.date() - timedelta(days=10)), NOW - timedelta(days=5)
    sweep_overdue(now=then)
    climb_rungs(can=[], now=NOW)
    asked = StepAsked(step="warning", reason="Missed without a reason")
    flag = Flag.objects.get(participant=person, reason="missed-check-in")
    rung = Rung.objects.get(participant=person, state="to-call")
    decide_miss(flag_id=flag.pk, officer=officer, asked=asked, now=then)
    Rung.objects.filter(pk=rung.pk).update(state="to-call", closed_at=None)
    again = NewFlag(person.pk, Reason.MISSED_CHECK_IN, f"duty:{duty.pk}", {"due_on": duty.due_on.isoformat()})
    raise_flag(flag=again, actor=RULES, now=NOW)
    waiting = Flag.objects.get(participant=person, reason="missed-check-in", cleared_at__isnull=True)
    return waiting, MissStep.objects.get(), rung


def _monitored(person: Participant, officer: Staff) -> MonitorAlert:
    """A device that the person wears, and an alert of it that waits."""
    told = heard(make_worn(person, officer), alert=AlertKind.STRAP)
    take_heard(heard=[told], now=NOW)
    return MonitorAlert.objects.get()


def _reviewed(person: Participant) -> tuple[Review, Appeal]:
    """A refusal that is appealed, and a new review that runs."""
    first = ask_for_review(participant=person, wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    letter = {"title": "A", "language": "en", "theirs": "Dear you", "sheets": [sheet_of(draft(KEPT, language="en"))]}
    decision = decide_review(
        review_id=first.pk,
        officer=make_staff(person.office),
        asked=DecisionAsked(Outcome.KEEP, words="Too early"),
        criteria=[],
        facts=[],
        letter=letter,
        now=NOW,
    )
    appeal = appeal_decision(participant=person, decision_id=decision.pk, way=Way.PAGE, now=timezone.now())
    return ask_for_review(participant=person, wish=Wish.END, way=Way.PAGE, now=NOW), appeal


def _records_of(person: Participant) -> tuple[Lead, Confirmation]:
    """A confirmed record, the question about another one, and a possible match that waits."""
    colleague, leads = make_staff(person.office), [make_lead(person) for _ in range(3)]
    for lead in leads[:2]:
        judge_lead(lead_id=lead.pk, staff=colleague, verdict="same", reason="All agrees", now=NOW)
    first, second = Confirmation.objects.order_by("pk")
    note_answer(confirmation_id=first.pk, answer="confirmed", answered_by="Sgt Kim", staff=colleague, now=NOW)
    return leads[0], second


def find_trespasses(world: World, address: Address) -> list[str]:
    """What visitors get or see there that is not theirs, and what its rightful visitor does not see."""
    page, url = WALK[address.name], world.url(address)
    found: list[str] = []
    for visitor in VISITORS:
        response = visit(world.client(visitor), url, SENT.get(address.name, {}))
        got, seen = answer_of(response), world.secrets_in(response)
        expected, owed = page.answers[visitor], page.shows if visitor == rightful(address) else frozenset()
        found += [f"{visitor} gets {got}, not {expected}"] if got != expected else []
        found += [f"{visitor} does not see {secret}" for secret in sorted(owed - seen)]
        found += [f"{visitor} sees {secret}" for secret in sorted(seen - page.to_all) if visitor != rightful(address)]
    return found


def rightful(address: Address) -> str:
    """Who may see the person there."""
    return "officer" if is_of_staff(address) else "person"


def is_guarded(address: Address) -> bool:
    """True where not everybody may enter."""
    return address.who_may_enter not in ("anyone", "machine")


def is_of_staff(address: Address) -> bool:
    """True where roles are named."""
    return is_guarded(address) and address.who_may_enter != "participant"


def visit(client: Client, url: str, sent: dict[str, str]) -> HttpResponseBase:
    """Open the page; where it can only be sent to, send."""
    response = client.get(url, sent)
    return client.post(url, sent) if response.status_code == 405 else response


def answer_of(response: HttpResponseBase) -> str:
    """The status, or the name of the page one is sent to."""
    if response.status_code != 302:
        return str(response.status_code)
    return resolve(response.headers["Location"].partition("?")[0]).url_name or ""
