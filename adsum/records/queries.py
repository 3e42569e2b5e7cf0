"""Leads, questions to agencies, checks, and which sources there are."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.people.queries import participants
from adsum.records.models import (
    Confirmation,
    Delivery,
    Judgement,
    Lead,
    OutsideRecord,
    RecordCheck,
    RecordSource,
    RefusedPush,
    Screening,
    SetAside,
    Subscription,
)
from adsum.records.rules import WAITING, Answer, Stage

Row = TypeVar("Row", bound=Model)


def leads_to_judge(*, seen_by: Actor) -> QuerySet[Lead]:
    """Possible matches that wait for this person: urgent first, then the oldest; not those they may not judge again.

    Nobody judges twice in a round; what a participant disputes is looked at by people who have not judged it before.
    """
    waiting = Lead.objects.filter(stage__in=WAITING, participant__in=participants(seen_by=seen_by))
    found = waiting.select_related("record__source", "participant")
    if seen_by.kind == ActorKind.STAFF:
        mine = Judgement.objects.filter(lead=OuterRef("pk"), judged_by=seen_by.id)
        again = Q(round=OuterRef("round")) | Q(judged_at__lt=OuterRef("not_me_at"))
        found = found.filter(~Exists(mine.filter(again)))
    return found.order_by("-record__urgent", "waits_since", "pk")


def next_lead(*, after: Lead, among: QuerySet[Lead], seen_by: Actor) -> Lead | None:
    """Of these leads, in the order of `leads_to_judge`, the one behind this one; the first where it was the last."""
    urgent, since = after.record.urgent, after.waits_since
    later = Q(record__urgent=urgent) & (Q(waits_since__gt=since) | Q(waits_since=since, pk__gt=after.pk))
    rest = among.filter(participant__in=participants(seen_by=seen_by)).exclude(pk=after.pk)
    return rest.filter(later | Q(record__urgent=False) if urgent else later).first() or rest.first()


def find_lead(*, lead_id: int, seen_by: Actor) -> Lead | None:
    """One lead with all that was said of it, or None where this person may not see it."""
    found = Lead.objects.filter(pk=lead_id, participant__in=participants(seen_by=seen_by))
    judgements = Prefetch("judgements", Judgement.objects.select_related("judged_by").order_by("pk"))
    questions = Prefetch("confirmations", Confirmation.objects.order_by("-asked_at"))
    found = found.select_related("record__source", "participant__office", "remembered")
    return found.prefetch_related(judgements, questions).first()


def leads_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Lead]:
    """One person's leads, newest first. They themselves see what was confirmed, also when it holds no more."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    found = Lead.objects.filter(participant__in=visible)
    if seen_by.kind == ActorKind.PARTICIPANT:
        confirmed = Confirmation.objects.filter(answer=Answer.CONFIRMED)
        found = found.filter(pk__in=confirmed.values("lead"))
    judgements = Prefetch("judgements", Judgement.objects.select_related("judged_by").order_by("pk"))
    questions = Prefetch("confirmations", Confirmation.objects.order_by("-asked_at"))
    found = found.select_related("record__source").prefetch_related(judgements, questions)
    return found.order_by("-found_at", "-pk")


def confirmed_leads(*, seen_by: Actor) -> QuerySet[Lead]:
    """The leads that hold: judged to be about the person, and confirmed by the agency when it was asked last."""
    last = Confirmation.objects.filter(lead=OuterRef("pk")).order_by("-asked_at", "-pk")
    found = Lead.objects.filter(participant__in=participants(seen_by=seen_by), stage=Stage.SAME)
    return found.alias(last=Subquery(last.values("answer")[:1])).filter(last=Answer.CONFIRMED)


def others_meant(*, lead: Lead, seen_by: Actor) -> QuerySet[Lead]:
    """Other participants whom the same record fits, the likeliest first, as far as this person may see them."""
    visible = participants(seen_by=seen_by)
    others = Lead.objects.filter(record=lead.record_id, participant__in=visible).exclude(pk=lead.pk)
    return others.exclude(stage=Stage.CLOSED).select_related("participant").order_by("-probability")


