"""What is on file of one person, each thing with its source and a link to it, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from adsum.appointments.queries import appointments_of
from adsum.appointments.rules import Attendance
from adsum.checkins.models import Duty, ExcuseRequest
from adsum.checkins.queries import attempts_of, duties_of, excuse_requests_of
from adsum.checkins.rules import Concern, DutyKind, ExcuseReason, Outcome
from adsum.court.queries import standings_of
from adsum.documents.queries import documents_of, inabilities_of
from adsum.documents.rules import Kind, Says
from adsum.flags.rules import Decision
from adsum.ledger.rules import Actor
from adsum.misses.queries import steps_of
from adsum.monitors.past_queries import true_alerts_of
from adsum.monitors.queries import alerts_by_rating
from adsum.monitors.rules import RATINGS
from adsum.monitors.rules import Said as Judged
from adsum.orders.models import Order
from adsum.people.models import Participant
from adsum.people.queries import participants
from adsum.places.queries import current_address
from adsum.records.queries import checks_of, leads_of
from adsum.records.rules import Answer, Heard, Stage
from adsum.reviews.queries import decisions_of
from adsum.reviews.rules import (
    SAID,
    Alerts,
    CheckIn,
    Fact,
    Link,
    Missing,
    Topic,
    Whose,
    alert_facts,
    attendance_fact,
    before_this_level,
    check_in_facts,
    count_of,
    course_of,
    decision_fact,
    level_fact,
    look_fact,
    record_fact,
    step_fact,
)

Told = Iterator[Fact | Missing]
NOT_TOLD = frozenset({Stage.NOT_SAME, Stage.CANNOT_TELL})


@dataclass(frozen=True)
class _Asked:
    person: Participant
    since: datetime
    back_to: datetime
    now: datetime
    me: Actor

    @property
    def who(self) -> int:
        return self.person.pk

    @property
    def begins(self) -> datetime:
        return max(self.since, self.back_to)

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.person.office.zone).date()

    def page(self, anchor: str = "") -> Link:
        return Link("person", (self.who,), anchor)


def facts_of(
    *, participant: Participant, since: datetime, back_to: datetime, now: datetime, seen_by: Actor
) -> list[Fact | Missing]:
    """What is on file since `back_to`, in the file's order. `since`: from when on it is about this level."""
    asked = _Asked(participant, since, back_to, now, seen_by)
    parts = (_levels, _check_ins, _failed, _address, _hearings, _court, _looks, _records, _alerts, _steps, _decisions)
    return [told for part in parts for told in part(asked)]


def _levels(asked: _Asked) -> Told:
    visible = participants(seen_by=asked.me).filter(pk=asked.who)
    for order in Order.objects.filter(participant__in=visible).order_by("-started_at"):
        yield level_fact(
            level=order.level,
            ground=order.get_ground_display(),
            note=order.ground_note,
            on=asked.day(order.started_at),
            ended_on=asked.day(order.ended_at) if order.ended_at else None,
            page=asked.page("order"),
        )


def _check_ins(asked: _Asked) -> Told:
    duties = duties_of(participant_id=asked.who, seen_by=asked.me).filter(
        due_at__gte=asked.back_to, outcome__isnull=False, plan__kind=DutyKind.CHECK_IN
    )
    waiting = set(_requests_waiting(asked).values_list("duty_id", flat=True))
    rows = [(duty, _row(duty, asked, waiting)) for duty in duties.select_related("excuse").prefetch_related("reports")]
    yield from check_in_facts((row for duty, row in rows if duty.due_at >= asked.begins), participant_id=asked.who)
    earlier = check_in_facts((row for duty, row in rows if duty.due_at < asked.begins), participant_id=asked.who)
    yield from before_this_level(earlier)
    for request in _requests_waiting(asked):
        what = f"An answer to the request to be excused from {request.duty.due_on:%Y-%m-%d}"
        yield Missing(what, Whose.OFFICE, asked.page())


