"""Every page in every language: said to be in it, running its way, and without an English sentence left."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import to_locale

from adsum.checkins.actions import sweep_overdue
from adsum.checkins.models import Report
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from tests.factories import make_duty, make_participant
from tools.messages import collect, read_catalogue

LANGUAGES = [code for code, _ in settings.LANGUAGES]
pytestmark = pytest.mark.django_db


@cache
def english_sentences(language: str) -> frozenset[str]:
    """The pieces of our English texts that have at least three words and that do not stand in the translation too."""
    catalog = read_catalogue(to_locale(language))
    found: set[str] = set()
    for message in collect():
        theirs = catalog.get(message.id, message.context) if message.id else None
        texts = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        pieces = (piece.strip() for text in texts for piece in re.split(r"%\(\w+\)s|\{\w+\}", str(text)))
        found |= {piece for piece in pieces if len(piece.split()) > 2 and theirs and piece not in str(theirs.string)}
    return frozenset(found)


def english_left(page: str, language: str) -> list[str]:
    text = unescape(page)
    return sorted(sentence for sentence in english_sentences(language) if sentence in text)


def test_an_english_sentence_is_found() -> None:
    assert english_left("<p>You can do it today.</p>", "ru") == ["You can do it today."]
    assert len(english_sentences("ar")) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language(
    language: str, office: FieldOffice, client: Client, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    now = timezone.now()
    person = make_participant(office, language=language)
    make_duty(person, due_on=(now - timedelta(days=40)).date())
    sweep_overdue(now=now)
    inside = sign_in(person)
    for browser in (client, inside):
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    first = inside.get("/home/").content.decode()
    inside.post("/check-in/", {"key": str(uuid4()), "lives_there": "no", "message": "ok", "wants_contact": "yes"})
    report = Report.objects.get(participant=person)
    pages = {"first home": first}
    pages |= {path: client.get(path).content.decode() for path in ("/", "/start/", "/help/", "/no-such-page/")}
    pages |= {f"wrong code {n}": client.post("/start/", sent).content.decode() for n, sent in enumerate(WRONG)}
    inner = ("/home/", "/check-in/", "/my-file/", "/help/", f"/receipts/{report.receipt_number}/")
    pages |= {f"inside {path}": inside.get(path).content.decode() for path in inner}
    way = "rtl" if language == "ar" else "ltr"
    for where, page in pages.items():
        assert f'<html lang="{language}" dir="{way}">' in page, where
        assert language == "en" or english_left(page, language) == [], where
    notice = Notice.objects.get(participant=person)
    assert notice.language == language
    assert language == "en" or english_left(notice.title + notice.body, language) == []
    assert notice.title in unescape(pages["first home"])


WRONG: tuple[dict[str, str], ...] = (
    {"code": "AAAAABBBBB", "born_day": "31", "born_month": "2", "born_year": "1988"},
    {"code": "AAAAABBBBB", "born_day": "1", "born_month": "2", "born_year": "1988"},
    {"code": "AAAAABBBBB", "born_day": "1", "born_month": "2", "born_year": "1988", "from_file": "123"},
)


def test_the_chooser_stands_open_until_somebody_chose(client: Client) -> None:
    assert '<details class="tongues" open>' in client.get("/").content.decode()
    client.post("/language/", {"language": "pa", "next": "/"})
    chosen = client.get("/").content.decode()
    assert '<details class="tongues">' in chosen
    assert "ਪੰਜਾਬੀ" in chosen[chosen.index("<summary>") : chosen.index("</summary>")]


def test_who_is_signed_in_finds_the_choice_on_a_page_of_its_own(
    person: Participant, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    inside = sign_in(person)
    assert 'href="/language/?next=/help/"' in inside.get("/help/").content.decode()
    page = inside.get("/language/", {"next": "/help/"}).content.decode()
    assert '<input type="hidden" name="next" value="/help/">' in page
    assert page.count('<button name="language"') == len(settings.LANGUAGES)
    assert 'value="/">' in inside.get("/language/", {"next": "//evil.example/"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "answered"), [("zh-CN,zh;q=0.9", "zh-hans"), ("ht", "ht"), ("quc,en;q=0.5", "es"), ("am", "en")]
)
def test_the_browser_is_answered_in_its_language(client: Client, asked: str, answered: str) -> None:
    page = client.get("/", headers={"accept-language": asked}).content.decode()
    assert f'<html lang="{answered}"' in page
