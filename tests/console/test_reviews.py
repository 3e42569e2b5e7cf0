"""Two stories of a level at the doors: a GPS device comes off; a refusal is appealed and reversed."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from adsum.law.actions import sweep_clocks
from adsum.ledger.rules import OPERATOR, RULES
from adsum.monitors.actions import take_heard
from adsum.monitors.rules import AlertKind
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.orders.actions import start_orders
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Ground, Level
from adsum.people.actions import add_representative
from adsum.people.models import Participant
from adsum.reviews.actions import ask_for_review
from adsum.reviews.models import Appeal, Review, ReviewAsk, ReviewDecision
from adsum.reviews.rules import Way, Wish
from tests.factories import NOW, make_picture, make_staff
from tests.monitors.worn import heard, make_worn

SignIn = Callable[[Participant | Staff], Client]
KEYS = ("time-at-level", "on-time", "misses", "hearings", "records", "alerts")


@pytest.fixture
def phone(person: Participant, sign_in: SignIn) -> Client:
    start_orders(levels=[(person, Level.GPS_ANKLE)], ground=Ground.AGENCY_LIST, note="w", actor=OPERATOR, now=NOW)
    return sign_in(person)


def level_of(person: Participant) -> str:
    order = order_in_force(participant_id=person.pk, seen_by=RULES)
    assert order
    return order.level


def form(outcome: str, weighs: str = "for", **more: str) -> dict[str, str]:
    return {"outcome": outcome, **{f"weighs-{key}": weighs for key in KEYS}, **more}


def test_from_the_ankle_device_to_a_step_down(
    phone: Client, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    assert "/my-file/level/" in phone.get("/my-file/").text
    assert phone.post("/my-file/level/", {"because": ["health", "care"], "words": "Me lastima"}).status_code == 302
    assert "We have it" in phone.get("/my-file/level/").text
    review, desk = Review.objects.get(), sign_in(officer)
    assert "1 review of a level" in desk.get("/console/").text
    page = desk.get(f"/console/reviews/{review.pk}/").text
    assert "Me lastima" in page and "Health" in page and "Time at this level" in page
    sent = form("step-down", level="check-in", words="It hurts, and nothing speaks against it.")
    drafted = desk.post(f"/console/reviews/{review.pk}/", sent).text
    assert "The letter" in drafted and "Sign as" in drafted and '<section lang="es"' in drafted
    assert drafted.count('form="decide"') == 1 and "<p>Our decision: you get a lower level</p>" in drafted
    assert "For the officer it speaks for a lower level." in drafted
    assert not ReviewDecision.objects.exists()
    assert desk.post(f"/console/reviews/{review.pk}/signature/", sent).status_code == 302
    assert level_of(person) == "check-in"
    decision = ReviewDecision.objects.get()
    theirs = phone.get(f"/my-file/level/decisions/{decision.pk}/").text
    assert "It hurts, and nothing speaks against it." in theirs
    decision.refresh_from_db()
    assert decision.opened_at
    paper = PdfReader(BytesIO(desk.get(f"/console/decisions/{decision.pk}/letter.pdf").content))
    assert len(paper.pages) == 2 and "It hurts" in paper.pages[0].extract_text()


def test_a_refusal_is_appealed_and_reversed(
    phone: Client, person: Participant, office: FieldOffice, officer: Staff, sign_in: SignIn
) -> None:
    phone.post("/my-file/level/", {"wish": "end"})
    review, desk = Review.objects.get(), sign_in(officer)
    nothing = desk.post(f"/console/reviews/{review.pk}/", form("keep"))
    assert nothing.status_code == 400 and "Nothing speaks against" in nothing.text
    sent = form("keep", words="Two months are short.")
    desk.post(f"/console/reviews/{review.pk}/signature/", sent)
    decision = ReviewDecision.objects.get()
    order = order_in_force(participant_id=person.pk, seen_by=RULES)
    assert order and order.review_on == decision.signed_at.astimezone(office.zone).date() + timedelta(days=90)
    there = f"/my-file/level/decisions/{decision.pk}/"
    assert phone.post(there, {"words": "Es injusto", "hearing": "yes"}).status_code == 302
    appeal = Appeal.objects.get()
    boss = sign_in(make_staff(office, Role.SUPERVISOR, name="Grace Okafor"))
    assert "Es injusto" in boss.get(f"/console/appeals/{appeal.pk}/").text
    assert "1 appeal" in boss.get("/console/").text
    said = {"answer": "reversed", "reason": "Half a year of check-ins on time."}
    assert boss.post(f"/console/appeals/{appeal.pk}/vote/", said).status_code == 302
    assert level_of(person) == "none"
    assert "Half a year of check-ins on time." in phone.get(there).text
    assert "no level" not in phone.get("/my-file/").text


def test_by_a_representative_and_by_paper(
    phone: Client, person: Participant, officer: Staff, sign_in: SignIn, client: Client
) -> None:
    token = add_representative(participant=person, name="A. Lawyer", now=NOW)
    page = client.get(f"/represented/{token}/").text
    assert f"/represented/{token}/review/" in page
    assert client.post(f"/represented/{token}/review/", {"wish": "lower", "words": "For her"}).status_code == 302
    desk = sign_in(officer)
    noted = {"way": "paper", "wish": "end", "words": "Form received today", "because": "work"}
    assert desk.post(f"/console/people/{person.pk}/reviews/", noted).status_code == 302
    review = Review.objects.get()
    page = desk.get(f"/console/reviews/{review.pk}/").text
    assert "A. Lawyer" in page and "Form received today" in page and "on paper" in page


def test_the_office_asks_for_more_and_the_page_says_until_when(phone: Client, officer: Staff, sign_in: SignIn) -> None:
    phone.post("/my-file/level/", {})
    review = Review.objects.get()
    sign_in(officer).post(f"/console/reviews/{review.pk}/more/", {"more": "A letter of the clinic"})
    assert "A letter of the clinic" in phone.get("/my-file/level/").text
    phone.post("/my-file/level/", {"words": "No tengo"})
    review.refresh_from_db()
    assert review.more_asked == ""
    phone.post("/my-file/level/withdrawn/")
    review.refresh_from_db()
    assert review.withdrawn_at


def test_alerts_and_late_answers_stand_on_the_worklist(
    person: Participant, office: FieldOffice, officer: Staff, sign_in: SignIn
) -> None:
    desk, boss = sign_in(officer), sign_in(make_staff(office, Role.SUPERVISOR, name="Grace Okafor"))
    assert "of GPS devices" not in desk.get("/console/").text
    take_heard(heard=[heard(make_worn(person, officer), alert=AlertKind.STRAP)], now=NOW)
    asked_at = NOW - timedelta(days=60)
    ask_for_review(participant=person, wish=Wish.LOWER, way=Way.PAGE, now=asked_at)
    sweep_clocks(now=NOW - timedelta(days=10))
    for page in (desk.get("/console/").text, boss.get("/console/").text):
        assert "1 alert of GPS devices" in page and "1 urgent" in page
    assert "1 answer to participants is late</strong>." in boss.get("/console/").text
    sweep_clocks(now=NOW)
    assert "the programme has been told of 1" in boss.get("/console/").text
    assert "to participants" not in desk.get("/console/").text


def test_a_paper_is_scanned_with_the_request_and_a_broken_one_notes_nothing(
    phone: Client, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    desk, there = sign_in(officer), f"/console/people/{person.pk}/reviews/"
    noted = {"way": "paper", "wish": "end", "file": SimpleUploadedFile("a.jpg", b"no picture")}
    assert "neither a picture nor a PDF" in desk.post(there, noted, follow=True).text
    assert not Review.objects.exists()
    desk.post(there, {**noted, "file": SimpleUploadedFile("a.png", make_picture())})
    paper = ReviewAsk.objects.get().document
    assert paper and (paper.media_type, paper.given_by) == ("image/jpeg", "staff")
    assert f"/documents/{paper.pk}/" in desk.get(f"/console/reviews/{Review.objects.get().pk}/").text
    assert f'href="/documents/{paper.pk}/"' in phone.get("/my-file/level/").text


def test_the_letter_is_theirs_and_whom_they_show_it_to(
    phone: Client, person: Participant, officer: Staff, sign_in: SignIn, client: Client
) -> None:
    phone.post("/my-file/level/", {"wish": "end"})
    sent = form("keep", words="Two months are short.")
    sign_in(officer).post(f"/console/reviews/{Review.objects.get().pk}/signature/", sent)
    decision = ReviewDecision.objects.get()
    paper = phone.get(f"/my-file/level/decisions/{decision.pk}/letter.pdf")
    assert "Two months are short." in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    decision.refresh_from_db()
    assert decision.opened_at
    theirs = phone.get(f"/my-file/level/decisions/{decision.pk}/").text
    assert '<div class="letter" lang="es" dir="ltr">' in theirs and "<blockquote>" in theirs
    token = add_representative(participant=person, name="A. Lawyer", now=NOW)
    there = f"/represented/{token}/decisions/{decision.pk}/letter.pdf"
    assert there in client.get(f"/represented/{token}/decisions/{decision.pk}/").text
    assert client.get(there).content == paper.content
    assert client.get(f"/represented/{token}/decisions/{decision.pk + 1}/letter.pdf").status_code == 404
    assert client.get(f"/represented/wrong/decisions/{decision.pk}/letter.pdf").status_code == 404
