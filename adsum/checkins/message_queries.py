"""What messages and letters about check-ins, dates and news say now, or that they are no longer needed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from adsum.appointments.queries import appointments_that_hold
from adsum.checkins.models import Duty, Report, Rung
from adsum.checkins.rules import DutyKind, Outcome, RungState
from adsum.families.queries import named_on_shared_contacts
from adsum.ledger.rules import Actor
from adsum.notices.channels.words import write_notice, write_reminder
from adsum.notices.models import Message, Notice
from adsum.notices.queries import discreet_people, notices_by_id
from adsum.notices.rules import Channel, MessageKind, NoticeKind, Outgoing
from adsum.people.queries import participants

Due = dict[int, dict[str, Any]]


def open_due(*, duty_ids: Collection[int], seen_by: Actor) -> Due:
    """Which of these duties nobody has answered yet: on which day each is due, and whether it asks for a photo."""
    visible = participants(seen_by=seen_by)
    return _due(Duty.objects.filter(pk__in=duty_ids, outcome__isnull=True, participant__in=visible))


def missed_due(*, duty_ids: Collection[int], seen_by: Actor) -> Due:
    """The same of those that are missed and still unanswered, and about which no decision has ended the attempts."""
    found = Duty.objects.filter(pk__in=duty_ids, outcome=Outcome.MISSED, participant__in=participants(seen_by=seen_by))
    decided = Rung.objects.filter(duty=OuterRef("pk"), state=RungState.DECIDED)
    return _due(found.exclude(Exists(decided)).exclude(Exists(Report.objects.filter(duty=OuterRef("pk")))))


def _due(duties: QuerySet[Duty]) -> Due:
    rows = duties.values_list("pk", "due_on", "plan__kind")
    return {pk: {"due_on": due_on, "photo": kind == DutyKind.PHOTO} for pk, due_on, kind in rows}


def write_messages(*, messages: Sequence[Message], at: datetime, seen_by: Actor) -> dict[int, Outgoing]:
    """The words of these messages at that moment, by message; one that nobody needs any more is not among them."""
    reminders = [one for one in messages if one.kind != MessageKind.MISSED]
    duties = open_due(duty_ids=_about("duty", reminders), seen_by=seen_by)
    attempts = [one for one in messages if one.kind == MessageKind.MISSED]
    missed = missed_due(duty_ids=_about("duty", attempts), seen_by=seen_by)
    holding = appointments_that_hold(ids=_about("appointment", messages), at=at, seen_by=seen_by)
    news = _news_that_holds(_about("notice", messages), seen_by)
    discreet = discreet_people(among=[one.participant_id for one in messages], seen_by=seen_by)
    written: dict[int, Outgoing] = {}
    for one in messages:
        quiet = one.participant_id in discreet
        of_its_kind = missed if one.kind == MessageKind.MISSED else duties
        if due := of_its_kind.get(one.about_id("duty") or 0):
            written[one.pk] = write_reminder(one, template=one.kind, discreet=quiet, **due)
        if expected := holding.get(one.about_id("appointment") or 0):
            written[one.pk] = write_reminder(one, template="appointment-reminder", discreet=quiet, appointment=expected)
        if notice := news.get(one.about_id("notice") or 0):
            written[one.pk] = write_notice(one, notice=notice, discreet=quiet)
    return _addressed(messages, written, seen_by)


def _addressed(messages: Sequence[Message], written: dict[int, Outgoing], seen_by: Actor) -> dict[int, Outgoing]:
    """The same, beginning with whom it is for, where a family shares the phone or mailbox."""
    people = {one.participant_id for one in messages if one.channel in (Channel.SMS, Channel.EMAIL)}
    names = named_on_shared_contacts(among=people, seen_by=seen_by)
    for one in messages if names else ():
        outgoing, name = written.get(one.pk), names.get(one.participant_id, "")
        if outgoing is not None and name and one.channel == Channel.SMS:
            written[one.pk] = replace(outgoing, text=f"{name}: {outgoing.text}")
        elif outgoing is not None and name and one.channel == Channel.EMAIL:
            written[one.pk] = replace(outgoing, title=f"{name}: {outgoing.title}")
    return written


def _about(kind: str, messages: Iterable[Message]) -> list[int]:
    return [number for one in messages if (number := one.about_id(kind))]


def _news_that_holds(ids: Collection[int], seen_by: Actor) -> dict[int, Notice]:
    """These notices, without those about a missed check-in that has come or was excused meanwhile."""
    notices = notices_by_id(ids=ids, seen_by=seen_by)
    missed = {
        pk: int(one.about.removeprefix("duty:")) for pk, one in notices.items() if one.kind == NoticeKind.CHECKIN_MISSED
    }
    answered = Report.objects.filter(duty=OuterRef("pk"))
    still = Duty.objects.filter(~Exists(answered), pk__in=missed.values(), outcome=Outcome.MISSED)
    still_missed = set(still.values_list("pk", flat=True))
    return {pk: one for pk, one in notices.items() if pk not in missed or missed[pk] in still_missed}
