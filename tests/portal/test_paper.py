"""The receipt as a PDF: it says what the page says, in each language, and nobody's words are taken for commands."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from adsum.checkins.actions import submit_report
from adsum.checkins.models import Report
from adsum.checkins.rules import ReportContent
from adsum.offices.models import FieldOffice, Staff
from adsum.people.models import Participant
from adsum.portal.paper import words_of
from adsum.portal.receipts import signed_lines
from tests.factories import NOW, make_participant

SignIn = Callable[[Participant | Staff], Client]
pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _ in settings.LANGUAGES]


@pytest.fixture
def report(person: Participant) -> Report:
    content = ReportContent(lives_there=True, message="The bus was late.\nI am well.")
    return submit_report(participant=person, key=uuid4(), content=content, now=NOW)


def paper_of(report: Report, browser: Client, language: str = "en") -> PdfReader:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.get(f"/receipts/{report.receipt_number}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(BytesIO(answer.content))


def text_of(paper: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in paper.pages).split())


def tags_of(node: Any) -> Iterator[str]:
    """The kinds of a document's elements, in the order in which a screen reader meets them."""
    node = node.get_object()
    if isinstance(node, DictionaryObject):
        yield str(node.get("/S", ""))
        node = node.get("/K", [])
        node = node.get_object() if hasattr(node, "get_object") else node
    for child in node if isinstance(node, list) else [node]:
        if hasattr(child, "get_object") and not isinstance(child.get_object(), (int, str)):
            yield from tags_of(child)


def test_it_says_what_the_page_says_in_the_order_of_reading(
    report: Report, person: Participant, sign_in: SignIn
) -> None:
    said = text_of(paper_of(report, sign_in(person)))
    parts = [
        "Adsum · Office NYC",
        "We have your check-in",
        "Number of your receipt",
        str(report),
        "It arrived on",
        "Nov. 21, 2026, noon (EST)",
        "Maria Lopez Garcia",
        "You said: I still live there.",
        "The bus was late. I am well.",
        "Proof to keep",
        report.receipt_number,
        "2026-11-21T17:00:00",
    ]
    places = [said.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert signed_lines(report)[-1] in said.replace(" ", "")


def test_it_is_tagged_for_screen_readers(report: Report, person: Participant, sign_in: SignIn) -> None:
    paper = paper_of(report, sign_in(person), "es")
    catalog: Any = paper.trailer["/Root"]
    assert (catalog["/Lang"], catalog["/MarkInfo"]["/Marked"]) == ("es", True)
    assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()
    tags = [tag for tag in tags_of(catalog["/StructTreeRoot"]) if tag]
    assert {"/H1", "/H2", "/L", "/LI", "/Figure", "/P"} <= set(tags)
    assert tags.index("/H1") < tags.index("/L") < tags.index("/H2") < tags.index("/Figure")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_letters_and_its_words(
    report: Report, person: Participant, sign_in: SignIn, language: str
) -> None:
    paper = paper_of(report, sign_in(person), language)
    said = text_of(paper)
    assert len(paper.pages) == 1
    assert str(report) in said
    assert b"pdfuaid" in paper.trailer["/Root"]["/Metadata"].get_object().get_data()  # type: ignore[index]
    with translation.override(language):
        title = words_of(report, person)["title"]
    assert {*title} - {*said} <= {" "}
    assert language == "en" or "We have your check-in" not in said


def test_nobodys_words_are_commands(office: FieldOffice, sign_in: SignIn) -> None:
    hostile = '#read("/etc/passwd") *b* $x$ \\ <a> @b `c` //d /*e*/ https://evil.example "}{ = H'
    person = make_participant(office, given_names="#panic()", surnames="*Lopez*")
    content = ReportContent(lives_there=None, message=f"{hostile}\x07\u202e\ufffe end")
    report = submit_report(participant=person, key=uuid4(), content=content, now=NOW)
    paper = paper_of(report, sign_in(person))
    said = text_of(paper)
    assert "#panic() *Lopez*" in said
    assert hostile in said
    assert [page.get("/Annots") for page in paper.pages] == [None] * len(paper.pages)


@pytest.mark.parametrize(
    "message",
    ["தமிழ் 😀 \ue000", "w" * 20_000, "字" * 20_000, "\n" * 20_000, "a\n" * 10_000],
    ids=["strange letters", "one word", "Chinese", "blank lines", "lines"],
)
def test_whatever_was_written_there_is_a_receipt_and_it_is_not_large(
    person: Participant, sign_in: SignIn, message: str
) -> None:
    content = ReportContent(lives_there=True, message=message)
    report = submit_report(participant=person, key=uuid4(), content=content, now=NOW)
    browser = sign_in(person)
    assert str(report) in text_of(paper_of(report, browser))
    answer = browser.get(f"/receipts/{report.receipt_number}.pdf")
    assert len(answer.content) < 500_000


def test_it_is_small_quick_and_the_same_each_time(report: Report, person: Participant, sign_in: SignIn) -> None:
    browser, url = sign_in(person), f"/receipts/{report.receipt_number}.pdf"
    first = browser.get(url).content
    began = time.perf_counter()
    second = browser.get(url).content
    assert time.perf_counter() - began < 0.3
    assert first == second
    assert len(first) < 120_000


def test_only_its_owner_has_it(report: Report, office: FieldOffice, sign_in: SignIn, client: Client) -> None:
    url = f"/receipts/{report.receipt_number}.pdf"
    assert client.get(url).status_code == 302
    assert sign_in(make_participant(office)).get(url).status_code == 404
    assert sign_in(make_participant(office)).get("/receipts/AAAABBBBCCCC.pdf").status_code == 404
