"""A participant sends a check-in."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import InterfaceError, OperationalError

from adsum.checkins.actions.ladder import end_rungs
from adsum.checkins.models import Duty, Excuse, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.queries import claim_duties, deadlines_with_credit, reports_by_key
from adsum.checkins.rules import (
    HANDED_OVER,
    UNSAID,
    Concern,
    DutyKind,
    ExcuseReason,
    Outcome,
    ReportContent,
    ReportFacts,
    RungState,
    Sending,
    concerns_about,
    counts_from,
    made_at,
    nearest_duty,
)
from adsum.core.asking import give_back, together
from adsum.core.copying import draw_keys
from adsum.core.gathering import Gatherer
from adsum.core.ids import new_code
from adsum.flags.actions import raise_flag, raise_flags
from adsum.flags.rules import NewFlag, Reason
from adsum.funnel.actions import take_steps
from adsum.funnel.rules import Step, StepTaken
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Line
from adsum.outbox.actions import emit_events
from adsum.outbox.rules import Event
from adsum.people.models import Participant
from adsum.places.actions import change_address, keep_fixes
from adsum.places.models import Address, LocationFix
from adsum.places.policy import PlacesPolicy
from adsum.places.queries import current_addresses, last_fixes
from adsum.places.rules import (
    GivenAddress,
    PlaceClass,
    class_of_fix,
    is_far,
    is_foreign,
    is_stale,
    is_too_fast,
    is_vague,
    km_from_address,
    km_since,
)
from adsum.policies.queries import in_force
from adsum.records.actions import ask_checks
from adsum.records.rules import CheckedFor

AT_ONCE = 64


@dataclass(eq=False)
class Sent:
    """One report on its way in: who sent what, when it arrived, and what was found for it."""

    participant: Participant
    key: UUID
    content: ReportContent
    at: datetime
    tried_at: datetime | None = None
    sending: Sending = UNSAID
    kind: DutyKind = DutyKind.CHECK_IN
    report_id: int = 0
    fix_id: int = 0
    report: Report | None = None
    level: str = ""
    duty: Duty | None = None
    fix: LocationFix | None = None
    last_fix: LocationFix | None = None
    address: Address | None = None
    address_shown: str = ""
    address_given: str = ""
    concerns: list[Concern] = field(default_factory=list)

    @property
    def policy(self) -> CheckinPolicy:
        """What holds for this person at the moment their report arrived."""
        return in_force(CheckinPolicy, now=self.at, office_id=self.participant.office_id, level=self.level)

    @property
    def places(self) -> PlacesPolicy:
        """The same about places."""
        return in_force(PlacesPolicy, now=self.at, office_id=self.participant.office_id, level=self.level)

    @property
    def counts_from(self) -> datetime:
        return counts_from(self.at, tried_at=self.tried_at, policy=self.policy, sending=self.sending)

    @property
    def made_at(self) -> datetime:
        return made_at(self.sending, received_at=self.at, policy=self.policy) or self.at

    @property
    def was_missed(self) -> bool:
        return self.duty is not None and self.duty.outcome == Outcome.MISSED


def submit_report(
    *,
    participant: Participant,
    key: UUID,
    content: ReportContent,
    now: datetime,
    tried_at: datetime | None = None,
    sending: Sending = UNSAID,
    kind: DutyKind = DutyKind.CHECK_IN,
) -> Report:
    """Accept a check-in, whatever is wrong with it, and return it with its receipt number, committed for good.

    The same key is the same report, however often it comes; with other answers, the first one stands and an
    officer sees the conflict. Reports that arrive while others are being committed go together into the next
    transaction. `tried_at` is when a signed place in line says that its sender tried first; `sending` is
    what is known of when and how it was made. It answers a duty of its own kind.
    """
    sent = Sent(participant, key, content, now, tried_at, sending, kind)
    if connection.in_atomic_block:  # the caller's transaction: the report stands or falls with it
        return accept_reports(sent=[sent], now=now)[0]
    return REPORTS.put(sent)


def accept_reports(*, sent: Sequence[Sent], now: datetime) -> list[Report]:
    """Accept check-ins in one transaction, each with its own outcome, in their order."""
    with transaction.atomic():
        for group in _one_each(sent):
            fresh = _look(group, now)
            for one in group:
                if one.report is not None:
                    _answer_again(one.report, one.content, now)
            _accept(fresh, now)
    return [one.report for one in sent if one.report is not None]


def _one_each(sent: Sequence[Sent]) -> Iterator[list[Sent]]:
    """Groups in which nobody stands twice: a person's second report finds what their first one left."""
    groups: list[dict[int, Sent]] = []
    for one in sent:
        free = next((group for group in groups if one.participant.pk not in group), None)
        if free is None:
            groups.append(free := {})
        free[one.participant.pk] = one
    yield from (list(group.values()) for group in groups)


def _people(group: Sequence[Sent]) -> list[int]:
    return [one.participant.pk for one in group]


