"""A photo that is owed is asked for in the check-in itself; the check-in counts with it and without it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from adsum.checkins.actions import PlanStart, add_plan, start_plans
from adsum.checkins.models import Duty, Report
from adsum.checkins.rules import CANNOT, DutyKind, Rhythm
from adsum.documents.models import Document, Inability
from adsum.ledger.rules import OPERATOR
from adsum.offices.models import Staff
from adsum.people.models import Participant
from tests.factories import make_picture

Browsers = Callable[[Participant | Staff], Client]


@pytest.fixture
def owing(person: Participant, officer: Staff) -> Participant:
    """Who owes a check-in and a photo today."""
    now = timezone.now()
    start_plans(starts=[PlanStart(person, 7, now.date(), "check-in")], actor=OPERATOR, now=now - timedelta(days=2))
    add_plan(
        participant=person, kind=DutyKind.PHOTO, rhythm=Rhythm(month_day=1), from_on=now.date() + timedelta(days=3),
        officer=officer, reason="Old photo", now=now,
    )  # fmt: skip
    return person


def outcomes() -> dict[str, str | None]:
    return dict(Duty.objects.order_by("-due_on").values_list("plan__kind", "outcome"))


def check_in(browser: Client, **more: Any) -> Any:
    return browser.post("/check-in/", {"key": str(uuid4()), "lives_there": "yes", **more})


def picture(name: str = "me.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_picture() if content is None else content)


def test_the_form_asks_for_a_photo_only_where_one_is_owed(person: Participant, sign_in: Browsers) -> None:
    page = sign_in(person).get("/check-in/").content.decode()
    assert 'name="lives_there"' in page
    assert 'type="file"' not in page
    assert "multipart" not in page


def test_the_form_asks_for_the_photo_that_is_owed(owing: Participant, sign_in: Browsers) -> None:
    page = sign_in(owing).get("/check-in/").content.decode()
    assert "Your photo is due by" in page
    assert 'type="file"' in page
    assert 'enctype="multipart/form-data"' in page


def test_a_check_in_with_a_photo_answers_both(owing: Participant, sign_in: Browsers) -> None:
    browser = sign_in(owing)
    page = check_in(browser, file=picture())
    assert outcomes() == {"check-in": "reported", "photo": "reported"}
    report, photo = Report.objects.get(kind="check-in"), Report.objects.get(kind="photo")
    assert report.receipt_number in page["Location"]
    assert photo.answers == {"photo": Document.objects.get().sha256}
    assert "Your photo is due by" not in browser.get(page["Location"]).content.decode()


def test_a_check_in_without_one_leaves_the_photo_open(owing: Participant, sign_in: Browsers) -> None:
    browser = sign_in(owing)
    page = check_in(browser)
    assert outcomes() == {"check-in": "reported", "photo": None}
    assert "Your photo is due by" in browser.get(page["Location"]).content.decode()


@pytest.mark.parametrize("content", [b"", b"GIF89a but not really", b"%PDF-1.4 nothing"])
def test_a_file_that_is_no_photo_hinders_no_check_in(owing: Participant, sign_in: Browsers, content: bytes) -> None:
    page = check_in(sign_in(owing), file=picture(content=content))
    assert page.status_code == 302
    assert outcomes() == {"check-in": "reported", "photo": None}


def test_the_same_sent_twice_is_one_of_each(owing: Participant, sign_in: Browsers) -> None:
    browser, key = sign_in(owing), str(uuid4())
    for _ in range(2):
        check_in(browser, key=key, file=picture())
    assert sorted(Report.objects.values_list("kind", flat=True)) == ["check-in", "photo"]
    assert Document.objects.count() == 1


def test_who_has_no_camera_says_so_in_the_check_in(owing: Participant, sign_in: Browsers) -> None:
    """As the page's script sends it, too, and twice: an officer hears of it once."""
    browser, key = sign_in(owing), str(uuid4())
    said = {"key": key, "lives_there": "yes", "says": "no-camera"}
    for _ in range(2):
        browser.post("/check-in/", said, content_type="application/json")
    assert outcomes() == {"check-in": "reported", "photo": "reported"}
    assert Report.objects.get(kind="photo").answers == {"photo": CANNOT}
    assert Inability.objects.count() == 1


def test_where_none_is_owed_the_word_says_nothing(person: Participant, sign_in: Browsers) -> None:
    check_in(sign_in(person), says="no-camera")
    assert not Inability.objects.exists()
    assert Report.objects.get().kind == "check-in"
