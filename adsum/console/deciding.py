"""From an officer's choice to the actions that carry it out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from adsum.checkins.actions import excuse_duty
from adsum.checkins.actions.duties import ExcuseRefused
from adsum.flags.actions import DecisionRefused, clear_flag
from adsum.flags.rules import Decision

if TYPE_CHECKING:
    from adsum.flags.models import Flag
    from adsum.offices.models import Staff


def decide_flag(*, flag_id: int, officer: Staff, decision: str, reason: str, now: datetime) -> Flag:
    """Clear the flag; where the decision excuses a check-in, excuse it too. Raises DecisionRefused."""
    with transaction.atomic():
        flag = clear_flag(flag_id=flag_id, officer=officer, decision=decision, reason=reason, now=now)
        duty_id = flag.about_id("duty") or flag.details.get("duty")
        if decision == Decision.EXCUSED and duty_id:
            try:
                excuse_duty(
                    duty_id=duty_id,
                    officer=officer,
                    words=flag.decision_reason,
                    now=now,
                )
            except ExcuseRefused as refusal:
                raise DecisionRefused(str(refusal)) from refusal
    return flag