def _look(group: Sequence[Sent], now: datetime) -> list[Sent]:
    """Lock these people, find what is known of each, and return those whose report is not there yet."""
    people = _people(group)
    with together():
        _lock(people)
        known = reports_by_key(of=people, keys=[one.key for one in group], seen_by=RULES)
        lives_at = current_addresses(of=people, seen_by=RULES)
        last_seen = last_fixes(of=people, seen_by=RULES)
        owed = claim_duties(of=people, at=now, seen_by=RULES)
        reports, fixes = draw_keys(Report, len(group)), draw_keys(LocationFix, len(group))
    before, addresses, lasts, duties = known(), lives_at(), last_seen(), owed()
    for one, report_id, fix_id in zip(group, reports(), fixes(), strict=True):
        person, one.report_id, one.fix_id = one.participant.pk, report_id, fix_id
        one.report = before.get((person, one.key))
        one.address, one.last_fix = addresses.get(person), lasts.get(person)
        one.address_shown = str(one.address or "")
        mine = duties.get(person, [])
        one.level = mine[0].plan.level if mine else ""
        one.duty = nearest_duty([duty for duty in mine if duty.plan.kind == one.kind], at=one.counts_from)
    return [one for one in group if one.report is None]


def _lock(people: list[int]) -> None:
    """One after the other for each person, and always in the same order, so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM adsum_participant WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [people])


def _accept(fresh: Sequence[Sent], now: datetime) -> None:
    """What a report leaves: its duty answered, place and address kept, its line and its event, a flag if need be."""
    if not fresh:
        return
    for one in fresh:
        one.fix = _fix_of(one)
        _keep_new_address(one, now)
        one.concerns = concerns_about(_facts_of(one), policy=one.policy)
        one.report = _report_of(one)
    with together():
        keep_fixes(fixes=[one.fix for one in fresh if one.fix], now=now)
        reports = Report.objects.bulk_create(one.report for one in fresh if one.report)
        _answer_duties(fresh, now)
        _tell(fresh, reports, now)
        ask_checks(
            people=[(one.participant.pk, f"report:{one.report_id}") for one in fresh], why=CheckedFor.REPORT, now=now
        )
        active = [StepTaken(one.participant.pk, Step.ACTIVE) for one in fresh if one.kind == DutyKind.CHECK_IN]
        take_steps(steps=active, actor=RULES, now=now)
    _credit_the_blameless(fresh, now)
    _flag_concerns(fresh, now)


def _fix_of(one: Sent) -> LocationFix | None:
    place = one.content.place
    if place.latitude is None or place.longitude is None or place.accuracy_m is None:
        return None
    return _with_distances(
        one,
        LocationFix(
            pk=one.fix_id,
            participant_id=one.participant.pk,
            latitude=place.latitude,
            longitude=place.longitude,
            place_class=PlaceClass.HAND_OFF
            if place.status == HANDED_OVER
            else class_of_fix(place.accuracy_m, policy=one.places),
            accuracy_m=place.accuracy_m,
            taken_at=place.taken_at or one.at,
            received_at=one.at,
        ),
    )


def _with_distances(one: Sent, fix: LocationFix) -> LocationFix:
    """The fix with its least distances from the address, unless its person has left there, and from the last fix."""
    here, home = fix.timed, one.address.spot if one.address and one.content.lives_there is not False else None
    if home:
        fix.from_address_km = km_from_address(here.spot, home, policy=one.places)
    if one.last_fix:
        last = one.last_fix.timed
        fix.from_last_km, fix.from_last_hours = km_since(last, here), last.hours_to(here)
    return fix


def _keep_new_address(one: Sent, now: datetime) -> None:
    if one.content.new_address.get("street"):
        given = GivenAddress(**one.content.new_address)
        who = one.participant
        one.address_given = str(change_address(participant=who, given=given, actor=who.as_actor(), now=now))


def _facts_of(one: Sent) -> ReportFacts:
    content, fix = one.content, one.fix
    return ReportFacts(
        counts_from=one.counts_from,
        missed_after=one.duty.missed_after if one.duty else None,
        lives_there=content.lives_there,
        new_phone=bool(content.new_phone),
        wants_contact=content.wants_contact or bool(content.message),
        answers_need_look=content.answers_need_look,
        located=fix is not None,
        coarse=fix is not None and is_vague(fix.accuracy_m, policy=one.places),
        stale=fix is not None and is_stale(fix.taken_at, at=one.made_at, policy=one.places),
        far=fix is not None and is_far(fix.from_address_km or 0, policy=one.places),
        too_fast=fix is not None and is_too_fast(fix.from_last_km or 0, fix.from_last_hours or 0, policy=one.places),
        other_country=is_foreign(content.place.network_country, policy=one.places),
        signed_out=one.sending.signed_out,
        kind=one.kind,
    )


def _report_of(one: Sent) -> Report:
    content = one.content
    return Report(
        pk=one.report_id,
        participant_id=one.participant.pk,
        duty_id=one.duty.pk if one.duty else None,
        kind=one.kind,
        key=one.key,
        fingerprint=content.fingerprint,
        receipt_number=new_code(12),
        received_at=one.at,
        tried_at=one.tried_at,
        sent_at=one.sending.sent_at,
        form_given_at=one.sending.form_given_at,
        clock_skew=one.sending.clock_skew,
        lives_there=content.lives_there,
        address_shown=one.address_shown,
        address_given=one.address_given,
        new_phone=content.new_phone[:60],
        wants_contact=content.wants_contact,
        message=content.message,
        template_id=content.template_id,
        answers=content.answers,
        place_class=one.fix.place_class if one.fix else _class_without_fix(content.place.status),
        fix_id=one.fix.pk if one.fix else None,
        concerns=one.concerns,
    )


def _class_without_fix(status: str) -> PlaceClass:
    known = {kind.value: kind for kind in (PlaceClass.REFUSED, PlaceClass.TIMED_OUT, PlaceClass.UNAVAILABLE)}
    return known.get(status, PlaceClass.NOT_ASKED)


def _answer_duties(fresh: Sequence[Sent], now: datetime) -> None:
    """An open duty is answered; a missed one stays missed, with its late report beside it, until a person decides."""
    answered = [one.duty.pk for one in fresh if one.duty and one.duty.outcome is None]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE adsum_duty SET outcome = %s, settled_at = %s WHERE id = ANY(%s)",
            [Outcome.REPORTED, now, answered],
        )
    end_rungs(duty_ids=[one.duty.pk for one in fresh if one.duty and one.was_missed], why=RungState.REPORTED, now=now)


def _credit_the_blameless(fresh: Sequence[Sent], now: datetime) -> None:
    """A duty that was marked missed while its report stood in line, or could not be sent, counts as done."""
    missed = [(one, one.duty) for one in fresh if one.duty and one.was_missed]
    for one, duty in missed:
        duty.participant = one.participant
    later = deadlines_with_credit(duties=[duty for _, duty in missed], now=now, seen_by=RULES)
    for one, duty in missed:
        in_time = one.counts_from <= duty.missed_after
        if in_time or one.counts_from <= later.get(duty.pk, duty.missed_after):
            made_in_time = ExcuseReason.IN_LINE if one.counts_from == one.tried_at else ExcuseReason.OFFLINE
            reason = made_in_time if in_time else ExcuseReason.FAILED_TRY
            Duty.objects.filter(pk=duty.pk).update(outcome=Outcome.EXCUSED, settled_at=now)
            Excuse.objects.create(duty=duty, reason=reason, at=now)
            record(
                verb="checkin.excused",
                actor=RULES,
                now=now,
                subject=duty,
                participant_id=one.participant.pk,
                policy=one.policy.version,
                why=reason,
            )


def _tell(fresh: Sequence[Sent], reports: Sequence[Report], now: datetime) -> None:
    lines, events = [], []
    for one, report in zip(fresh, reports, strict=True):
        person, report_id = report.participant_id, report.pk
        facts = _facts_told(one)
        proof = {"receipt": hashlib.sha256(report.statement.encode()).hexdigest()}
        actor = one.participant.as_actor()
        lines.append(Line("checkin.reported", actor, "report", report_id, person, one.policy.version, facts | proof))
        events.append(Event("checkin.reported", person, {"report": report_id, **facts}))
    record_lines(lines=lines, now=now)
    emit_events(events=events, now=now)


def _facts_told(one: Sent) -> dict[str, object]:
    facts: dict[str, object] = {
        "duty": one.duty.pk if one.duty else None,
        "concerns": [str(concern) for concern in one.concerns],
    }
    return facts if one.kind == DutyKind.CHECK_IN else {**facts, "kind": str(one.kind)}


def _flag_concerns(fresh: Sequence[Sent], now: datetime) -> None:
    flags = []
    for one in fresh:
        if one.concerns:
            reason = Reason.LATE_REPORT if Concern.LATE in one.concerns and one.was_missed else Reason.CHECK_IN_CONCERN
            flags.append(NewFlag(one.participant.pk, reason, f"report:{one.report_id}", _facts_told(one)))
    if flags:
        raise_flags(flags=flags, actor=RULES, now=now, policy=in_force(CheckinPolicy, now=now).version)


def _answer_again(report: Report, content: ReportContent, now: datetime) -> None:
    if report.fingerprint != content.fingerprint:
        second = {"second": content.as_details()}
        flag = NewFlag(report.participant_id, Reason.CONFLICTING_REPORT, f"report:{report.pk}", second)
        raise_flag(flag=flag, actor=RULES, now=now, policy=in_force(CheckinPolicy, now=now).version)


def _accept_together(sent: Sequence[Sent]) -> list[Report]:
    """A round of the gatherer. When the connection breaks, all is tried once more on a new one; keys make it safe."""
    now = max(one.at for one in sent)
    try:
        return accept_reports(sent=sent, now=now)
    except (OperationalError, InterfaceError):
        give_back()
        return accept_reports(sent=sent, now=now)
    finally:
        give_back()


REPORTS = Gatherer(_accept_together, most=AT_ONCE, everybodys=(OperationalError, InterfaceError))
