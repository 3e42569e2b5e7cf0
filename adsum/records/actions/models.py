"""Versions of the model: kept when learnt, measured, switched on by a person and by nobody else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from adsum.core.text import clean_text
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.offices.models import Staff
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


def switch_model(*, model_id: int, staff: Staff, reason: str, now: datetime) -> MatchModel:
    """Work with this version from now on, and with no other; an earlier one is gone back to in the same way.

    What people have judged stays as it is. Raises SwitchRefused.
    """
    words = clean_text(reason)
    if not words:
        raise SwitchRefused("Write a reason: the next person wants to know why.")
    with transaction.atomic():
        known = {model.pk: model for model in MatchModel.objects.select_for_update().order_by("pk")}
        chosen = known.get(model_id)
        if chosen is None:
            raise SwitchRefused("There is no such version.")
        if chosen.on_since is not None:
            raise SwitchRefused(f"{chosen.name} is on already.")
        before = next((model for model in known.values() if model.on_since is not None), None)
        MatchModel.objects.filter(on_since__isnull=False).update(on_since=None, off_since=now)
        chosen.on_since, chosen.switched_on_by, chosen.reason = now, staff, words
        chosen.save(update_fields=["on_since", "switched_on_by", "reason"])
        record(
            verb="match-model.switched",
            actor=staff.as_actor(),
            now=now,
            subject=chosen,
            model=chosen.name,
            before=before.name if before else "",
        )
    return chosen
