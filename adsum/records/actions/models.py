"""Versions of the model: kept when learnt, measured, proposed by one of the programme, switched on by another."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from adsum.core.text import clean_text
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.offices.models import Staff
from adsum.offices.rules import Role
from adsum.records.models import MatchFigures, MatchModel


class SwitchRefused(Exception):
    """This version cannot be switched on; the message says why."""


def keep_version(*, name: str, weights: str, learnt_from: Mapping[str, Any], now: datetime) -> MatchModel:
    """Keep a version that can be switched on; one of this name stays as it is. It is not on before a person says so."""
    with transaction.atomic():
        about = {"weights": weights, "learnt_at": now, "learnt_from": dict(learnt_from)}
        model, is_new = MatchModel.objects.get_or_create(name=name, defaults=about)
        if is_new:
            record(verb="match-model.learnt", actor=RULES, now=now, subject=model, model=name)
    return model


def note_figures(
    *,
    model: str,
    pairs: int,
    names: Sequence[Mapping[str, Any]],
    versions: Sequence[Mapping[str, Any]],
    now: datetime,
) -> MatchFigures:
    """Keep what the versions say of the judged pairs tonight."""
    with transaction.atomic():
        told = {"names": list(names), "versions": list(versions)}
        figures = MatchFigures.objects.create(made_at=now, model=model, pairs=pairs, **told)
        record(verb="match-models.measured", actor=RULES, now=now, subject=figures, pairs=pairs)
    return figures


def propose_model(*, model_id: int, staff: Staff, reason: str, now: datetime) -> MatchModel:
    """Propose to work with this version; a second person of the programme switches it on. Raises SwitchRefused."""
    words = _reason(reason)
    with transaction.atomic():
        chosen, _ = _chosen(model_id, staff)
        if chosen.waits:
            raise SwitchRefused(f"{chosen.name} is proposed already.")
        _propose(chosen, staff, words, now)
        _remember("match-model.proposed", chosen, staff, now)
    return chosen


def withdraw_model(*, model_id: int, staff: Staff, now: datetime) -> MatchModel:
    """It is not proposed any more. Raises SwitchRefused."""
    with transaction.atomic():
        chosen, _ = _chosen(model_id, staff)
        if not chosen.waits:
            raise SwitchRefused(f"{chosen.name} is not proposed.")
        _propose(chosen, None, "", None)
        _remember("match-model.withdrawn", chosen, staff, now)
    return chosen


def switch_model(*, model_id: int, staff: Staff, now: datetime) -> MatchModel:
    """Work with this version from now on, and with no other: the second person's word on a proposal.

    What people have judged stays as it is. Raises SwitchRefused.
    """
    with transaction.atomic():
        chosen, before = _chosen(model_id, staff)
        if not chosen.waits:
            raise SwitchRefused(f"Somebody proposes {chosen.name} first, with a reason.")
        if chosen.proposed_by_id == staff.pk:
            raise SwitchRefused("A second person of the programme switches it on: you have proposed it yourself.")
        _switch(chosen, before, staff, chosen.proposed_why, now)
    return chosen


def go_back(*, model_id: int, staff: Staff, now: datetime) -> MatchModel:
    """Work with the version again that was on before: at once, and without a second person, who has let it in already.

    Raises SwitchRefused.
    """
    with transaction.atomic():
        chosen, before = _chosen(model_id, staff)
        earlier = (
            MatchModel.objects.filter(on_since__isnull=True, off_since__isnull=False).order_by("-off_since").first()
        )
        if before is None or earlier is None or earlier.pk != chosen.pk:
            raise SwitchRefused(f"{chosen.name} is not the version that was on before.")
        _propose(chosen, None, "", None)
        _switch(chosen, before, staff, f"Went back from {before.name}.", now)
    return chosen


def _reason(given: str) -> str:
    words = clean_text(given)
    if not words:
        raise SwitchRefused("Write a reason: the next person wants to know why.")
    return words


def _chosen(model_id: int, staff: Staff) -> tuple[MatchModel, MatchModel | None]:
    """The version that is meant, where it is not on, and the one that is on; all of them locked."""
    if staff.role != Role.PROGRAMME:
        raise SwitchRefused("One version is on for all offices: the programme office switches it.")
    known = {model.pk: model for model in MatchModel.objects.select_for_update().order_by("pk")}
    chosen = known.get(model_id)
    if chosen is None:
        raise SwitchRefused("There is no such version.")
    if chosen.on_since is not None:
        raise SwitchRefused(f"{chosen.name} is on already.")
    return chosen, next((model for model in known.values() if model.on_since is not None), None)


def _propose(model: MatchModel, staff: Staff | None, why: str, now: datetime | None) -> None:
    model.proposed_by, model.proposed_at, model.proposed_why = staff, now, why
    model.save(update_fields=["proposed_by", "proposed_at", "proposed_why"])


def _switch(chosen: MatchModel, before: MatchModel | None, staff: Staff, why: str, now: datetime) -> None:
    was_on = Q(on_since__isnull=False) if before else Q(weights="")  # before the first switch, the one delivered is on
    MatchModel.objects.filter(was_on).exclude(pk=chosen.pk).update(on_since=None, off_since=now)
    chosen.on_since, chosen.switched_on_by, chosen.reason = now, staff, why
    chosen.save(update_fields=["on_since", "switched_on_by", "reason"])
    _remember("match-model.switched", chosen, staff, now, before=before.name if before else "")


def _remember(verb: str, model: MatchModel, staff: Staff, now: datetime, before: str = "") -> None:
    record(verb=verb, actor=staff.as_actor(), now=now, subject=model, model=model.name, before=before)
