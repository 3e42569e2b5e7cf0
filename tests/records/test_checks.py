"""Dated checks: each report has one; what did not answer is named and asked again."""

from datetime import timedelta

from adsum.people.models import Participant
from adsum.records.actions import ask_checks, note_checks
from adsum.records.models import RecordCheck
from adsum.records.rules import CheckedFor, Heard
from tests.factories import NOW, make_office, make_participant


def test_a_check_is_done_when_every_source_has_answered(maria: Participant) -> None:
    ask_checks(people=[(maria.pk, "report:7")], why=CheckedFor.REPORT, now=NOW)
    check = RecordCheck.objects.get()
    down: dict[str, dict[str, object]] = {"a": {"heard": Heard.ANSWERED, "found": 0}, "b": {"heard": Heard.DOWN}}
    assert note_checks(heard={check.pk: down}, now=NOW) == 0
    check.refresh_from_db()
    assert (check.looked_at, check.done_at, check.next_at) == (NOW, None, NOW + timedelta(minutes=10))
    later = NOW + timedelta(minutes=10)
    assert note_checks(heard={check.pk: {"b": {"heard": Heard.ANSWERED, "found": 1}}}, now=later) == 1
    check.refresh_from_db()
    assert check.done_at == later
    assert (check.answers["a"]["tries"], check.answers["b"]["tries"], check.answers["b"]["found"]) == (1, 2, 1)


def test_a_source_that_never_answers_is_named_in_the_end(maria: Participant) -> None:
    ask_checks(people=[(maria.pk, "report:8")], why=CheckedFor.REPORT, now=NOW)
    check = RecordCheck.objects.get()
    over = NOW + timedelta(hours=48)
    assert note_checks(heard={check.pk: {"b": {"heard": Heard.DOWN}}}, now=over) == 1
    check.refresh_from_db()
    assert (check.answers["b"]["heard"], check.done_at) == (Heard.DOWN, over)


def test_people_without_a_thing_are_looked_up_as_often_as_asked(maria: Participant) -> None:
    other = make_participant(make_office("BOS"))
    for _ in range(2):
        ask_checks(people=[(maria.pk, ""), (other.pk, "")], why=CheckedFor.REVIEW, now=NOW)
    assert RecordCheck.objects.count() == 4
