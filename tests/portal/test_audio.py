"""Hearing instead of reading: what is recorded is offered, loads only when played, and says what the page says."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import sweep_overdue
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.portal import audio
from tests.factories import make_duty, make_participant
from tools.voices import SAID, STEPS, VOICES, digest_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for recordings, empty."""
    monkeypatch.setattr(audio, "FOLDER", tmp_path)
    monkeypatch.setattr(audio, "static", lambda path: f"/static/{path}")
    monkeypatch.setattr(audio, "recordings", audio.recordings.__wrapped__)
    return tmp_path


def record(folder: Path, name: str) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.touch()


def test_the_computer_says_what_the_pages_say() -> None:
    """Red after a change of words: run `python -m tools.voices`."""
    assert json.loads(SAID.read_text()) == {language: {k: digest_of(language, k) for k in STEPS} for language in VOICES}
    assert set(audio.recordings()) >= {(language, key) for language, _ in settings.LANGUAGES for key in STEPS}
    assert max(file.stat().st_size for file in audio.recordings().values()) < 80_000  # forty seconds


@pytest.mark.parametrize("language", VOICES)
def test_each_step_can_be_heard_and_nothing_loads_before(
    language: str, office: FieldOffice, client: Client, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    inside = sign_in(make_participant(office))
    for browser in (client, inside):
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    receipt = inside.post("/check-in/", {"lives_there": "yes"})["Location"]
    pages = [client.get("/"), client.get("/start/"), inside.get("/check-in/"), inside.get(receipt)]
    text = "".join(page.content.decode() for page in pages)
    assert "media-src 'self'" in pages[0].headers["Content-Security-Policy"]
    assert text.count("<audio") == text.count('preload="none"') == text.count(f"/audio/{language}/") == len(STEPS)


def test_without_a_recording_there_is_no_button(folder: Path, client: Client) -> None:
    assert "<audio" not in client.get("/").content.decode()


def test_a_persons_voice_wins_and_only_a_computers_is_marked(folder: Path, client: Client) -> None:
    record(folder, "en/welcome.computer.mp3")
    marked = client.get("/").content.decode()
    record(folder, "en/welcome.opus")
    human = client.get("/").content.decode()
    assert ("Computer voice" in marked, "welcome.computer.mp3" in marked, 'type="audio/mpeg"' in marked) == (True,) * 3
    assert ("Computer voice" in human, "welcome.opus" in human, 'type="audio/ogg"' in human) == (False, True, True)


def test_a_language_without_texts_is_heard_beside_spanish(
    folder: Path, office: FieldOffice, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    person = make_participant(office, language="en")
    inside = sign_in(person)
    assert "K’iche’" not in inside.get("/language/").content.decode()
    record(folder, "quc/address.mp3")
    assert "K’iche’" in inside.get("/language/").content.decode()
    inside.post("/language/", {"language": "quc", "next": "/check-in/"})
    page = inside.get("/check-in/").content.decode()
    assert '<html lang="es" dir="ltr">' in page
    assert page.count("<audio") == page.count("/audio/quc/address.mp3") == 1
    person.refresh_from_db()
    make_duty(person, due_on=timezone.now().date() - timedelta(days=40))
    sweep_overdue(now=timezone.now())
    assert (person.language, Notice.objects.get(participant=person).language) == ("quc", "es")


def test_a_language_nobody_recorded_cannot_be_chosen(folder: Path, client: Client) -> None:
    client.post("/language/", {"language": "quc"})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
