"""What officers, supervisors and operators see of sources: “not searched” never looks like “nothing found”."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.records.actions import (
    Aside,
    close_delivery,
    count_refusal,
    note_failing,
    open_delivery,
    refuse_delivery,
    take_records,
)
from adsum.records.models import Delivery, OutsideRecord, RecordSource
from adsum.records.rules import Heard, Kind
from adsum.records.sources.coverage import STATES, Covers, covered_in, uncovered
from tests.factories import make_staff
from tests.leads import make_source
from tests.records.conftest import WARRANT

Browser = Callable[[Any], Client]
PAGE = "/console/records/sources/"


def covers(heard: Heard = Heard.ANSWERED, *, states: str = "NJ", kinds: str = "warrant") -> Covers:
    return Covers("One", states.split(), kinds.split(), date(2019, 1, 1), heard)


def test_what_is_covered_in_a_state_and_what_nobody_covers() -> None:
    mine, everywhere = covers(), covers(Heard.DOWN, states="US", kinds="warrant arrest")
    found = {one.kind: one for one in covered_in("NJ", [mine, everywhere])}
    assert found[Kind.WARRANT].answering == [mine] and found[Kind.WARRANT].missing == [everywhere]
    assert not found[Kind.COURT_EVENT].answering and not found[Kind.COURT_EVENT].missing
    assert not any(one.answering for one in covered_in("NY", [mine]))
    gaps = uncovered([mine, covers(states="US", kinds="arrest")])
    assert gaps[Kind.ARREST] == [] and gaps[Kind.COURT_EVENT] == list(STATES)
    assert len(gaps[Kind.WARRANT]) == len(STATES) - 1 and "NJ" not in gaps[Kind.WARRANT]


def delivered(source: RecordSource, number: int, *, refused: str = "") -> Delivery:
    delivery = open_delivery(source=source, label=f"{number}.csv", digest=f"{number:064x}", now=timezone.now())
    assert delivery
    if refused:
        refuse_delivery(delivery=delivery, why=refused, now=timezone.now())
        return delivery
    aside = [Aside(3, "no number of its own", "x,Quetzalcoatl")]
    take_records(delivery=delivery, records=[WARRANT], aside=aside, next_row=2, now=timezone.now())
    close_delivery(delivery=delivery, now=timezone.now())
    return delivery


def test_without_sources_nobody_is_looked_up_anywhere(officer: Staff, sign_in: Browser) -> None:
    said = sign_in(officer).get(PAGE).content.decode()
    assert said.count("Not searched at all") == len(Kind)
    assert "No source is set up" in said


def test_the_page_says_who_answers_what_came_and_what_is_not_searched(office: FieldOffice, sign_in: Browser) -> None:
    source, other = make_source(), make_source("ny-warrants")
    delivered(source, 1)
    delivered(source, 2, refused="line 3: a formula")
    note_failing(source=other, error="answered 503", now=timezone.now())
    for _ in range(2):
        count_refusal(source=other, why="expired", now=timezone.now())
    said = sign_in(make_staff(office, Role.SUPERVISOR)).get(PAGE).content.decode()
    assert "line 3: a formula" in said and "answered 503" in said and "Does not answer since" in said
    assert "2 messages in 30 days: it was signed more than five minutes ago" in said
    assert "55 states and territories" in said and "Not searched at all" in said
    assert "Quetzalcoatl" not in said


def test_more_sources_and_deliveries_ask_no_more(officer: Staff, sign_in: Browser) -> None:
    client, counts = sign_in(officer), []
    for round_ in range(2):
        for number in range(3 * round_ + 1):
            source = make_source(f"s{round_}{number}")
            delivered(source, number)
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_rows_as_they_came_are_for_supervisors_and_the_look_is_recorded(office: FieldOffice, sign_in: Browser) -> None:
    url = f"/console/records/deliveries/{delivered(make_source(), 1).pk}/"
    operator = sign_in(make_staff(None, Role.OPERATOR)).get(url).content.decode()
    assert "no number of its own" in operator and "Quetzalcoatl" not in operator
    assert not LedgerLine.objects.filter(verb="rows-aside.read").exists()
    supervisor = make_staff(office, Role.SUPERVISOR)
    assert "Quetzalcoatl" in sign_in(supervisor).get(url).content.decode()
    assert LedgerLine.objects.get(verb="rows-aside.read").actor_id == supervisor.pk
    assert sign_in(make_staff(office)).get(url).status_code == 403


def test_the_part_about_one_person_says_what_is_not_searched(person: Participant, officer: Staff) -> None:
    def said() -> str:
        template = Template("{% load adsum_records %}{% record_coverage person staff %}")
        return " ".join(template.render(Context({"person": person, "staff": officer})).split())

    assert said().count("no source covers this") == len(Kind) and "lives in NY" in said()
    source = make_source(states=["NY"], kinds=[Kind.WARRANT])
    assert "<strong>Not searched now</strong>: New Jersey warrants" in said()
    delivered(source, 1)
    assert "what it brought is being matched" in said()
    OutsideRecord.objects.update(screened_at=timezone.now())
    assert "<strong>Not searched now</strong>" not in said() and said().count("no source covers this") == len(Kind) - 1
