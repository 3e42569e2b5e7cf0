"""Two people of the programme, and rules between them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from adsum.law.actions import approve_rule, enter_rule
from adsum.law.models import LawRule
from adsum.law.rules import ClockKind, Rule
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from tests.factories import make_staff

MakeRule = Callable[..., LawRule]


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Sam Supervisor")


@pytest.fixture
def programme() -> Staff:
    return make_staff(None, Role.PROGRAMME, name="Pat Programme")


@pytest.fixture
def make_rule(supervisor: Staff, programme: Staff) -> MakeRule:
    """A rule about appeals that two people have agreed on."""

    def make(days: int, starts_on: date, *, now: datetime, kind: ClockKind = ClockKind.APPEAL, **given: Any) -> LawRule:
        rule = Rule(days, starts_on=starts_on, source="91 FR 5267", **given)
        entered = enter_rule(kind=kind, rule=rule, reason="A new rule is published", by=supervisor, now=now)
        return approve_rule(rule_id=entered.pk, by=programme, now=now)

    return make