def _requests_waiting(asked: _Asked) -> QuerySet[ExcuseRequest]:
    return excuse_requests_of(participant_id=asked.who, seen_by=asked.me).filter(answer="")


def _row(duty: Duty, asked: _Asked, waiting: set[int]) -> CheckIn:
    reports = sorted(duty.reports.all(), key=lambda report: report.received_at)
    lates = [Concern.LATE in report.concerns for report in reports]
    excuse = duty.excuse if hasattr(duty, "excuse") else None
    return CheckIn(
        due_on=duty.due_on,
        course=course_of(Outcome(duty.outcome or ""), lates=lates, asks=duty.pk in waiting),
        excuse=ExcuseReason(excuse.reason) if excuse else None,
        said=excuse.words if excuse else "",
        report_id=reports[0].pk if reports else 0,
        came_on=asked.day(reports[0].received_at) if reports else None,
        was_moved=duty.moved_from is not None,
    )


def _failed(asked: _Asked) -> Told:
    for attempt in attempts_of(participant_id=asked.who, seen_by=asked.me).filter(failed_at__gte=asked.back_to):
        words, neutral = "A check-in could not be sent", "a failed try counts for the person, never against them"
        link = asked.page("check-ins")
        yield Fact(Topic.ATTEMPTS, words, f"Receipt {attempt}", asked.day(attempt.failed_at), link, neutral)


def _address(asked: _Asked) -> Told:
    address = current_address(participant_id=asked.who, seen_by=asked.me)
    if address is None or not address.street:
        yield Missing("Where the person lives", Whose.PARTICIPANT, asked.page("address"))
    else:
        given = f"Given by the {address.given_by}"
        yield Fact(Topic.ADDRESS, str(address), given, asked.day(address.since), asked.page("address"))
    kinds = [Kind.ADDRESS_PROOF]
    shown = list(documents_of(participant_id=asked.who, seen_by=asked.me, kinds=kinds).exclude(scan="quarantined"))
    for one in shown:
        link = Link("document", (one.pk,))
        if not one.decision:
            yield Missing("A look at the proof of address that has come", Whose.OFFICE, link)
        words = "Proof of address" + (": accepted" if one.decision == Decision.ACCEPTED else "")
        yield Fact(Topic.ADDRESS, words, "Documents", asked.day(one.received_at), link)
    said = list(inabilities_of(participant_id=asked.who, seen_by=asked.me).filter(kind=Kind.ADDRESS_PROOF)[:1])
    for inability in said:
        day, neutral = asked.day(inability.said_at), "a normal answer: counts neither way"
        yield Fact(Topic.ADDRESS, SAID[Says(inability.says)], "The person", day, asked.page("documents"), neutral)
    if not shown and not said:
        yield Missing("A proof of address", Whose.PARTICIPANT, asked.page("documents"))


def _hearings(asked: _Asked) -> Told:
    held = appointments_of(participant_id=asked.who, seen_by=asked.me).filter(ended_at__isnull=True)
    for one in held.filter(starts_at__range=(asked.back_to, asked.now)):
        day, page = asked.day(one.starts_at), asked.page("appointments")
        fact = attendance_fact(kind=one.kind_words, where=one.where, attendance=one.attendance, on=day, page=page)
        yield from [fact] if one.starts_at >= asked.begins else before_this_level([fact])
        if one.attendance == Attendance.UNKNOWN and one.starts_at >= asked.begins:
            yield Missing(f"Whether the person came: {one.kind_words.lower()} of {day:%Y-%m-%d}", Whose.OFFICE, page)


def _court(asked: _Asked) -> Told:
    for one in standings_of(participant_id=asked.who, seen_by=asked.me).filter(ended_at__isnull=True):
        day = one.decided_on or asked.day(one.since)
        yield Fact(Topic.HEARINGS, f"The case at the court: {one}", one.cited, day, Link("person-court", (asked.who,)))


