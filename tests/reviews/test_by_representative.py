"""A representative asks and appeals in the person's name: the same effects, and everybody reads whose hand it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from adsum.law.queries import open_clock
from adsum.law.rules import ClockKind
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import RULES
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, Staff
from adsum.people.actions import add_representative, end_representative
from adsum.people.models import Participant, Representative
from adsum.reviews.actions import ask_for_review
from adsum.reviews.models import Appeal, Review, ReviewAsk, ReviewDecision
from adsum.reviews.rules import Outcome, Way, Wish
from tests.factories import NOW, make_picture
from tests.reviews.conftest import make_ordered
from tests.reviews.test_deciding import LATER

SignIn = Callable[[Participant | Staff], Client]
Decide = Callable[..., ReviewDecision]
SENT = {"words": "She never missed one.", "hearing": "yes"}


@pytest.fixture(autouse=True)
def _days_later() -> object:
    with time_machine.travel(LATER + timedelta(days=5), tick=False):
        yield


@pytest.fixture
def decision(review: Review, decide: Decide) -> ReviewDecision:
    """A refusal that holds."""
    return decide(review)


@pytest.fixture
def link(wearer: Participant) -> str:
    """The page of the person's lawyer."""
    return f"/represented/{add_representative(participant=wearer, name='A. Lawyer', now=LATER)}/"


def test_an_appeal_in_their_name_does_what_theirs_does(
    decision: ReviewDecision, link: str, client: Client, wearer: Participant
) -> None:
    there = f"{link}decisions/{decision.pk}/"
    assert there in client.get(link).text
    page = client.get(there)
    assert page["Cache-Control"] == "no-store" and "Appeal in the person’s name" in page.text
    assert client.post(there, SENT)["Location"] == there
    found = Appeal.objects.get()
    assert (found.way, str(found.representative), found.wants_hearing) == ("representative", "A. Lawyer", True)
    assert (found.words, found.stage) == (SENT["words"], "supervisor")
    assert open_clock(about=found.about, kind=ClockKind.APPEAL_ANSWER, seen_by=RULES)
    assert open_clock(about=decision.about, kind=ClockKind.APPEAL, seen_by=RULES) is None
    line = LedgerLine.objects.get(verb="decision.appealed")
    assert (line.participant_id, line.facts["way"]) == (wearer.pk, "representative")
    assert line.facts["representative"] == Representative.objects.get().pk
    assert Notice.objects.filter(kind="appeal-taken", participant=wearer).count() == 1
    after = client.get(there).text
    assert "A. Lawyer sent it in the person’s name." in after and "The answer comes by" in after
    assert "<form" not in after.partition("<main")[2]


def test_everybody_reads_whose_hand_it_was(
    decision: ReviewDecision,
    link: str,
    client: Client,
    wearer: Participant,
    officer: Staff,
    supervisors: list[Staff],
    sign_in: SignIn,
) -> None:
    wearer.language = "en"
    wearer.save(update_fields=["language"])
    client.post(f"{link}decisions/{decision.pk}/", SENT)
    mine = sign_in(wearer)
    said = "A. Lawyer sent it in your name."
    assert said in mine.get("/my-file/").text and said in mine.get(f"/my-file/level/decisions/{decision.pk}/").text
    assert "Somebody who may read your file sent it in your name." in Notice.objects.get(kind="appeal-taken").body
    assert "by their representative (A. Lawyer)" in sign_in(officer).get(f"/console/people/{wearer.pk}/").text
    desk = sign_in(supervisors[0]).get(f"/console/appeals/{Appeal.objects.get().pk}/").text
    assert "by their representative (A. Lawyer)" in desk and "They want to say it in person" in desk


def test_ones_own_appeal_names_nobody_else(
    decision: ReviewDecision, link: str, client: Client, wearer: Participant, sign_in: SignIn
) -> None:
    mine, there = sign_in(wearer), f"/my-file/level/decisions/{decision.pk}/"
    mine.post(there, {"words": "Siempre vine"})
    assert "A. Lawyer" not in mine.get(there).text + mine.get("/my-file/").text
    assert "representative" not in LedgerLine.objects.get(verb="decision.appealed").facts
    follows = client.get(f"{link}decisions/{decision.pk}/").text
    assert "Siempre vine" in follows and "in the person’s name" not in follows


def test_with_a_paper_and_a_broken_one_sends_nothing(decision: ReviewDecision, link: str, client: Client) -> None:
    there = f"{link}decisions/{decision.pk}/"
    broken = client.post(there, {**SENT, "file": SimpleUploadedFile("a.jpg", b"no picture")})
    assert broken.status_code == 422 and SENT["words"] in broken.text
    assert not Appeal.objects.exists()
    client.post(there, {**SENT, "file": SimpleUploadedFile("a.png", make_picture())})
    paper = Appeal.objects.get().document
    assert paper and paper.media_type == "image/jpeg"


