"""Who may ask through the API, and what partners have reported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from adsum.flags.models import Flag
from adsum.flags.rules import Reason
from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.offices.models import FieldOffice
from adsum.partners.models import Partner, PartnerReport, PartnerSecret, PartnerToken, PartnerUse
from adsum.partners.rules import FLAG_ABOUT, ReportState, Scope, hash_secret
from adsum.people.queries import participants


@dataclass(frozen=True)
class Caller:
    """A partner that has shown its token: who it is, what this token lets it do, and whom it may see."""

    partner: Partner
    scopes: frozenset[Scope]
    actor: Actor


def partners(*, seen_by: Actor) -> QuerySet[Partner]:
    """All partners, those that are let in first; for operators, who watches all offices, and the rules at the door."""
    found = Partner.objects.order_by("ended_at", "title", "pk")
    return found if _may_see(seen_by) else found.none()


def _may_see(seen_by: Actor) -> bool:
    watches = seen_by.kind is ActorKind.STAFF and (seen_by.office_id is None or seen_by.sees_every_office)
    return watches or seen_by.kind in (ActorKind.OPERATOR, ActorKind.RULES)


def find_partner(*, code: str, seen_by: Actor) -> Partner | None:
    """The partner with this code."""
    return partners(seen_by=seen_by).filter(code=code).first()


@dataclass(frozen=True)
class Asking:
    """How often a partner asked, for how many case numbers that are nobody's, and how many of its reports wait."""

    requests: int = 0
    missed: int = 0
    waiting: int = 0


def asking_of(*, partner: Partner, since: datetime, seen_by: Actor) -> Asking:
    """Counted from `since` on, but for what waits; an officer decides about that."""
    if not _may_see(seen_by):
        return Asking()
    whose = {"requests": f"partner:{partner.pk}", "missed": f"missed:{partner.pk}"}
    counts = {name: _requests_of(Q(who=who), since) for name, who in whose.items()}
    waiting = PartnerReport.objects.filter(Exists(_flags()), partner=partner, withdrawn_at__isnull=True)
    return Asking(**counts, waiting=waiting.count())


def count_strangers(*, since: datetime, seen_by: Actor) -> int:
    """How often somebody came with a secret or token that is nobody's."""
    return _requests_of(Q(who__startswith="network:"), since) if _may_see(seen_by) else 0


def _requests_of(whose: Q, since: datetime) -> int:
    return PartnerUse.objects.filter(whose, minute__gte=since).aggregate(n=Sum("requests"))["n"] or 0


def partner_titles(*, ids: Collection[int], seen_by: Actor) -> dict[int, str]:
    """The names of partners who have looked or reported, for whose file it is and who works with it."""
    if seen_by.kind not in (ActorKind.PARTICIPANT, ActorKind.STAFF, ActorKind.OPERATOR):
        return {}
    return dict(Partner.objects.filter(pk__in=ids).values_list("pk", "title"))


def secrets_held(*, partner_id: int, at: datetime, seen_by: Actor) -> int:
    """How many secrets of a partner hold at that moment: two while one replaces the other."""
    held = PartnerSecret.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), partner=partner_id)
    return held.filter(partner__in=partners(seen_by=seen_by)).count()


def find_client(*, client_id: str, secret: str, at: datetime, seen_by: Actor) -> Partner | None:
    """The partner with this id whose secret this is, while both hold."""
    held = PartnerSecret.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), secret_hash=hash_secret(secret))
    let_in = partners(seen_by=seen_by).filter(client_id=client_id, ended_at__isnull=True, paused_at__isnull=True)
    return let_in.filter(pk__in=held.values("partner_id")).first()


def find_caller(*, token: str, at: datetime, seen_by: Actor) -> Caller | None:
    """Who shows this token, while it holds. A token gives no more than its partner has now."""
    if seen_by.kind is not ActorKind.RULES:
        return None
    held = PartnerToken.objects.filter(token_hash=hash_secret(token), expires_at__gt=at).select_related("partner")
    shown = held.filter(partner__ended_at__isnull=True, partner__paused_at__isnull=True).first()
    if shown is None:
        return None
    offices = FieldOffice.objects.filter(code__in=shown.partner.offices).values_list("pk", flat=True)
    scopes = frozenset(map(Scope, set(shown.scopes) & set(shown.partner.scopes)))
    return Caller(shown.partner, scopes, shown.partner.as_actor(frozenset(offices)))


def partner_reports(*, seen_by: Actor, state: ReportState | None = None) -> QuerySet[PartnerReport]:
    """Reports, newest first, each with whether it is `waiting`: a partner's own, or those about whom one may see."""
    waiting = _flags()
    found = PartnerReport.objects.filter(participant__in=participants(seen_by=seen_by))
    if seen_by.kind is ActorKind.PARTNER:
        found = found.filter(partner=seen_by.id)
    of_state = {
        ReportState.OPEN: Q(Exists(waiting), withdrawn_at__isnull=True),
        ReportState.DECIDED: Q(~Exists(waiting), withdrawn_at__isnull=True),
        ReportState.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }
    found = found.filter(of_state[state]) if state else found
    return found.annotate(waiting=Exists(waiting)).select_related("partner").order_by("-pk")


def _flags() -> QuerySet[Flag]:
    """The open flags that put the report of an outer query before an officer."""
    about = Concat(Value(f"{FLAG_ABOUT}:"), Cast(OuterRef("pk"), CharField()))
    return Flag.objects.filter(about=about, reason=Reason.PARTNER_REPORT, cleared_at__isnull=True)


def find_partner_report(*, report_id: int, seen_by: Actor) -> PartnerReport | None:
    """One report, or None where one may not see it."""
    return partner_reports(seen_by=seen_by).filter(pk=report_id).first()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file: who reported what about them."""
    found = partner_reports(seen_by=seen_by).filter(participant=participant_id)
    fields = ("partner__title", "kind", "words", "facts", "made_at", "changed_at", "withdrawn_at")
    return {"partner_reports": list(found.values(*fields))}
