"""The worklist."""

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from adsum.flags.models import Flag, ThreadMessage
from adsum.flags.rules import Reason
from adsum.ledger.rules import Actor, FilePart
from adsum.people.queries import participants


def worklist(*, seen_by: Actor, only_mine: bool = False) -> QuerySet[Flag]:
    """What needs a decision, most urgent first, oldest first. `only_mine`: my caseload and nobody's.

    A missed check-in waits behind its participant's request to be excused from it.
    """
    visible = participants(seen_by=seen_by)
    if only_mine:
        visible = visible.filter(Q(officer_id=seen_by.id) | Q(officer__isnull=True))
    same = {"participant": OuterRef("participant"), "about": OuterRef("about"), "cleared_at__isnull": True}
    asked = Exists(Flag.objects.filter(reason=Reason.EXCUSE_ASKED, **same))
    flags = Flag.objects.filter(~(Q(reason=Reason.MISSED_CHECK_IN) & asked), cleared_at__isnull=True)
    flags = flags.filter(participant__in=visible)
    return flags.select_related("participant", "participant__officer").order_by("urgency", "raised_at", "pk")


def find_flag(*, flag_id: int, seen_by: Actor) -> Flag | None:
    """One flag, or None where this person may not see it."""
    return Flag.objects.filter(pk=flag_id, participant__in=participants(seen_by=seen_by)).first()


def next_flag(*, reason: Reason, after: int | None, seen_by: Actor, only_mine: bool = False) -> Flag | None:
    """The flag of this kind that comes next on the worklist; `after`: behind this one, which may be decided already."""
    waiting = worklist(seen_by=seen_by, only_mine=only_mine).filter(reason=reason)
    last = Flag.objects.filter(pk=after).values_list("urgency", "raised_at", "pk").first() if after else None
    if last is not None:
        urgency, raised_at, number = last
        same = Q(urgency=urgency, raised_at=raised_at, pk__gt=number)
        waiting = waiting.filter(same | Q(urgency=urgency, raised_at__gt=raised_at) | Q(urgency__gt=urgency))
    return waiting.first()


def open_flags_about_duty(*, duty_id: int, seen_by: Actor) -> QuerySet[Flag]:
    """Open flags that an excuse of this check-in settles: that it was missed, or late, or that somebody asks for it."""
    about_it = Q(about=f"duty:{duty_id}") | Q(details__duty=duty_id)
    reasons = (Reason.MISSED_CHECK_IN, Reason.LATE_REPORT, Reason.EXCUSE_ASKED)
    visible = participants(seen_by=seen_by)
    return Flag.objects.filter(about_it, reason__in=reasons, cleared_at__isnull=True, participant__in=visible)


def count_by_reason(*, seen_by: Actor, only_mine: bool = False) -> dict[str, int]:
    """How many open flags there are for each reason, in all of the worklist."""
    flags = worklist(seen_by=seen_by, only_mine=only_mine).order_by()
    return dict(flags.values_list("reason").annotate(Count("pk")))


def flags_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Flag]:
    """One person's flags: open ones first by urgency, then decided ones by date."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return (
        Flag.objects.filter(participant__in=visible)
        .select_related("cleared_by")
        .order_by("-cleared_at", "urgency", "raised_at")
    )


def decided_about(*, about: Collection[str], reasons: Collection[Reason], seen_by: Actor) -> QuerySet[Flag]:
    """What people, not the machine, have decided about these things for these reasons."""
    decided = Flag.objects.filter(about__in=about, reason__in=reasons, cleared_by__isnull=False)
    visible = participants(seen_by=seen_by)
    return decided.filter(participant__in=visible).select_related("cleared_by").order_by("cleared_at", "pk")


def messages_of(*, participant_id: int, seen_by: Actor) -> QuerySet[ThreadMessage]:
    """What one participant and their officers wrote to each other, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return ThreadMessage.objects.filter(participant__in=visible).select_related("officer").order_by("-at", "-pk")


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = flags_of(participant_id=participant_id, seen_by=seen_by)
    fields = (
        "reason",
        "details",
        "raised_at",
        "cleared_at",
        "decision",
        "decision_reason",
    )
    messages = messages_of(participant_id=participant_id, seen_by=seen_by)
    return {
        "flags": list(found.values(*fields, "cleared_by__name")),
        "messages": list(messages.values("at", "officer__name", "asks_correction", "words")),
    }
