"""A computer asks a phone for the place: one code, one time, some minutes; guessing leads nowhere and is seen."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import forget, hand_over_place, offer_hand_off
from adsum.checkins.models import HandOff, HandOffTry, Report
from adsum.checkins.policy import CheckinPolicy
from adsum.checkins.rules import GivenPlace, HandOffAnswer
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from tests.factories import NOW, make_participant
from tests.shape.walking import SignIn

POLICY = CheckinPolicy()

HERE = {"place_status": "granted", "latitude": "40.7143", "longitude": "-74.006", "accuracy_m": "9"}
PLACE = GivenPlace("granted", 40.7143, -74.006, 9.0, NOW)
pytestmark = pytest.mark.django_db


def code_of(page: str) -> str:
    found = re.search(r'id="hand-off-code"[^>]*>([0-9A-Z]{3}-[0-9A-Z]{3})<', page)
    assert found
    return found[1]


def offer(person: Participant, key: object = None, shown: str = "", minutes: int = 0) -> str:
    later = NOW + timedelta(minutes=minutes)
    return offer_hand_off(participant=person, key=key or uuid4(), shown_code=shown, now=later).code  # type: ignore[arg-type]


def hand_over(code: str, *, minutes: float = 0, network: str = "10.0.0.1") -> HandOffAnswer:
    return hand_over_place(typed_code=code, place=PLACE, network=network, now=NOW + timedelta(minutes=minutes))


def test_the_whole_way_without_javascript(person: Participant, sign_in: SignIn, client: Client) -> None:
    desk, key = sign_in(person), str(uuid4())
    answers = {"key": key, "lives_there": "yes", "message": "Hola <b>"}
    first = desk.post("/hand-off/", answers).content.decode()
    code = code_of(first)
    assert "Hola &lt;b&gt;" in first
    assert "<svg" in first
    again = desk.post("/hand-off/", {**answers, "code": code}).content.decode()
    assert code_of(again) == code
    assert desk.get(f"/hand-off/{key}/").json() == {"arrived": False, "open": True}

    page = client.get(f"/p/{code}/").content.decode()
    assert code in page
    done = client.post("/p/", {"code": code.lower().replace("-", " "), **HERE})
    assert (done.status_code, done.headers["Cache-Control"]) == (200, "no-store")
    assert not any(secret in done.content.decode() for secret in ("Maria", person.case_number, "40.7143"))

    assert desk.get(f"/hand-off/{key}/").json()["arrived"] is True
    assert 'id="hand-off-code"' not in desk.post("/hand-off/", {**answers, "code": code}).content.decode()
    desk.post("/check-in/", {**answers, "place_status": "handed-over"})
    report = Report.objects.select_related("fix").get()
    assert (report.place_class, report.message, report.concerns) == ("hand-off", "Hola <b>", ["wants-contact"])
    assert report.fix is not None
    assert (report.fix.latitude, report.fix.longitude, report.fix.accuracy_m) == (40.7143, -74.006, 9)


def test_sent_before_the_phone_has_given_it_is_unlocated(person: Participant, sign_in: SignIn) -> None:
    desk, key = sign_in(person), str(uuid4())
    desk.post("/hand-off/", {"key": key})
    desk.post("/check-in/", {"key": key, "lives_there": "yes", "place_status": "handed-over", "latitude": "1"})
    report = Report.objects.get()
    assert (report.place_class, report.fix, report.concerns) == ("not-asked", None, ["unlocated"])


def test_nobody_can_claim_a_place_by_saying_that_it_was_handed_over(person: Participant, sign_in: SignIn) -> None:
    sign_in(person).post("/check-in/", {"key": str(uuid4()), **HERE, "place_status": "handed-over"})
    assert Report.objects.get().fix is None


def test_a_vague_phone_is_seen_as_vague(person: Participant, sign_in: SignIn) -> None:
    desk, key = sign_in(person), str(uuid4())
    code = code_of(desk.post("/hand-off/", {"key": key}).content.decode())
    Client().post("/p/", {"code": code, **HERE, "accuracy_m": "9000"})
    desk.post("/check-in/", {"key": key, "lives_there": "yes", "place_status": "handed-over"})
    assert Flag.objects.get().details["concerns"] == ["place-coarse"]


def test_another_person_neither_sees_nor_gets_the_place(
    person: Participant, office: FieldOffice, sign_in: SignIn
) -> None:
    key, other = uuid4(), sign_in(make_participant(office))
    hand_over(offer(person, key))
    assert other.get(f"/hand-off/{key}/").json() == {"arrived": False, "open": False}
    other.post("/check-in/", {"key": str(key), "place_status": "handed-over"})
    assert Report.objects.get().fix is None


@pytest.mark.parametrize(("minutes", "answer"), [(9.9, HandOffAnswer.TAKEN), (10, HandOffAnswer.NO_MATCH)])
def test_a_code_lives_ten_minutes(person: Participant, minutes: float, answer: HandOffAnswer) -> None:
    assert hand_over(offer(person), minutes=minutes) is answer


def test_a_code_works_once_and_a_new_one_ends_the_old(person: Participant) -> None:
    key = uuid4()
    old = offer(person, key)
    new = offer(person, key, shown=old, minutes=10)
    assert old != new
    assert hand_over(old, minutes=10) is HandOffAnswer.NO_MATCH
    assert hand_over(new, minutes=10) is HandOffAnswer.TAKEN
    assert hand_over(new, minutes=10) is HandOffAnswer.NO_MATCH
    assert offer(person, key, minutes=11) == ""


def test_the_code_itself_is_kept_nowhere(person: Participant) -> None:
    code = offer(person)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{6}", code)
    kept = f"{list(HandOff.objects.values())}{list(LedgerLine.objects.values())}"
    assert code not in kept


def test_guessing_is_slowed_by_network_and_stands_in_the_ledger(person: Participant) -> None:
    code = offer(person)
    for _ in range(POLICY.hand_off_tries_per_network):
        assert hand_over("ZZZZZZ") is HandOffAnswer.NO_MATCH
    assert hand_over(code) is HandOffAnswer.WAIT
    assert hand_over(code, network="10.0.0.2") is HandOffAnswer.TAKEN
    verbs = list(LedgerLine.objects.filter(verb__startswith="hand-off.").values_list("verb", flat=True))
    assert verbs.count("hand-off.refused") == POLICY.hand_off_tries_per_network
    assert verbs.count("hand-off.slowed") == 1
    assert not LedgerLine.objects.filter(verb="hand-off.refused", participant_id__isnull=False).exists()
    assert hand_over("ZZZZZZ", minutes=POLICY.hand_off_tries_minutes + 1) is HandOffAnswer.NO_MATCH


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"code": ""},
        {"code": "ABC-DEF"},
        {"code": "A" * 5000, **HERE},
        {"code": "\0\0", **HERE},
        {"code": "ABC-DEF", **HERE, "latitude": "91"},
        {"code": "ABC-DEF", **HERE, "accuracy_m": "nan"},
        {"code": "ABC-DEF", "place_status": "refused"},
    ],
)
def test_what_a_phone_may_send_instead(client: Client, sent: dict[str, str]) -> None:
    answer = client.post("/p/", sent)
    assert answer.status_code in (400, 403)
    assert 'role="alert"' in answer.content.decode()
    assert HandOffTry.objects.count() == (answer.status_code == 403)


def test_codes_and_their_places_are_erased_with_the_tries(person: Participant) -> None:
    hand_over(offer(person))
    hand_over("ZZZZZZ")
    forget(before=NOW - timedelta(days=999), now=NOW + timedelta(hours=24))
    assert (HandOff.objects.count(), HandOffTry.objects.count()) == (1, 1)
    forget(before=NOW - timedelta(days=999), now=NOW + timedelta(hours=24, minutes=11))
    assert (HandOff.objects.count(), HandOffTry.objects.count()) == (0, 0)


def test_a_check_in_without_a_key_has_no_code(person: Participant, sign_in: SignIn) -> None:
    assert sign_in(person).post("/hand-off/", {"key": "nonsense"})["Location"] == "/check-in/"
    assert not HandOff.objects.filter(made_at__lte=timezone.now()).exists()
