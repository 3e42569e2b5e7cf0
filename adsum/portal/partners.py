"""Which other agencies' systems have asked about me, and when last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max

from adsum.ledger.queries import lines_about
from adsum.ledger.rules import ActorKind
from adsum.partners.queries import partner_titles

if TYPE_CHECKING:
    from adsum.people.models import Participant


def partners_that_looked(participant: Participant) -> dict[str, Any]:
    """Each partner once, with how often: a program that asks each night must not crowd people out of the list."""
    me = participant.as_actor()
    looks = lines_about(participant_id=participant.pk, seen_by=me).filter(verb="file.viewed")
    of_partners = looks.filter(actor_kind=ActorKind.PARTNER).order_by().values_list("actor_id")
    found = list(of_partners.annotate(last=Max("at"), times=Count("pk")).order_by("-last"))
    titles = partner_titles(ids=[who for who, _, _ in found if who], seen_by=me)
    return {"partner_looks": [{"title": titles.get(who or 0, ""), "at": at, "times": n} for who, at, n in found]}