def test_each_look_is_recorded_and_nothing_of_it_opens_the_letter_for_them(
    decision: ReviewDecision, link: str, client: Client
) -> None:
    client.get(f"{link}decisions/{decision.pk}/")
    assert LedgerLine.objects.filter(verb="file.viewed", subject_kind="representative").count() == 1
    decision.refresh_from_db()
    assert decision.opened_at is None


def test_whose_look_was_ended_cannot(decision: ReviewDecision, link: str, client: Client, wearer: Participant) -> None:
    there = f"{link}decisions/{decision.pk}/"
    end_representative(participant=wearer, representative_id=Representative.objects.get().pk, now=LATER)
    assert (client.get(there).status_code, client.post(there, SENT).status_code) == (404, 404)
    assert not Appeal.objects.exists()


def test_a_lawyer_sends_a_large_paper(decision: ReviewDecision, link: str, client: Client) -> None:
    paper = make_picture(form="JPEG") + bytes(2_000_000)  # more than any form without a file may have
    sent = {**SENT, "file": SimpleUploadedFile("ruling.jpg", paper, "image/jpeg")}
    there = f"{link}decisions/{decision.pk}/"
    assert client.post(there, sent)["Location"] == there
    assert Appeal.objects.get().words == SENT["words"]


def test_nobody_appeals_for_another_person(
    link: str, client: Client, office: FieldOffice, decision: ReviewDecision, decide: Decide
) -> None:
    asked = ask_for_review(participant=make_ordered(office), wish=Wish.LOWER, way=Way.PAGE, now=NOW)
    there = f"{link}decisions/{decide(asked).pk}/"
    assert (client.get(there).status_code, client.post(there, SENT).status_code) == (404, 404)
    assert client.post(f"/represented/wrong/decisions/{decision.pk}/", SENT).status_code == 404
    assert not Appeal.objects.exists()


def test_only_the_person_takes_it_back(
    decision: ReviewDecision, link: str, client: Client, wearer: Participant, sign_in: SignIn
) -> None:
    client.post(f"{link}decisions/{decision.pk}/", SENT)
    found = Appeal.objects.get()
    client.post(f"/my-file/level/appeals/{found.pk}/withdrawn/")
    found.refresh_from_db()
    assert found.is_open
    sign_in(wearer).post(f"/my-file/level/appeals/{found.pk}/withdrawn/")
    assert "The person took it back." in client.get(f"{link}decisions/{decision.pk}/").text


def test_what_cannot_be_appealed_says_why(
    link: str, client: Client, review: Review, decide: Decide, decision: ReviewDecision
) -> None:
    there = f"{link}decisions/{decision.pk}/"
    client.post(there, SENT)
    again = client.post(there, SENT)
    assert again.status_code == 409 and 'id="problem"' in again.text
    assert Appeal.objects.count() == 1


def test_after_its_last_day_there_is_no_form_and_it_says_so(
    link: str, client: Client, decision: ReviewDecision
) -> None:
    there = f"{link}decisions/{decision.pk}/"
    with time_machine.travel(LATER + timedelta(days=31), tick=False):
        assert "<form" not in client.get(there).text.partition("<main")[2]
        late = client.post(there, SENT)
    assert late.status_code == 409 and "The time to appeal is over." in late.text
    assert not Appeal.objects.exists()


def test_a_decision_that_refuses_nothing_has_no_form(link: str, client: Client, review: Review, decide: Decide) -> None:
    there = f"{link}decisions/{decide(review, Outcome.END).pk}/"
    assert "<form" not in client.get(there).text.partition("<main")[2]
    assert client.post(there, SENT).status_code == 409


def test_a_request_brings_a_paper_and_says_why_one_is_not_taken(
    link: str, client: Client, wearer: Participant, sign_in: SignIn
) -> None:
    there, asked = f"{link}review/", {"wish": "end", "words": "She is ill.", "because": "health"}
    broken = client.post(there, {**asked, "file": SimpleUploadedFile("a.jpg", b"no picture")})
    assert broken.status_code == 422 and "She is ill." in broken.text and not ReviewAsk.objects.exists()
    kept = client.post(there, {**asked, "file": SimpleUploadedFile("a.png", make_picture())})
    assert kept["Location"] == link
    assert ReviewAsk.objects.get().document
    assert "A. Lawyer sent it in your name." in sign_in(wearer).get("/my-file/level/").text
