"""Rules of law: two people, a reason, a source; never edited; what they would reach."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from adsum.law.actions import approve_rule, enter_rule, start_clock, vacate_rule
from adsum.law.actions.ruling import RuleRefused
from adsum.law.models import LawRule
from adsum.law.past_queries import Preview, preview_rule
from adsum.law.queries import rules_known
from adsum.law.rules import ClockKind, Rule
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import STRANGER
from adsum.offices.models import FieldOffice, Staff
from tests.factories import make_participant
from tests.law.conftest import MakeRule

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 16, tzinfo=UTC)
RULE = Rule(10, starts_on=date(2026, 5, 20), source="91 FR 5267")


@pytest.mark.parametrize(
    ("change", "reason", "says"),
    [
        ({"days": 0}, "New", "days"),
        ({"days": 366}, "New", "days"),
        ({"mail_days": -1}, "New", "days"),
        ({"starts_on": None}, "New", "from which"),
        ({"ends_on": date(2026, 5, 19)}, "New", "before it begins"),
        ({"source": " \n"}, "New", "law"),
        ({}, " ", "why"),
    ],
)
def test_rules_that_cannot_be_entered(supervisor: Staff, change: dict[str, Any], reason: str, says: str) -> None:
    given = {"days": 10, "starts_on": date(2026, 5, 20), "source": "91 FR 5267", **change}
    with pytest.raises(RuleRefused, match=says):
        enter_rule(kind=ClockKind.APPEAL, rule=Rule(**given), reason=reason, by=supervisor, now=NOW)
    assert not LawRule.objects.exists()


def test_officers_enter_no_rules_and_supervisors_approve_none(
    officer: Staff, supervisor: Staff, programme: Staff
) -> None:
    with pytest.raises(RuleRefused):
        enter_rule(kind=ClockKind.APPEAL, rule=RULE, reason="New", by=officer, now=NOW)
    mine = enter_rule(kind=ClockKind.APPEAL, rule=RULE, reason="New", by=programme, now=NOW)
    for who in (officer, supervisor, programme):  # the last one has entered it
        with pytest.raises(RuleRefused):
            approve_rule(rule_id=mine.pk, by=who, now=NOW)
    with pytest.raises(RuleRefused):
        vacate_rule(rule_id=mine.pk, why="No", by=supervisor, now=NOW)
    with pytest.raises(RuleRefused, match="Say why"):
        vacate_rule(rule_id=mine.pk, why=" ", by=programme, now=NOW)
    assert not rules_known(seen_by=STRANGER)


def test_each_act_happens_once_and_has_its_line(make_rule: MakeRule, programme: Staff) -> None:
    rule = make_rule(10, date(2026, 5, 20), now=NOW)
    with pytest.raises(RuleRefused, match="already"):
        approve_rule(rule_id=rule.pk, by=programme, now=NOW)
    vacate_rule(rule_id=rule.pk, why="The court", by=programme, now=NOW)
    with pytest.raises(RuleRefused, match="already"):
        vacate_rule(rule_id=rule.pk, why="The court", by=programme, now=NOW)
    lines = LedgerLine.objects.filter(subject_kind="lawrule", subject_id=rule.pk).order_by("pk")
    assert [line.verb for line in lines] == ["law.entered", "law.approved", "law.vacated"]


@pytest.mark.parametrize(
    "change", [{"days": 5}, {"starts_on": date(2026, 5, 1)}, {"vacated_at": NOW}, {"source": "Another"}]
)
def test_a_rule_is_never_edited(make_rule: MakeRule, change: dict[str, Any]) -> None:
    rule = make_rule(10, date(2026, 5, 20), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        LawRule.objects.filter(pk=rule.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LawRule.objects.filter(pk=rule.pk).delete()


def test_whom_a_rule_would_reach(office: FieldOffice, supervisor: Staff, programme: Staff) -> None:
    person = make_participant(office)
    for days, about in ((-30, "review:1"), (-5, "review:2"), (-4, "review:3")):
        at = NOW + timedelta(days=days)
        start_clock(kind=ClockKind.APPEAL, participant_id=person.pk, about=about, counted_from=at, now=at)
    me = programme.as_actor()
    soon = Rule(10, starts_on=date(2026, 5, 12))
    assert preview_rule(kind=ClockKind.APPEAL, rule=soon, now=NOW, seen_by=me) == Preview(2, 1, 2, 0)
    longer = Rule(60, starts_on=date(2026, 5, 12))
    assert preview_rule(kind=ClockKind.APPEAL, rule=longer, now=NOW, seen_by=me) == Preview(2, 1, 0, 2)
    assert preview_rule(kind=ClockKind.ANSWER, rule=soon, now=NOW, seen_by=me) == Preview(0, 0, 0, 0)
    assert LawRule.objects.count() == 0
