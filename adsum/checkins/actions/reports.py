"""A participant sends a check-in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from adsum.checkins.models import Duty, Report
from adsum.checkins.policy import POLICY
from adsum.checkins.queries import unanswered_duties
from adsum.checkins.rules import (
    Concern,
    GivenPlace,
    Outcome,
    ReportContent,
    ReportFacts,
    concerns_about,
    nearest_duty,
)
from adsum.core.ids import new_code
from adsum.flags.actions import raise_flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.actions import add_contacts
from adsum.people.models import Contact, Participant
from adsum.people.rules import ContactKind, read_phone
from adsum.places.actions import change_address, keep_fix
from adsum.places.models import Address, LocationFix
from adsum.places.policy import POLICY as PLACES
from adsum.places.queries import current_address
from adsum.places.rules import GivenAddress, PlaceClass, is_stale


def submit_report(*, participant: Participant, key: UUID, content: ReportContent, now: datetime) -> Report:
    """Accept a check-in, whatever is wrong with it, and return it with its receipt number.

    The same key is the same report, however often it comes; with other answers, the first one stands and an
    officer sees the conflict.
    """
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        sent_before = Report.objects.filter(participant=participant, key=key).first()
        if sent_before is not None:
            return _answer_again(sent_before, content, now)
        duty = _claim_duty(participant, now)
        shown = current_address(participant_id=participant.pk, seen_by=participant.as_actor())
        fix = _keep_place(participant, content.place, now)
        given = _keep_new_address(participant, content, now)
        _keep_new_phone(participant, content, now)
        concerns = concerns_about(_facts_of(content, duty, fix, now), policy=POLICY)
        report = _write(participant, duty, key, content, fix, (shown, given), concerns, now)
        _answer_duty(report, duty, concerns, now)
    return report


def _claim_duty(participant: Participant, now: datetime) -> Duty | None:
    duties = unanswered_duties(participant_id=participant.pk, at=now, seen_by=participant.as_actor())
    return nearest_duty(list(duties.select_for_update(of=("self",), no_key=True)), at=now)


def _keep_place(participant: Participant, place: GivenPlace, now: datetime) -> LocationFix | None:
    if place.latitude is None or place.longitude is None or place.accuracy_m is None:
        return None
    return keep_fix(
        participant=participant,
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_m=place.accuracy_m,
        taken_at=place.taken_at or now,
        now=now,
    )


def _keep_new_address(participant: Participant, content: ReportContent, now: datetime) -> Address | None:
    if not content.new_address.get("street"):
        return None
    given = GivenAddress(**content.new_address)
    return change_address(participant=participant, given=given, actor=participant.as_actor(), now=now)


def _keep_new_phone(participant: Participant, content: ReportContent, now: datetime) -> None:
    if content.new_phone:
        number = read_phone(content.new_phone) or ""
        phone = Contact(
            participant=participant, kind=ContactKind.PHONE, as_given=content.new_phone, value=number, since=now
        )
        add_contacts(contacts=[phone], actor=participant.as_actor(), now=now)


def _facts_of(content: ReportContent, duty: Duty | None, fix: LocationFix | None, now: datetime) -> ReportFacts:
    return ReportFacts(
        received_at=now,
        missed_after=duty.missed_after if duty else None,
        lives_there=content.lives_there,
        new_phone=bool(content.new_phone),
        wants_contact=content.wants_contact or bool(content.message),
        located=fix is not None,
        coarse=fix is not None and fix.place_class == PlaceClass.COARSE,
        stale=fix is not None and is_stale(fix.taken_at, at=now, policy=PLACES),
    )


def _write(
    participant: Participant,
    duty: Duty | None,
    key: UUID,
    content: ReportContent,
    fix: LocationFix | None,
    addresses: tuple[Address | None, Address | None],
    concerns: list[Concern],
    now: datetime,
) -> Report:
    return Report.objects.create(
        participant=participant,
        duty=duty,
        key=key,
        fingerprint=content.fingerprint,
        receipt_number=new_code(12),
        received_at=now,
        lives_there=content.lives_there,
        address_shown=str(addresses[0] or ""),
        address_given=str(addresses[1] or ""),
        new_phone=content.new_phone[:60],
        wants_contact=content.wants_contact,
        message=content.message,
        place_class=fix.place_class if fix else _class_without_fix(content.place.status),
        fix=fix,
        concerns=concerns,
    )


def _class_without_fix(status: str) -> PlaceClass:
    known = {kind.value: kind for kind in (PlaceClass.REFUSED, PlaceClass.TIMED_OUT, PlaceClass.UNAVAILABLE)}
    return known.get(status, PlaceClass.NOT_ASKED)


def _answer_duty(report: Report, duty: Duty | None, concerns: list[Concern], now: datetime) -> None:
    person = report.participant
    missed = duty is not None and duty.outcome == Outcome.MISSED
    if duty is not None and not missed:
        duty.outcome, duty.settled_at = Outcome.REPORTED, now
        duty.save(update_fields=["outcome", "settled_at"])
    facts = {
        "duty": duty.pk if duty else None,
        "concerns": [str(concern) for concern in concerns],
    }
    record(
        verb="checkin.reported",
        actor=person.as_actor(),
        now=now,
        subject=report,
        participant_id=person.pk,
        policy=POLICY.version,
        **facts,
    )
    emit_events(
        events=[Event("checkin.reported", person.pk, {"report": report.pk, **facts})],
        now=now,
    )
    if concerns:
        reason = Reason.LATE_REPORT if missed else Reason.CHECK_IN_CONCERN
        flag = NewFlag(person.pk, reason, f"report:{report.pk}", facts)
        raise_flag(flag=flag, actor=RULES, now=now, policy=POLICY.version)


def _answer_again(report: Report, content: ReportContent, now: datetime) -> Report:
    if report.fingerprint != content.fingerprint:
        flag = NewFlag(
            report.participant_id,
            Reason.CONFLICTING_REPORT,
            f"report:{report.pk}",
            {"second": content.as_details()},
        )
        raise_flag(flag=flag, actor=RULES, now=now, policy=POLICY.version)
    return report


def forget(*, before: datetime, now: datetime) -> None:
    """Blank the words of reports received before this moment; that they came, and their receipts, remain."""
    with transaction.atomic():
        old = Report.objects.filter(received_at__lt=before)
        words = {"message": "", "address_shown": "", "address_given": "", "new_phone": ""}
        count = old.exclude(**words).update(fingerprint="", **words)
        record(
            verb="answers.forgotten",
            actor=RULES,
            now=now,
            policy=POLICY.version,
            count=count,
        )
