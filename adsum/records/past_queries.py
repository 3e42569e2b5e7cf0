"""What is asked of everybody at once: for the screener, and how good its suggestions were, as people judged them."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)  # fmt: skip
from django.db.models.functions import TruncMonth

from adsum.ledger.rules import Actor, ActorKind
from adsum.people.queries import participants
from adsum.places.models import Address
from adsum.records.matching.population import Description
from adsum.records.models import (
    Confirmation,
    Judgement,
    Lead,
    MatchFigures,
    MatchModel,
    OutsideRecord,
    RecordCheck,
    Watched,
)
from adsum.records.queries import about_nobody
from adsum.records.rules import WAITING, Answer, Stage

FIELDS = ("pk", "given_names", "surnames", "date_of_birth", "sex", "case_number")
AT_ONCE = 2000


def describe_people(*, of: Collection[int] | None = None, seen_by: Actor) -> Iterator[Description]:
    """Everybody in the programme, or these of them, as the engine knows people; the key is the participant's id."""
    people = participants(seen_by=seen_by).filter(left_at__isnull=True).select_related(None).order_by("pk")
    if of is not None:
        people = people.filter(pk__in=of)
    rows = people.values_list(*FIELDS).iterator(chunk_size=AT_ONCE)
    while some := [row for row, _ in zip(rows, range(AT_ONCE), strict=False)]:
        homes = Address.objects.filter(participant__in=[row[0] for row in some], until__isnull=True)
        places = {person: (city, state) for person, city, state in homes.values_list("participant_id", "city", "state")}
        for pk, given, surnames, born, sex, number in some:
            city, state = places.get(pk, ("", ""))
            yield Description(str(pk), given, surnames, born.isoformat(), sex, city, state, number)


def describe_records(*, seen_by: Actor) -> Iterator[Description]:
    """Every record that holds, as the engine knows records; the key is the record's id."""
    held = OutsideRecord.objects.filter(withdrawn_at__isnull=True, poison="").order_by("pk")
    yield from map(_describe_record, about_nobody(held, seen_by=seen_by).iterator(chunk_size=AT_ONCE))


def _describe_record(outside: OutsideRecord) -> Description:
    return Description(
        str(outside.pk),
        outside.given_names,
        outside.surnames,
        outside.date_of_birth,
        outside.sex,
        outside.city,
        outside.state,
        outside.case_number,
    )


def people_not_watched(*, most: int, seen_by: Actor) -> list[int]:
    """Participants whom no record was held against yet; the oldest first."""
    watched = Watched.objects.filter(participant=OuterRef("pk"))
    fresh = participants(seen_by=seen_by).filter(~Exists(watched), left_at__isnull=True)
    return list(fresh.order_by("pk").values_list("pk", flat=True)[:most])


def people_with_leads_to_judge(*, seen_by: Actor) -> list[int]:
    """Participants about whom a lead waits for a judgement."""
    waiting = Lead.objects.filter(stage__in=WAITING, participant__in=participants(seen_by=seen_by)).order_by()
    return list(waiting.values_list("participant_id", flat=True).distinct())


def people_unmatched(*, among: Collection[int], seen_by: Actor) -> set[int]:
    """Who of these participants was not held against all records: not yet, or the engine could not."""
    matched = Watched.objects.filter(participant=OuterRef("pk")).exclude(described="")
    waiting = participants(seen_by=seen_by).filter(~Exists(matched), pk__in=among)
    return set(waiting.values_list("pk", flat=True))


def watched_as(*, seen_by: Actor) -> dict[int, str]:
    """As what each participant was last held against all records."""
    mine = Watched.objects.filter(participant__in=participants(seen_by=seen_by))
    return dict(mine.values_list("participant_id", "described"))


def people_gone_since(*, moment: datetime, seen_by: Actor) -> list[int]:
    """Who has left since."""
    gone = participants(seen_by=seen_by).filter(left_at__gte=moment)
    return list(gone.values_list("pk", flat=True))


