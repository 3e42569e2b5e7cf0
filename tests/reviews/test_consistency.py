"""Whether like people are decided alike: by group, with intervals; and the like cases that a decider reads."""

from collections.abc import Callable
from csv import DictReader
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import time_machine
from django.test import Client

from adsum.console.consistency import COLUMNS
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import start_orders
from adsum.orders.rules import Ground, Level
from adsum.people.models import Participant
from adsum.reviews.actions import appeal_decision, ask_for_review, cast_vote, decide_review
from adsum.reviews.models import ReviewDecision
from adsum.reviews.past_queries import criteria_of
from adsum.reviews.queries import decisions_weighed, like_decided
from adsum.reviews.rules import Answer, CriterionKey, DecisionAsked, Met, Way, Weighed, Wish
from adsum.reviews.rules.consistency import Weighing, compare
from tests.factories import NOW, make_participant, make_staff

SignIn = Callable[[Participant | Staff], Client]
ONE = Weighing("NYC", "Ana", "check-in", "es", "", "Not known", "keep", 4.0, *(False, False, False))


def decide(
    person: Participant, officer: Staff, outcome: str = "keep", met: str = "met", *, as_on_file: bool = False
) -> ReviewDecision:
    """Their level is looked at and decided today; of one criterion it is said how it stood, or of all as on file."""
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="w", actor=OPERATOR, now=NOW)
    review = ask_for_review(participant=person, wish=Wish.END, way=Way.PAGE, now=NOW)
    criteria = [{"key": "misses", "met": met}]
    if as_on_file:
        found = criteria_of(participant=person, seen_by=officer.as_actor(), now=NOW + timedelta(days=1))
        criteria = [{"key": one.key.value, "met": one.met.value} for one in found]
    asked = DecisionAsked(outcome, weighed={one["key"]: Weighed("against") for one in criteria}, words="Because.")
    return decide_review(
        review_id=review.pk, officer=officer, asked=asked, criteria=criteria, facts=[], letter={"theirs": "x"}, now=NOW
    )


def test_groups_stand_beside_all_and_say_where_they_differ() -> None:
    kept = [ONE] * 30
    ended = [ONE._replace(office="BOS", outcome="end", days=10.0)] * 20
    reversed_one = ONE._replace(office="BOS", appealed=True, answered=True, reversed=True)
    usual, groups = compare([*kept, *ended, reversed_one], by="office")
    assert (usual.decided, usual.lowered, usual.kept, usual.differs) == (51, 20, 31, False)
    assert [(one.name, one.decided, one.lowered, one.differs) for one in groups] == [
        ("NYC", 30, 0, True),
        ("BOS", 21, 20, True),
    ]
    assert (groups[1].answered, groups[1].reversed, groups[1].half_within_days) == (1, 1, 10.0)
    assert groups[0].reversed_share[1:] == (0.0, 1.0)
    assert not compare([ONE, ONE._replace(office="BOS", outcome="end")], by="office")[1][0].differs


def test_nothing_decided_is_no_error() -> None:
    usual, groups = compare([], by="officer")
    assert (usual.decided, usual.half_within_days, groups) == (0, 0, [])


def test_what_became_of_an_appeal_is_counted_and_another_office_is_not(
    person: Participant, office: FieldOffice, officer: Staff, other_office: FieldOffice
) -> None:
    decision = decide(person, officer)
    decide(make_participant(other_office), make_staff(other_office), "end")
    boss, me = make_staff(office, Role.SUPERVISOR), officer.as_actor()
    appeal = appeal_decision(participant=person, decision_id=decision.pk, way=Way.PAGE, now=NOW)
    assert [one[8:] for one in decisions_weighed(since=NOW, seen_by=me)] == [(True, False, False)]
    cast_vote(appeal_id=appeal.pk, staff=boss, answer=Answer.REVERSED, reason="x", now=NOW)
    (found,) = decisions_weighed(since=NOW, seen_by=me)
    whose = (office.name, officer.name, "check-in", "es", "", "Not known")
    assert found == Weighing(*whose, "keep", 0.0, True, True, True)
    programme = make_staff(None, Role.PROGRAMME)
    assert len(decisions_weighed(since=NOW, seen_by=programme.as_actor())) == 2


def test_the_page_and_the_csv(person: Participant, office: FieldOffice, officer: Staff, sign_in: SignIn) -> None:
    office.name = "=cmd()"
    office.save()
    decide(person, officer)
    boss = sign_in(make_staff(office, Role.SUPERVISOR))
    for by in ("office", "officer", "level", "language", "region", "country", "nonsense"):
        assert "1.0" not in boss.get(f"/console/reviews/consistency/?by={by}").text.split("<tbody>")[0]
    assert "Spanish" in boss.get("/console/reviews/consistency/?by=language").text
    rows = list(DictReader(StringIO(boss.get("/console/reviews/consistency/?csv=yes").text)))
    assert [one["group_by"] for one in rows] == ["all", "office", "officer", "level", "language", "region", "country"]
    assert (rows[0]["decided"], rows[1]["group"], rows[0]["lowered_high"]) == ("1", "'=cmd()", "0.7935")


def test_each_column_is_defined() -> None:
    page = Path("docs/consistency.md").read_text()
    assert [column for column in COLUMNS if f"`{column}`" not in page] == []


def test_like_cases_are_of_every_office_and_of_nobody_the_reader_may_not_see(
    person: Participant, officer: Staff, other_office: FieldOffice
) -> None:
    decide(person, make_staff(person.office), "end", "not-met")
    asked: dict[str, Any] = {"level": "check-in", "since": NOW, "most": 10}
    (found,) = like_decided(but=0, seen_by=make_staff(other_office).as_actor(), **asked)
    assert (found.profile, found.decision) == ({CriterionKey.MISSES: Met.NOT_MET}, "end")
    assert like_decided(but=person.pk, seen_by=officer.as_actor(), **asked) == []
    assert like_decided(but=0, seen_by=person.as_actor(), **asked) == []


@time_machine.travel(NOW + timedelta(days=1), tick=False)
def test_a_decider_reads_beforehand_how_like_cases_went(
    person: Participant, officer: Staff, other_office: FieldOffice, sign_in: SignIn
) -> None:
    other = make_participant(other_office, surnames="Somebody Else")
    decide(other, make_staff(other_office), "end", as_on_file=True)
    start_orders(levels=[(person, Level.CHECK_IN)], ground=Ground.AGENCY_LIST, note="w", actor=OPERATOR, now=NOW)
    review = ask_for_review(participant=person, wish=Wish.END, way=Way.PAGE, now=NOW)
    desk, there = sign_in(officer), f"/console/reviews/{review.pk}/"
    page = desk.get(there).text
    assert "End monitoring: 1" in page and "Somebody" not in page
    sent = {"outcome": "keep", "words": "Two months are short.", **{f"weighs-{key}": "against" for key in CriterionKey}}
    assert "Of 1 like case, 1 was decided differently" in " ".join(desk.post(there, sent).text.split())
    assert "decided differently" not in desk.post(there, {**sent, "outcome": "end"}).text
