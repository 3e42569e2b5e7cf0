"""Deliveries: each record once, the newest version holds, whatever the order."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest

from adsum.records.actions import Aside, open_delivery, refuse_delivery, take_records
from adsum.records.models import Delivery, OutsideRecord, RecordSource, RecordVersion, SetAside
from tests.factories import NOW
from tests.records.conftest import WARRANT

Deliver = Callable[..., Delivery]


def test_a_delivery_says_what_it_brought(deliver: Deliver) -> None:
    first = deliver(WARRANT, replace(WARRANT, record_id="W-2"))
    assert (first.rows, first.fresh, first.changed, first.known) == (2, 2, 0, 0)
    second = deliver(replace(WARRANT, version="2", city="Newark"), replace(WARRANT, record_id="W-2"))
    assert (second.rows, second.fresh, second.changed, second.known) == (2, 0, 1, 1)
    assert OutsideRecord.objects.get(record_id="W-1").city == "Newark"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_version_holds_in_whatever_order_they_come(deliver: Deliver, order: tuple[int, ...]) -> None:
    versions = [
        replace(WARRANT, version="9", surnames="LOPES"),
        replace(WARRANT, version="10"),
        replace(WARRANT, version="11", withdrawn=True),
    ]
    for place in order:
        deliver(versions[place])
    mine = OutsideRecord.objects.get()
    assert (mine.version, mine.surnames, mine.withdrawn_at is not None) == ("11", "LOPEZ", True)
    assert RecordVersion.objects.filter(record=mine).count() == 3


def test_what_says_the_same_under_a_later_number_makes_earlier_ones_old(deliver: Deliver) -> None:
    deliver(WARRANT)
    deliver(version="3")
    deliver(version="2", surnames="WRONG")
    assert OutsideRecord.objects.get().surnames == "LOPEZ"


def test_versions_of_one_record_in_one_delivery(deliver: Deliver) -> None:
    one = deliver(WARRANT, replace(WARRANT, version="3", city="Newark"), replace(WARRANT, version="2", city="Camden"))
    assert OutsideRecord.objects.get().city == "Newark"
    assert (one.fresh, one.changed, one.known) == (1, 0, 1)


def test_the_same_file_is_read_once(source: RecordSource, deliver: Deliver) -> None:
    deliver(digest="a" * 64)
    assert open_delivery(source=source, label="again.csv", digest="a" * 64, now=NOW) is None


def test_a_killed_reader_goes_on_and_takes_nothing_twice(source: RecordSource) -> None:
    begun = open_delivery(source=source, label="today.csv", digest="b" * 64, now=NOW)
    assert begun is not None
    aside = [Aside(2, "no name", "x;;")]
    take_records(delivery=begun, records=[WARRANT], aside=aside, next_row=2, now=NOW)
    again = open_delivery(source=source, label="today.csv", digest="b" * 64, now=NOW)
    assert again is not None and (again.pk, again.next_row) == (begun.pk, 2)
    take_records(delivery=again, records=[WARRANT], aside=aside, next_row=2, now=NOW)
    again.refresh_from_db()
    assert (again.rows, again.fresh, again.aside) == (2, 1, 1)
    assert SetAside.objects.get().reason == "no name"


def test_a_refused_delivery_may_be_tried_again(source: RecordSource) -> None:
    begun = open_delivery(source=source, label="x", digest="c" * 64, now=NOW)
    assert begun is not None
    refuse_delivery(delivery=begun, why="Not UTF-8. Save it as UTF-8.", now=NOW)
    assert open_delivery(source=source, label="x", digest="c" * 64, now=NOW) is not None


def test_only_what_says_who_is_meant_is_matched_again(deliver: Deliver) -> None:
    deliver()
    OutsideRecord.objects.update(screened_at=NOW)
    deliver(version="2", what="Another charge")
    assert OutsideRecord.objects.get().screened_at == NOW
    deliver(version="3", what="Another charge", date_of_birth="1988-03-15")
    assert OutsideRecord.objects.get().screened_at is None


def test_a_record_that_is_taken_back_and_given_again_is_matched_again(deliver: Deliver) -> None:
    deliver()
    OutsideRecord.objects.update(screened_at=NOW)
    deliver(version="2", withdrawn=True)
    deliver(version="3")
    mine = OutsideRecord.objects.get()
    assert (mine.withdrawn_at, mine.screened_at) == (None, None)