def checks_due(*, at: datetime, most: int, seen_by: Actor) -> list[RecordCheck]:
    """Checks that are to be made, or made again, the oldest first."""
    due = RecordCheck.objects.filter(
        Q(done_at__isnull=True), next_at__lte=at, participant__in=participants(seen_by=seen_by)
    )
    return list(due.order_by("next_at", "pk")[:most])


def model_in_use(*, seen_by: Actor) -> MatchModel | None:
    """The version of the model that is switched on; None where it is the one that comes with Adsum."""
    used = about_nobody(MatchModel.objects.filter(on_since__isnull=False), seen_by=seen_by)
    return used.order_by("-on_since").first()


def records_to_screen(*, most: int, seen_by: Actor) -> list[tuple[OutsideRecord, Description]]:
    """Records that wait to be matched, in the order in which they came, and as the engine knows them."""
    some = list(_unscreened(seen_by).order_by("pk")[:most])
    return [(outside, _describe_record(outside)) for outside in some]


def records_described(*, of: Collection[int], seen_by: Actor) -> list[Description]:
    """These records, as far as they hold, as the engine knows them."""
    held = OutsideRecord.objects.filter(pk__in=of, withdrawn_at__isnull=True, poison="")
    return [_describe_record(outside) for outside in about_nobody(held, seen_by=seen_by)]


def unscreened_by_source(*, before: datetime, seen_by: Actor) -> dict[str, int]:
    """How many records of each source came before this moment and wait to be matched."""
    came = _unscreened(seen_by).filter(changed_at__lte=before)
    return dict(came.values_list("source__code").annotate(Count("pk")))


def _unscreened(seen_by: Actor) -> QuerySet[OutsideRecord]:
    waiting = OutsideRecord.objects.filter(screened_at__isnull=True, withdrawn_at__isnull=True, poison="")
    return about_nobody(waiting, seen_by=seen_by)


SETTLED = (Stage.SAME, Stage.NOT_SAME, Stage.CANNOT_TELL)
# Where one band of probability ends and the next begins: wide where little is shown, narrow where much is.
EDGES = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99)


class JudgedCell(NamedTuple):
    """So many judged leads of one month, source, version of the model and band, that ended at one stage.

    `said` is the sum of the probabilities with which they were shown.
    """

    month: date
    source: str
    model: str
    band: int
    stage: str
    leads: int
    said: float


class SourceLoad(NamedTuple):
    """What one source brought: records, leads for people to judge, how many of them wait."""

    source: str
    records: int
    leads: int
    waiting: int


class Clock(NamedTuple):
    """How the agency of one source answered: questions, late or never, no longer asked, the agency says not theirs."""

    source: str
    asked: int
    overdue: int
    answered: int
    not_theirs: int


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def last_words(*, seen_by: Actor) -> QuerySet[Judgement]:
    """The judgement that settled each lead that stands as judged. What was only remembered has none of its own."""
    later = Judgement.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    shown = Lead.objects.filter(stage__in=SETTLED, participant__in=participants(seen_by=seen_by))
    return Judgement.objects.filter(~Exists(later), lead__in=shown)


def judged_cells(*, since: datetime, seen_by: Actor) -> list[JudgedCell]:
    """Judged leads since then, counted."""
    edges = Value(list(EDGES), output_field=ArrayField(FloatField()))
    band = Func(F("probability"), edges, function="width_bucket", output_field=IntegerField())
    found = last_words(seen_by=seen_by).filter(judged_at__gte=since).annotate(month=TruncMonth("judged_at"), band=band)
    grouped = found.order_by().values_list("month", "lead__record__source__title", "model", "band", "lead__stage")
    return [
        JudgedCell(month.date(), *rest) for month, *rest in grouped.annotate(leads=Count("pk"), said=Sum("probability"))
    ]


