"""Steps are kept once, failures as often as they happened; the funnel and the stuck are counted from both."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from adsum.funnel.actions import forget, take_steps
from adsum.funnel.models import FunnelStep
from adsum.funnel.policy import FunnelPolicy
from adsum.funnel.queries import everything_about, funnel_of, stuck_at
from adsum.funnel.rules import ORDER, Device, Step, StepTaken
from adsum.ledger.rules import OPERATOR, RULES, STRANGER
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from adsum.people.queries import participants
from tests.factories import NOW, make_participant, make_staff

PHONE = Device("Chrome", "Android", "es", "cellular")
ODD = Device("UC Browser", "Android")
pytestmark = pytest.mark.django_db


def take(*steps: StepTaken, minutes: int = 0) -> None:
    take_steps(steps=steps, actor=RULES, now=NOW + timedelta(minutes=minutes))


def newcomers(office: FieldOffice, count: int, **given: str) -> list[int]:
    return [make_participant(office, active=False, **given).pk for _ in range(count)]


def reached(*numbers: int) -> dict[Step, int]:
    return dict(zip(ORDER, numbers, strict=True))


def test_a_step_counts_once_and_the_first_time_stands(office: FieldOffice) -> None:
    [who] = newcomers(office, 1)
    take(StepTaken(who, Step.OPENED, PHONE), StepTaken(who, Step.OPENED, ODD))
    take(StepTaken(who, Step.OPENED, ODD), minutes=5)
    [kept] = FunnelStep.objects.all()
    assert (kept.at, kept.browser, kept.language, kept.network) == (NOW, "Chrome", "es", "cellular")


@pytest.mark.parametrize("way", ["hashjoin", "mergejoin", "nestloop"])
def test_of_many_the_first_stands_whichever_way_the_database_goes(office: FieldOffice, way: str) -> None:
    who = newcomers(office, 60)[-1]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE adsum_participant")
        for other in {"hashjoin", "mergejoin", "nestloop"} - {way}:
            cursor.execute(f"SET LOCAL enable_{other} = off")
    take(StepTaken(who, Step.OPENED, PHONE), StepTaken(who, Step.OPENED, ODD))
    assert FunnelStep.objects.get().browser == "Chrome"


def test_failures_are_all_kept_up_to_the_number_of_a_day(office: FieldOffice) -> None:
    [who, other] = newcomers(office, 2)
    wrong = StepTaken(who, Step.CODE_TRIED, failed="code-wrong")
    for minute in range(FunnelPolicy().failures_per_day + 5):
        take(wrong, minutes=minute)
    take(StepTaken(other, Step.CODE_TRIED, failed="code-wrong"))
    take(wrong, minutes=3 * 24 * 60)
    assert FunnelStep.objects.filter(participant=who).count() == FunnelPolicy().failures_per_day + 1
    assert FunnelStep.objects.filter(participant=other).count() == 1


def test_nobody_who_is_not_there_is_noted(office: FieldOffice) -> None:
    take(StepTaken(0, Step.OPENED, PHONE))
    take()
    assert not FunnelStep.objects.exists()


def test_what_was_noted_is_not_changed(office: FieldOffice) -> None:
    [who] = newcomers(office, 1)
    take(StepTaken(who, Step.OPENED, PHONE))
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        FunnelStep.objects.update(step=Step.ACTIVE)


def test_who_is_further_has_passed_what_lies_before(office: FieldOffice) -> None:
    [listed, opened, active] = newcomers(office, 3)
    confirmed = make_participant(office).pk
    take(StepTaken(opened, Step.INVITED, channel="sms"), StepTaken(opened, Step.OPENED, PHONE))
    take(StepTaken(active, Step.ACTIVE))
    people = participants(seen_by=OPERATOR)
    [group] = funnel_of(people=people, seen_by=OPERATOR)
    assert group.reached == reached(4, 3, 3, 3, 2, 2, 1, 1, 1)
    assert group.people == 4
    assert [group.stuck(step) for step in ORDER] == [1, 0, 0, 1, 0, 1, 0, 0, 1]
    stuck = {
        step: [one.participant.pk for one in stuck_at(people=people, step=step, seen_by=OPERATOR)] for step in ORDER
    }
    assert stuck == {step: [] for step in ORDER} | {
        Step.LISTED: [listed], Step.OPENED: [opened], Step.CONFIRMED: [confirmed], Step.ACTIVE: [active]
    }  # fmt: skip


def test_people_are_grouped_by_their_first_device_and_failures_by_their_own(office: FieldOffice) -> None:
    [one, two, three] = newcomers(office, 3)
    take(StepTaken(one, Step.OPENED, ODD), StepTaken(one, Step.READY, ODD, failed="location-unsupported"))
    take(StepTaken(one, Step.CODE_TRIED, PHONE), minutes=1)
    take(StepTaken(two, Step.OPENED, PHONE), minutes=1)
    groups = funnel_of(people=participants(seen_by=OPERATOR), seen_by=OPERATOR, by="browser")
    assert {group.name: (group.people, group.reached[Step.CODE_TRIED]) for group in groups} == {
        "": (1, 0),
        "Chrome": (1, 0),
        "UC Browser": (1, 1),
    }
    assert {group.name: group.failures for group in groups if group.failures} == {
        "UC Browser": Counter({(Step.READY, "location-unsupported"): 1})
    }
    assert three in [one.participant.pk for one in stuck_at(
        people=participants(seen_by=OPERATOR), step=Step.LISTED, seen_by=OPERATOR)]  # fmt: skip


def test_the_channel_is_the_one_that_reached_and_the_language_is_the_persons(office: FieldOffice) -> None:
    [who] = newcomers(office, 1, language="ht")
    take(StepTaken(who, Step.INVITED, channel="sms"))
    take(StepTaken(who, Step.DELIVERED, failed="not-delivered", channel="sms"), minutes=1)
    take(StepTaken(who, Step.DELIVERED, channel="letter"), minutes=2)
    people = participants(seen_by=OPERATOR)
    by_channel = {group.name: group for group in funnel_of(people=people, seen_by=OPERATOR, by="channel")}
    assert by_channel["letter"].reached[Step.DELIVERED] == 1
    assert by_channel["sms"].people == 0
    assert by_channel["sms"].failures == {(Step.DELIVERED, "not-delivered"): 1}
    [creole] = funnel_of(people=people, seen_by=OPERATOR, by="language")
    assert (creole.name, creole.rate(Step.DELIVERED), creole.rate(Step.ACTIVE)) == ("ht", 1.0, 0.0)


def test_the_stuck_wait_longest_first_with_what_failed_last(office: FieldOffice) -> None:
    [late, early] = newcomers(office, 2)
    take(StepTaken(early, Step.CODE_TRIED))
    take(StepTaken(late, Step.CODE_TRIED), minutes=9)
    take(StepTaken(early, Step.CODE_TRIED, failed="code-wrong"), minutes=3)
    take(StepTaken(early, Step.CODE_TRIED, failed="too-many-tries"), minutes=4)
    people = participants(seen_by=OPERATOR)
    first, second = stuck_at(people=people, step=Step.CODE_TRIED, seen_by=OPERATOR)
    assert (first.participant.pk, first.since, first.failed) == (early, NOW, "too-many-tries")
    assert (second.participant.pk, second.failed, second.failed_at) == (late, "", None)
    assert stuck_at(people=people, step=Step.CODE_TRIED, seen_by=OPERATOR, most=1, after=1) == [second]


def test_nobody_counts_or_sees_people_of_another_office(office: FieldOffice, other_office: FieldOffice) -> None:
    newcomers(office, 2)
    [theirs] = newcomers(other_office, 1)
    officer = make_staff(office).as_actor()
    everyone = Participant.objects.all()
    [group] = funnel_of(people=everyone, seen_by=officer)
    assert group.people == 2
    seen = [one.participant.pk for one in stuck_at(people=everyone, step=Step.LISTED, seen_by=officer)]
    assert theirs not in seen and len(seen) == 2
    [nothing] = funnel_of(people=everyone, seen_by=STRANGER)
    assert (nothing.people, nothing.reached) == (0, reached(*[0] * 9))
    assert everything_about(participant_id=theirs, seen_by=officer) == {"way_in": []}
    with pytest.raises(ValueError, match="not grouped"):
        funnel_of(people=everyone, seen_by=officer, by="case_number")


def test_it_is_two_statements_whatever_the_number(office: FieldOffice) -> None:
    newcomers(office, 5)
    with CaptureQueriesContext(connection) as asked:
        funnel_of(people=Participant.objects.filter(language="es"), seen_by=OPERATOR, by="network")
    assert len(asked) == 2


def test_devices_and_failures_are_forgotten_and_that_a_step_was_reached_stays(office: FieldOffice) -> None:
    [who] = newcomers(office, 1)
    take(StepTaken(who, Step.OPENED, PHONE), StepTaken(who, Step.CODE_TRIED, PHONE, failed="code-wrong"))
    take(StepTaken(who, Step.CODE_TRIED, PHONE), minutes=10)
    forget(before=NOW + timedelta(minutes=5), now=NOW + timedelta(days=200))
    kept = list(FunnelStep.objects.order_by("pk").values_list("step", "failed", "browser", "language"))
    assert kept == [("opened", "", "", ""), ("code-tried", "", "Chrome", "es")]
