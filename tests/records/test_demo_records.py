"""The demo's records: the same seed gives the same, some are about people of the demo, one row stands aside."""

from adsum.management.demo_records import ABOUT, STRANGERS, tell_of_records
from adsum.offices.models import FieldOffice
from adsum.records.models import Delivery, OutsideRecord, SetAside
from tests.factories import NOW, make_participant


def test_the_demo_has_a_source_with_records_to_look_at(office: FieldOffice) -> None:
    people = [make_participant(office, surnames=f"Zubiri Tzoc{number}") for number in range(8)]
    tell_of_records(now=NOW, seed=7)
    assert OutsideRecord.objects.count() == ABOUT + STRANGERS
    assert OutsideRecord.objects.filter(surnames__startswith="ZUBIRI").count() == ABOUT < len(people)
    assert [delivery.is_read for delivery in Delivery.objects.all()] == [True, True]
    assert "no number of its own" in SetAside.objects.get().reason
