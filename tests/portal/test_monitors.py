"""What a participant reads of their own GPS device."""

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from adsum.monitors.actions import take_heard
from adsum.monitors.rules import Heard
from adsum.offices.models import Staff
from adsum.orders.actions import change_level, set_terms
from adsum.orders.rules import Level
from adsum.people.models import Participant
from tests.monitors.worn import HOME, make_worn

SignIn = Callable[[Participant | Staff], Client]


def test_my_file_says_what_is_kept_and_what_to_do(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    now, client = timezone.now(), sign_in(person)
    assert "Your GPS device" not in client.get("/my-file/").text
    worn = make_worn(person, officer, now=now)
    take_heard(heard=[Heard(worn.monitor.serial, now, HOME)], now=now)
    set_terms(participant=person, terms=["Stay in the state"], officer=officer, reason="x", now=now)
    page = client.get("/my-file/").text
    told = ("Your GPS device", worn.monitor.serial, "Places kept now: 1.", "It is not your fault", "Stay in the state")
    assert [words for words in told if words not in page] == []
    assert "A person looks at your level again by" in page
    held = client.get("/my-file/whole/").json()
    assert [one["latitude"] for one in held["gps_positions"]] == [HOME.latitude]
    assert held["gps_devices"][0]["monitor__serial"] == worn.monitor.serial
    change_level(
        participant=person, level=Level.CHECK_IN, note="D", actor=officer.as_actor(), decided_by=officer, now=now
    )
    assert "You need not wear it any more" in client.get("/my-file/").text


def test_it_is_told_in_spanish(person: Participant, officer: Staff, sign_in: SignIn) -> None:
    make_worn(person, officer, now=timezone.now())
    client = sign_in(person)
    client.post("/language/", {"language": "es"})
    page = client.get("/my-file/").text
    assert "Su dispositivo GPS" in page and "Una persona revisa su nivel otra vez" in page