def judged_before(*, lead: Lead, seen_by: Actor) -> QuerySet[Lead]:
    """What people said of other records about the same person of the same source, newest first."""
    visible = participants(seen_by=seen_by)
    person = Q(record__their_person=lead.record.their_person) if lead.record.their_person else Q(pk=None)
    same = Q(record__source=lead.record.source_id) & (person | Q(record__identity=lead.record.identity))
    judged = Lead.objects.filter(same, settled_at__isnull=False, participant__in=visible).exclude(pk=lead.pk)
    judgements = Prefetch("judgements", Judgement.objects.select_related("judged_by").order_by("pk"))
    return judged.select_related("record", "participant").prefetch_related(judgements).order_by("-settled_at", "-pk")


def confirmations_open(*, seen_by: Actor) -> QuerySet[Confirmation]:
    """Questions to agencies that wait for an answer: overdue first, then by their clock."""
    visible = participants(seen_by=seen_by)
    waiting = Confirmation.objects.filter(answered_at__isnull=True, lapsed_at__isnull=True)
    waiting = waiting.filter(lead__participant__in=visible)
    return waiting.select_related("lead__record__source", "lead__participant").order_by("answer_by", "pk")


def checks_of(*, participant_id: int, seen_by: Actor) -> QuerySet[RecordCheck]:
    """When one person was looked up, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return RecordCheck.objects.filter(participant__in=visible).order_by("-asked_at", "-pk")


def checks_about(*, about: Collection[str], seen_by: Actor) -> dict[str, RecordCheck]:
    """The checks that belong to these things (report:7), by thing."""
    found = RecordCheck.objects.filter(about__in=about, participant__in=participants(seen_by=seen_by))
    return {check.about: check for check in found}


def last_screening(*, seen_by: Actor) -> Screening | None:
    """The last nightly run that was finished."""
    ended = about_nobody(Screening.objects.filter(ended_at__isnull=False), seen_by=seen_by)
    return ended.order_by("-started_at").first()


def watches_of(*, participant_id: int, seen_by: Actor) -> int:
    """How many leads wait about one person, with how many sources are asked to tell of them."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    waiting = Lead.objects.filter(participant__in=visible, stage__in=WAITING).count()
    return waiting + Subscription.objects.filter(participant__in=visible, cancel_asked_at=None, ended_at=None).count()


def open_screening(*, seen_by: Actor) -> Screening | None:
    """The nightly run that is under way."""
    begun = about_nobody(Screening.objects.filter(ended_at__isnull=True), seen_by=seen_by)
    return begun.order_by("started_at").first()


def leads_found_since(*, moment: datetime, seen_by: Actor) -> int:
    """How many leads were found since this moment."""
    return Lead.objects.filter(found_at__gte=moment, participant__in=participants(seen_by=seen_by)).count()


def sources_known(*, seen_by: Actor) -> QuerySet[RecordSource]:
    """The sources that are in use."""
    return about_nobody(RecordSource.objects.filter(ended_at__isnull=True), seen_by=seen_by).order_by("code")


def find_source(*, code: str, seen_by: Actor) -> RecordSource | None:
    """A source in use, by its code."""
    return sources_known(seen_by=seen_by).filter(code=code).first()


def records_held(*, source: RecordSource, numbers: Collection[str], seen_by: Actor) -> list[OutsideRecord]:
    """What is held of these records of a source, by its numbers for them; also what was withdrawn."""
    theirs = OutsideRecord.objects.filter(source=source, record_id__in=numbers)
    return list(about_nobody(theirs, seen_by=seen_by).order_by("record_id"))


def last_deliveries(*, each: int, seen_by: Actor) -> dict[int, list[Delivery]]:
    """The newest deliveries of each source in use, so many of each, by source."""
    place = Window(RowNumber(), partition_by=F("source_id"), order_by=F("pk").desc())
    found = Delivery.objects.filter(source__in=sources_known(seen_by=seen_by)).annotate(place=place)
    by_source: dict[int, list[Delivery]] = {}
    for delivery in found.filter(place__lte=each).order_by("-pk"):
        by_source.setdefault(delivery.source_id, []).append(delivery)
    return by_source


def find_delivery(*, delivery_id: int, seen_by: Actor) -> Delivery | None:
    """One delivery of a source in use."""
    found = Delivery.objects.filter(pk=delivery_id, source__in=sources_known(seen_by=seen_by))
    return found.select_related("source").first()


