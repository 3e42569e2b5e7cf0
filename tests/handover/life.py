"""Somebody with a rich life: something of theirs stands in every table that a bundle carries."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from adsum.checkins.actions import ask_excuse, excuse_duty, note_attempt, submit_report
from adsum.checkins.actions.hand_off import offer_hand_off
from adsum.checkins.models import CalendarFeed, Duty, Pause, Report
from adsum.checkins.rules import (
    AskedReason,
    FailedTry,
    Failure,
    NotedBy,
    PauseReason,
    ReportContent,
    Step,
    Through,
)
from adsum.documents.actions import say_unable
from adsum.documents.models import Document, FormSent
from adsum.documents.rules import FormCode, Kind, Says
from adsum.enrolment.actions import issue_invitation
from adsum.enrolment.models import Enrolment, PhoneChange, Wave
from adsum.families.actions import link_family, name_guardian
from adsum.families.models import ListedHousehold, Seat
from adsum.flags.actions import write_message
from adsum.leaving.models import Departure
from adsum.ledger.rules import OPERATOR
from adsum.misses.models import Absconding, MissStep, StepGround
from adsum.monitors.models import AlertSignal, MonitorIssue, MonitorPosition
from adsum.notices.actions import choose_messages
from adsum.notices.models import Reply, StoppedNumber
from adsum.notices.rules import Channel, Hours
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.models import Order, SharedPoint, SharingStop, TrackingApp
from adsum.outbox.models import OutboxDelivery, OutboxEvent, Subscriber
from adsum.partners.models import PartnerReport
from adsum.people.actions import add_representative
from adsum.people.models import Device, Participant, Passkey, Pin, PushSubscription, Representative
from adsum.places.models import Address, LocationFix
from adsum.places.rules import PlaceClass
from adsum.questions.models import QuestionTemplate
from adsum.records.models import RecordSource, Subscription
from adsum.reviews.actions import snooze
from adsum.reviews.models import Appeal, AppealVote, ReviewAsk
from adsum.waves.models import Invitee, Stage
from tests.court.saying import Court
from tests.factories import NOW, make_appointment, make_document, make_duty, make_participant, make_staff
from tests.ladder import PHONE, with_contacts
from tests.partners.known import make_partner
from tests.shape.walking import SignIn, World, make_world

AGO = NOW - timedelta(days=3)


def live(office: FieldOffice, other_office: FieldOffice, sign_in: SignIn, folder: Path) -> World:
    """The world of the walk, and what else a life can bring; what no one action makes is written as a row."""
    world = make_world(office, other_office, sign_in)
    with_contacts(world.person)
    _papers(world.person)
    _check_ins(world.person, world.officer)
    _court(world.person, folder)
    _ways_in(world.person)
    _decisions(world.person, world.officer, other_office)
    _others(world, office)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return world


def _papers(person: Participant) -> None:
    for kind in (Kind.ADDRESS_PROOF, Kind.REVIEW):
        make_document(person, kind=kind)
    say_unable(participant=person, kind=Kind.PHOTO, says=next(iter(Says)), now=NOW)
    home = Address.objects.get(participant=person, until__isnull=True)
    FormSent.objects.create(participant=person, address=home, form=next(iter(FormCode)), sent_at=NOW)
    choose_messages(
        participant=person, channels=[Channel.SMS, Channel.LETTER], hours=Hours.EVENING, discreet=True, now=NOW
    )
    write_message(participant=person, words="May I come later?", asks_correction=False, now=NOW)
    add_representative(participant=person, name="Lawyer Ortiz", now=timezone.now())
    StoppedNumber.objects.create(number=PHONE, stopped_at=AGO)
    Reply.objects.create(gateway_id="7", participant=person, number=PHONE, text="STOP", asked="stop", heard_at=AGO)


def _check_ins(person: Participant, officer: Staff) -> None:
    missed, open_one = (
        Duty.objects.filter(participant=person, outcome="missed"),
        Duty.objects.filter(participant=person, outcome__isnull=True),
    )
    asked = ask_excuse(
        participant=person,
        duty_id=open_one.earliest("due_on").pk,
        reason=AskedReason.HOSPITAL,
        words="My son is ill",
        through=Through.WEB,
        now=NOW,
        document=Document.objects.filter(participant=person).first(),
    )
    assert asked.pk
    excuse_duty(duty_id=missed.earliest("due_on").pk, officer=officer, words="It was snowing", now=NOW)
    failed = FailedTry(Step.SEND, Failure.NETWORK)
    note_attempt(participant=person, key=uuid4(), failed=failed, noted_by=NotedBy.DEVICE, now=NOW)
    offer_hand_off(participant=person, key=uuid4(), shown_code="", now=NOW)
    fix = LocationFix.objects.create(
        participant=person,
        place_class=PlaceClass.SATELLITE,
        latitude=40.678,
        longitude=-73.944,
        accuracy_m=12.5,
        taken_at=AGO,
        received_at=AGO,
    )
    asks: dict[str, list[str]] = {"questions": []}
    template = QuestionTemplate.objects.create(
        office=person.office, level="", version=1, body=asks, valid_from=AGO, published_at=AGO
    )
    report = submit_report(participant=person, key=uuid4(), content=ReportContent(lives_there=True), now=NOW)
    Report.objects.filter(pk=report.pk).update(fix=fix, template=template, clock_skew=timedelta(seconds=-3.5))
    make_duty(person, due_on=NOW.date() + timedelta(days=20))
    Pause.objects.create(
        participant=person,
        why=PauseReason.HOSPITAL,
        words="Operation",
        began_at=AGO,
        began_by=officer,
        ended_at=NOW,
        ended_by=officer,
    )


def _court(person: Participant, folder: Path) -> None:
    court = Court(folder, person)
    court.says()


def _ways_in(person: Participant) -> None:
    """What lets somebody in: none of it may travel."""
    device = Device.objects.filter(participant=person).latest("pk")
    keys = {"endpoint": "https://push.example/SECRET-1", "p256dh": "SECRET-2", "auth": "SECRET-3"}
    PushSubscription.objects.create(participant=person, device=device, subscribed_at=AGO, **keys)
    Passkey.objects.create(
        participant=person, credential_id="SECRET-4", public_key=b"SECRET-5", made_at=AGO, challenged_at=AGO
    )
    Pin.objects.create(participant=person, key_hash="SECRET-6", pin_hash="SECRET-7", made_at=AGO, expires_at=NOW)
    Seat.objects.create(device=device, phone_hash="SECRET-8", taken_at=AGO)
    CalendarFeed.objects.create(participant=person, token_hash="SECRET-9", made_at=AGO)
    TrackingApp.objects.create(participant=person, user="SECRET-A", secret_hash="SECRET-B", made_at=AGO)
    issue_invitation(participant=person, actor=OPERATOR, now=NOW)
    PhoneChange.objects.create(
        participant=person, number="+12125550199", code_hash="SECRET-C", asked_at=AGO, expires_at=NOW, before=[PHONE]
    )


def _decisions(person: Participant, officer: Staff, other_office: FieldOffice) -> None:
    second, step = make_staff(person.office, Role.SUPERVISOR, name="Ruth Diaz"), MissStep.objects.get()
    Absconding.objects.create(
        participant=person,
        step=step,
        attempts_made="yes",
        address_visited="yes",
        court_no_show="no",
        mail_returned="no",
        notes={"attempts_made": "Called six times"},
        proposed_by=officer,
        signed_by=second,
        began_at=AGO,
        ended_at=NOW,
        ended_by=second,
        end_reason="Found",
    )
    StepGround.objects.create(step=step, lead_id=_a_lead(person))
    snooze(participant=person, until=NOW.date() + timedelta(days=20), reason="Asked twice", officer=officer, now=NOW)
    appeal = Appeal.objects.get()
    AppealVote.objects.create(appeal=appeal, by=second, answer="stands", reason="All was weighed", at=NOW)
    ReviewAsk.objects.filter(review__participant=person).update(
        representative=Representative.objects.get(participant=person)
    )
    Departure.objects.create(
        participant=person,
        reason="moved",
        evidence="Lease seen",
        left_at=AGO,
        noted_by=officer,
        office=other_office,
        to_office=person.office,
        policy="LeavingPolicy@0123456789",
    )
    order = Order.objects.get(participant=person, ended_at=None)
    order.share_asked_at, order.share_asked_by, order.share_reason = AGO, officer, "Two wrong places"
    order.save()
    SharedPoint.objects.create(
        participant=person,
        source="page",
        latitude=40.6,
        longitude=-73.9,
        accuracy_m=9,
        taken_at=AGO,
        received_at=AGO,
        window_ends_at=NOW,
        erase_at=NOW + timedelta(days=9),
    )
    SharingStop.objects.create(participant=person, at=NOW)
    issue = MonitorIssue.objects.get(participant=person)
    MonitorPosition.objects.create(
        participant=person,
        issue=issue,
        latitude=40.6,
        longitude=-73.9,
        accuracy_m=9,
        taken_at=AGO,
        erase_at=NOW + timedelta(days=9),
    )
    assert AlertSignal.objects.exists()
    make_appointment(person, days=9)


def _a_lead(person: Participant) -> int:
    return int(person.__class__.objects.raw("SELECT min(id) AS id FROM adsum_lead")[0].pk)


def _others(world: World, office: FieldOffice) -> None:
    """Family, lists, other systems."""
    person, officer = world.person, world.officer
    child = make_participant(office, date_of_birth=date(2015, 5, 5))
    link_family(participant_id=person.pk, other_id=child.pk, officer=officer, now=NOW)
    name_guardian(child_id=child.pk, guardian_id=person.pk, evidence="Birth certificate", officer=officer, now=NOW)
    ListedHousehold.objects.create(participant=person, household="H-7", listed_in="List 1")
    wave = Wave.objects.create(office=office, name="List 1", started_at=AGO)
    Enrolment.objects.create(wave=wave, participant=person, row_number=12, faults=["no-phone"])
    stage = Stage.objects.create(wave=wave, number=1, percent=10, started_at=AGO, policy="WavesPolicy@0123456789")
    Invitee.objects.create(stage=stage, participant=person, channel="letter", invited_at=AGO)
    source = RecordSource.objects.get()
    day = NOW.date()
    Subscription.objects.create(
        source=source, participant=person, asked_at=AGO, expires_on=day, validate_on=day, their_number="S-1"
    )
    partner, _ = make_partner(office)
    PartnerReport.objects.create(
        partner=partner, participant=person, key="r-1", kind="other", words="Moved?", made_at=AGO, changed_at=AGO
    )
    told = Subscriber.objects.create(code="counsel", title="Counsel", way="webhook", added_at=AGO, changed_at=AGO)
    event = OutboxEvent.objects.filter(participant_id=person.pk).earliest("pk")
    OutboxDelivery.objects.create(subscriber=told, number=1, event=event, participant_id=person.pk)