def _looks(asked: _Asked) -> Told:
    """The last dated look at outside records, and the sources that have not answered it."""
    looks = checks_of(participant_id=asked.who, seen_by=asked.me).filter(looked_at__isnull=False)
    for look in looks[:1]:
        heard = {source: said["heard"] for source, said in look.answers.items()}
        yield look_fact(heard, on=asked.day(look.looked_at or look.asked_at), page=asked.page("records"))
        for source in sorted(source for source, said in heard.items() if said != Heard.ANSWERED):
            yield Missing(f"What {source} knows: it has not answered", Whose.AGENCY, asked.page("records"))


def _records(asked: _Asked) -> Told:
    for lead in leads_of(participant_id=asked.who, seen_by=asked.me).exclude(stage__in=NOT_TOLD):
        link, record = Link("lead", (lead.pk,)), lead.record
        confirmed = any(one.answer == Answer.CONFIRMED for one in lead.confirmations.all())
        if lead.waits:
            yield Missing(f"A judgement of a possible match ({record.kind_words.lower()})", Whose.OFFICE, link)
        elif lead.stage == Stage.SAME and not confirmed:
            yield Missing(f"Whether a record holds ({record.kind_words.lower()})", Whose.AGENCY, link)
        elif confirmed:
            yield record_fact(
                kind=record.kind_words,
                what=record.what,
                agency=record.source.agency,
                on=record.event_day or asked.day(lead.found_at),
                holds=lead.stage == Stage.SAME,
                disputed=lead.not_me_at is not None,
                link=link,
            )


def _steps(asked: _Asked) -> Told:
    for step in steps_of(participant_id=asked.who, seen_by=asked.me):
        if step.effective_at is None and step.lapsed_at is None and step.waits:
            yield Missing("A second signature on a decision about a missed check-in", Whose.OFFICE, asked.page("trail"))
        if step.contested_at and not step.answer:
            yield Missing(f"An answer to the contest of decision {step.number}", Whose.OFFICE, asked.page("trail"))
        yield step_fact(
            step=step.step,
            on=asked.day(step.decided_at),
            who=step.decided_by.name + (f", signed by {step.signed_by.name}" if step.signed_by else ""),
            reason=step.reason,
            level=step.level,
            stands=step.effective_at is not None and step.undone_at is None,
            page=asked.page("trail"),
        )


def _alerts(asked: _Asked) -> Told:
    """What a device warned of, where one was worn since then, and how people have judged it."""
    if asked.who not in true_alerts_of(since={asked.who: asked.begins}, seen_by=asked.me):
        return
    counts = alerts_by_rating(participant_id=asked.who, since=asked.begins, seen_by=asked.me)
    alerts = Alerts(
        judged_true=counts[f"judged-{Judged.TRUE}"],
        judged_false=counts[f"judged-{Judged.FALSE}"] + counts[f"judged-{Judged.FAULT}"],
        by_rating={words.lower(): counts[rating] for rating, words in RATINGS.items()},
        link=asked.page("monitor"),
    )
    yield from alert_facts(alerts, today=asked.day(asked.now))
    if counts["open"]:
        yield Missing(f"A judgement of {count_of(counts['open'], 'alert')}", Whose.OFFICE, Link("monitor-alerts"))


def _decisions(asked: _Asked) -> Told:
    """What was decided in reviews before, with what became of it."""
    for one in decisions_of(participant_id=asked.who, seen_by=asked.me):
        neutral = "reversed on appeal: counts neither way" if one.reversed_at else ""
        yield decision_fact(
            outcome=str(one),
            before=one.level_before,
            after=one.level_after,
            who=one.decided_by.name + (f", signed by {one.second_by.name}" if one.second_by else ""),
            reason=one.words,
            on=asked.day(one.signed_at),
            neutral=neutral if one.effective_at else "it does not hold: counts neither way",
            page=Link("level-letter", (one.pk,)),
        )