def rows_aside(*, delivery_id: int, seen_by: Actor) -> QuerySet[SetAside]:
    """The rows of a delivery that could not be read, in their order."""
    found = SetAside.objects.filter(delivery=delivery_id, delivery__source__in=sources_known(seen_by=seen_by))
    return found.order_by("row")


def pushes_refused(*, since: date, seen_by: Actor) -> dict[int, dict[str, int]]:
    """How many messages of which fault were refused since that day (UTC), by source."""
    found = RefusedPush.objects.filter(on_day__gte=since, source__in=sources_known(seen_by=seen_by))
    counts: dict[int, dict[str, int]] = {}
    for source, why, count in found.values_list("source_id", "why").annotate(Sum("count")).order_by("source_id", "why"):
        counts.setdefault(source, {})[why] = count
    return counts


def watched_by(*, source: RecordSource, people: Collection[int], on: date, seen_by: Actor) -> set[int]:
    """For which of these people a subscription of this source is in force on that day."""
    mine = Subscription.objects.filter(
        source=source, participant__in=participants(seen_by=seen_by).filter(pk__in=people)
    )
    active = mine.filter(active_at__isnull=False, ended_at__isnull=True, expires_on__gte=on)
    return set(active.values_list("participant_id", flat=True))


def subscriptions_to_tell(*, on: date, renew_days: int, most: int, seen_by: Actor) -> list[Subscription]:
    """What agencies are to be told: new ones, those to renew, those to cancel; the oldest wish first."""
    renew = Q(expires_on__lte=on + timedelta(days=renew_days), validate_on__gt=on)
    due = Q(cancel_asked_at__isnull=False) | Q(active_at__isnull=True) | renew
    open_ones = Subscription.objects.filter(ended_at__isnull=True, participant__in=participants(seen_by=seen_by))
    return list(open_ones.filter(due).select_related("source", "participant").order_by("asked_at", "pk")[:most])


def subscriptions_to_validate(*, on: date, seen_by: Actor) -> QuerySet[Subscription]:
    """About whom somebody is to say that the case is open: it is time, or the subscription has lapsed without."""
    here = participants(seen_by=seen_by).filter(left_at__isnull=True)
    due = Q(ended_at__isnull=True, validate_on__lte=on) | Q(why_ended="not-validated")
    found = Subscription.objects.filter(due, participant__in=here).select_related("source", "participant")
    return found.order_by("expires_on", "pk")


def leads_standing(*, participant_ids: Collection[int], seen_by: Actor) -> dict[int, dict[str, int]]:
    """For each person and source, how many leads wait or are judged to be about them."""
    visible = participants(seen_by=seen_by).filter(pk__in=participant_ids)
    standing = Lead.objects.filter(participant__in=visible, stage__in=[*WAITING, Stage.SAME])
    counts: dict[int, dict[str, int]] = {}
    for person, source, count in standing.values_list("participant_id", "record__source__code").annotate(Count("pk")):
        counts.setdefault(person, {})[source] = count
    return counts


def about_nobody(rows: QuerySet[Row], *, seen_by: Actor) -> QuerySet[Row]:
    """These rows, which are about no single person, for staff, operators and the machine; none for anybody else."""
    works_here = seen_by.kind in {ActorKind.STAFF, ActorKind.RULES, ActorKind.OPERATOR}
    return rows if works_here else rows.none()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file. They see which sources were asked; not what nobody has confirmed."""
    leads = leads_of(participant_id=participant_id, seen_by=seen_by)
    checks = checks_of(participant_id=participant_id, seen_by=seen_by)
    said = ("record__kind", "record__what", "record__where", "record__event_on", "record__source__agency", "stage")
    return {
        "records": list(leads.values(*said, "found_at", "settled_at", "closed_at", "not_me_at", "not_me_words")),
        "record_judgements": list(
            Judgement.objects.filter(lead__in=leads.exclude(stage__in=WAITING)).values(
                "verdict", "judged_at", "judged_by__name", "reason"
            )
        ),
        "record_subscriptions": list(
            Subscription.objects.filter(participant__in=participants(seen_by=seen_by).filter(pk=participant_id)).values(
                "source__agency", "asked_at", "active_at", "expires_on", "ended_at"
            )
        ),
        "record_checks": [
            {**check, "answers": {source: _heard_only(answer) for source, answer in check["answers"].items()}}
            for check in checks.values("why", "about", "asked_at", "done_at", "answers")
        ],
    }


def _heard_only(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "found"}