def times_to_judge(*, since: datetime, seen_by: Actor) -> dict[str, Any]:
    """`half` and `most`: half, and nine of ten, of the leads judged since then waited no longer than that."""
    shown = participants(seen_by=seen_by)
    judged = Lead.objects.filter(settled_at__gte=since, remembered__isnull=True, participant__in=shown)
    waited = F("settled_at") - F("waits_since")
    return judged.aggregate(half=_Median(waited, share="0.5"), most=_Median(waited, share="0.9"), count=Count("pk"))


def loads_by_source(*, since: datetime, seen_by: Actor) -> list[SourceLoad]:
    """Records and leads of each source since then."""
    titles = ("source_id", "source__title")
    records = OutsideRecord.objects.filter(received_at__gte=since).order_by().values_list(*titles)
    leads = Lead.objects.filter(found_at__gte=since, participant__in=participants(seen_by=seen_by)).order_by()
    waiting = Count("pk", filter=Q(stage__in=WAITING))
    of_source = {
        source: (count, still)
        for source, count, still in leads.values_list("record__source_id").annotate(count=Count("pk"), still=waiting)
    }
    return [
        SourceLoad(title, count, *of_source.get(source, (0, 0)))
        for source, title, count in records.annotate(count=Count("pk"))
    ]


def clocks_by_source(*, since: datetime, now: datetime, seen_by: Actor) -> list[Clock]:
    """How the agencies kept to the clock of the questions put to them since then."""
    late = Q(overdue_at__isnull=False) | Q(answered_at__isnull=True, lapsed_at__isnull=True, answer_by__lt=now)
    asked = Confirmation.objects.filter(asked_at__gte=since, lead__participant__in=participants(seen_by=seen_by))
    counted = asked.order_by().values_list("lead__record__source__title").annotate(
        Count("pk"),
        late=Count("pk", filter=late),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        others=Count("pk", filter=Q(answer=Answer.NOT_THEIRS)),
    )  # fmt: skip
    return [Clock(*row) for row in counted]


def match_models(*, seen_by: Actor) -> QuerySet[MatchModel]:
    """The versions of the model, newest first, for staff and the screener."""
    found = MatchModel.objects.select_related("switched_on_by", "proposed_by").order_by("-learnt_at", "-pk")
    return found if seen_by.kind in (ActorKind.STAFF, ActorKind.RULES) else found.none()


def pairs_judged(*, most: int, seen_by: Actor) -> list[tuple[int, int, int, bool]]:
    """Leads that people judged, the newest first: lead, record, participant, whether they are the same."""
    held = Q(lead__record__withdrawn_at__isnull=True, lead__record__poison="", lead__participant__left_at__isnull=True)
    told = last_words(seen_by=seen_by).filter(held, lead__stage__in=[Stage.SAME, Stage.NOT_SAME]).order_by("-judged_at")
    rows = told.values_list("lead__pk", "lead__record__pk", "lead__participant__pk", "lead__stage")[:most]
    return [(lead, outside, person, stage == Stage.SAME) for lead, outside, person, stage in rows]


def newest_records(*, most: int, seen_by: Actor) -> list[Description]:
    """The records that came last and hold, as the engine knows them."""
    held = OutsideRecord.objects.filter(withdrawn_at__isnull=True, poison="").order_by("-pk")
    return [_describe_record(outside) for outside in about_nobody(held, seen_by=seen_by)[:most]]


def leads_by_person(*, since: datetime, seen_by: Actor) -> list[tuple[int, str, int]]:
    """How many leads of each stage were found of each participant since then: participant, stage, how many."""
    found = Lead.objects.filter(found_at__gte=since, participant__in=participants(seen_by=seen_by)).order_by()
    return list(found.values_list("participant_id", "stage").annotate(Count("pk")))


def last_figures(*, seen_by: Actor) -> MatchFigures | None:
    """What the versions of the model said of the judged pairs, as of the last night."""
    return about_nobody(MatchFigures.objects.order_by("-made_at", "-pk"), seen_by=seen_by).first()
