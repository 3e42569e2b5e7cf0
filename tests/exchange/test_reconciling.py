"""Both files looked at whole: each difference is named, nothing is mended unasked, what is accepted is mended."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from adsum.counterparts.actions import accept_mends
from adsum.counterparts.models import Difference, Disagreement, Reconciliation, Twin
from adsum.counterparts.rules import Row
from adsum.exchange.adapting import Answered, Away
from adsum.exchange.hearing import Hearer
from adsum.exchange.reconciling import reconcile
from adsum.ledger.rules import OPERATOR
from adsum.outbox.actions import number_events
from adsum.outbox.models import OutboxDelivery
from adsum.people.models import Participant
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from peers.legacy_tracker.rows import Subject, digest
from tests.exchange.tracker import CALM, There, legacy_tracker, make_counterpart, speak
from tests.factories import make_office, make_participant
from tests.outbox.told import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]
MOVED = GivenAddress("9 Elm St", "2", "Queens", "NY", "11375")


@pytest.fixture
def there(committed: str, settings: Any, tmp_path: Path) -> Iterator[There]:
    settings.SUBSCRIBER_SECRETS = str(tmp_path / "secrets")
    with legacy_tracker(tmp_path) as peer:
        yield peer


@pytest.fixture
def people(there: There) -> list[Participant]:
    office = make_office()
    made = [make_participant(office) for _ in range(6)]
    for one in made:
        there.knows(one)
    return made


def look(hearer: Hearer) -> dict[str, tuple[str, list[str]]]:
    found = reconcile(hearer, actor=OPERATOR, stop=CALM)
    return {one.case_number: (one.kind, one.fields) for one in Difference.objects.filter(reconciliation=found)}


def accept_all(hearer: Hearer) -> None:
    newest = Reconciliation.objects.order_by("-pk").first()
    found = list(Difference.objects.filter(reconciliation=newest))
    assert accept_mends(differences=found, by="Olga Operator", actor=OPERATOR, now=timezone.now()) == len(found)


def test_both_count_the_same_digest() -> None:
    there = Subject("LT-00000001", "A000000001", "LÓPEZ, ANA", "07/25/1999", cust="D", tel="12125550101")
    said = "\x1f".join(["LÓPEZ, ANA", "07/25/1999", "D", "", "", "", "", "", "", "12125550101", "", "0"])
    assert Row("LT-00000001", "A000000001", 1, said).digest == digest(there)


def test_files_that_agree_have_no_difference(there: There, people: list[Participant]) -> None:
    hearer = speak(make_counterpart(there.address, there.folder))
    assert look(hearer) == {}
    kept = Reconciliation.objects.get()
    assert (kept.here, kept.there, kept.rows_read) == (6, 6, 0)


def test_a_change_without_a_word_is_named_and_read_once_somebody_says_so(
    there: There, people: list[Participant]
) -> None:
    counterpart = make_counterpart(there.address, there.folder)
    hearer = speak(counterpart)
    there.is_tampered(people[2], cust="D")
    assert look(hearer) == {people[2].case_number: ("news", ["custody"])}
    assert "custody" not in Twin.objects.get(participant=people[2]).told, "nothing is mended unasked"
    accept_all(hearer)
    eventually(lambda: bool(speak(counterpart)) and look(hearer) == {}, 30)
    assert Twin.objects.get(participant=people[2]).told["custody"] == "detained"
    accepted = Difference.objects.filter(accepted_at__isnull=False).get()
    assert accepted.accepted_by == "Olga Operator"


def test_a_system_that_was_set_back_is_read_anew_only_when_somebody_says_so(
    there: There, people: list[Participant]
) -> None:
    counterpart = make_counterpart(there.address, there.folder)
    there.types("LT-00000003", cust="D")
    there.types("LT-00000003", cust="R")
    hearer = speak(counterpart)
    there.is_tampered(people[2], cust="D", rev=2)
    assert look(hearer) == {people[2].case_number: ("news", ["custody"])}
    accept_all(hearer)
    eventually(lambda: bool(speak(counterpart)) and look(hearer) == {}, 30)


def test_what_they_were_never_told_is_named_and_told(there: There, people: list[Participant]) -> None:
    counterpart = make_counterpart(there.address, there.folder)
    hearer = speak(counterpart)
    change_address(participant=people[1], given=MOVED, actor=people[1].as_actor(), now=timezone.now())

    def numbered() -> bool:
        number_events(subscriber_id=counterpart.subscriber_id, now=timezone.now())
        return OutboxDelivery.objects.exists()

    eventually(numbered, 20)
    assert look(hearer) == {}, "what is on its way is no difference"
    OutboxDelivery.objects.update(given_up_at=timezone.now())
    assert look(hearer) == {people[1].case_number: ("unsent", ["address"])}
    accept_all(hearer)
    eventually(lambda: bool(speak(counterpart)) and there.says(people[1]).addr == "9 Elm St 2", 30)
    assert look(hearer) == {}


def test_rows_that_are_gone_or_never_were(there: There, people: list[Participant]) -> None:
    counterpart = make_counterpart(there.address, there.folder)
    new = make_participant(people[0].office)
    hearer = speak(counterpart)
    there.forgets(people[3])
    there.is_tampered(people[4], nm="OTHER, NAME")
    found = look(hearer)
    assert found == {
        people[3].case_number: ("gone", []),
        people[4].case_number: ("news", ["names"]),
        new.case_number: ("not-there", []),
    }
    accept_all(hearer)
    eventually(lambda: bool(speak(counterpart)) and len(look(hearer)) == 2, 30)
    assert look(hearer) == {people[3].case_number: ("not-there", []), new.case_number: ("not-there", [])}
    assert Participant.objects.filter(pk=people[3].pk, left_at__isnull=True).exists(), "nobody has left by that"


def test_a_row_that_cannot_be_read_is_named_and_hides_no_other(there: There, people: list[Participant]) -> None:
    hearer = speak(make_counterpart(there.address, there.folder))
    there.is_tampered(people[1], addr="1 Elm\tSt")
    there.is_tampered(people[4], nm="OTHER, NAME")
    expected = {people[1].case_number: ("unreadable", []), people[4].case_number: ("news", ["names"])}
    assert look(hearer) == expected
    accept_all(hearer)
    assert Twin.objects.filter(case_number=people[1].case_number).exists(), "what we heard before stays"


def test_an_empty_list_closes_nobody(there: There, people: list[Participant]) -> None:
    hearer = speak(make_counterpart(there.address, there.folder))
    for one in people:
        there.forgets(one)
    assert look(hearer) == {}
    kept = Reconciliation.objects.get()
    assert (kept.cut_short, kept.there, Twin.objects.count()) == (True, 0, 6)


def test_what_waits_for_a_person_is_no_difference(there: There, people: list[Participant]) -> None:
    counterpart = make_counterpart(there.address, there.folder)
    speak(counterpart)
    there.types("LT-00000001", tel="2125550100")
    hearer = speak(counterpart)
    assert Disagreement.objects.filter(ended_at__isnull=True).count() == 1
    assert look(hearer) == {}


def test_strangers_are_counted_not_named(there: There, people: list[Participant]) -> None:
    hearer = speak(make_counterpart(there.address, there.folder))
    stranger = Participant(
        case_number="A999999990", surnames="X", given_names="Y", date_of_birth=people[0].date_of_birth
    )
    there.knows(stranger)
    with there.store._writing() as database:
        database.execute("DELETE FROM change WHERE subj_no = 'LT-00000007'")
    assert look(hearer) == {}
    assert Twin.objects.filter(participant=None).count() == 1
    there.forgets(stranger)
    assert look(hearer) == {}
    assert not Twin.objects.filter(participant=None).exists()


def test_whoever_does_not_answer_leaves_no_half_look(there: There, people: list[Participant]) -> None:
    hearer = speak(make_counterpart(there.address, there.folder))
    there.is_tampered(people[2], cust="D")
    object.__setattr__(there.faults.rates, "error", 1.0)
    due = hearer.counterpart.reconcile_at
    with pytest.raises((Answered, Away)):
        reconcile(hearer, actor=OPERATOR, stop=CALM)
    assert not Reconciliation.objects.exists()
    hearer.counterpart.refresh_from_db()
    assert hearer.counterpart.reconcile_at == due, "it is made once they answer, not only tomorrow"


@pytest.mark.parametrize("count", [3_000])
def test_ten_differences_in_many_rows_are_found_without_reading_many(
    there: There, people: list[Participant], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers fill the ranges: their digests count as those of people do."""
    there.store.add(
        (Subject(f"LT-{n:08}", f"A5{n:08}", f"N{n}, X", "01/02/1990") for n in range(100, 100 + count)), at=""
    )
    monkeypatch.setattr("adsum.exchange.comparing.RANGES", 64)
    hearer = speak(make_counterpart(there.address, there.folder))
    for one in people:
        there.is_tampered(one, cust="X")
    assert sorted(look(hearer)) == sorted(one.case_number for one in people)
    kept = Reconciliation.objects.get()
    assert kept.there == count + 6
    assert kept.rows_read < count / 10


def test_a_range_with_too_many_rows_is_halved_until_it_can_be_read(
    there: There, people: list[Participant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adsum.exchange.comparing.MOST_ROWS", 50)
    there.store.add((Subject(f"LT-{n:08}", f"A5{n:08}", f"N{n}, X", "01/02/1990") for n in range(100, 700)), at="")
    with there.store._writing() as database:
        database.execute("DELETE FROM change")
    hearer = Hearer(make_counterpart(there.address, there.folder))
    found: Callable[[], set[str]] = lambda: set(look(hearer))  # noqa: E731
    assert found() == {one.case_number for one in people}, "nothing was ever heard of them"
    assert Twin.objects.filter(participant=None).count() == 600
