"""A supervisor goes from a file to the first invitation, by the pages alone."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from adsum.enrolment.models import Wave
from adsum.ledger.rules import OPERATOR
from adsum.management.demo import write_wave
from adsum.management.waving import drive_waves, read_files
from adsum.notices.rules import Channel
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.waves.actions import start_stage
from adsum.waves.models import Invitee, LetterBatch, Stage, Verdict, WaveFile
from tests.factories import make_staff

SignIn = Callable[[Participant | Staff], Client]


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR, name="Sam Super")


@pytest.fixture
def browser(supervisor: Staff, sign_in: SignIn) -> Client:
    return sign_in(supervisor)


def upload(browser: Client, text: str, name: str = "2027-01") -> Any:
    file = SimpleUploadedFile("wave.csv", text.encode(), "text/csv")
    return browser.post("/console/waves/", {"name": name, "file": file})


def made_up(people: int) -> str:
    return write_wave(people=people, seed=3, first_day=timezone.localdate())


def page(browser: Client, url: str) -> str:
    answer = browser.get(url, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_from_a_file_to_letters_in_the_post(browser: Client) -> None:
    sent = upload(browser, made_up(60))
    assert "is being read" in page(browser, sent.url)
    assert browser.get(sent.url)["Refresh"] == "3"
    read_files(timezone.now())
    tried = page(browser, sent.url)
    assert "people would be enrolled" in tried and "Paper letter" in tried and "No phone number" in tried
    assert not Participant.objects.exists()
    browser.post(sent.url)
    browser.post(sent.url)
    drive_waves(timezone.now())
    wave = Wave.objects.get()
    assert browser.get(sent.url)["Location"] == f"/console/waves/{wave.pk}/"
    assert WaveFile.objects.get().content is None
    assert "Start stage 1" in page(browser, f"/console/waves/{wave.pk}/")
    for _ in range(2):
        browser.post(f"/console/waves/{wave.pk}/stages/", {"do": "start"})
    drive_waves(timezone.now())
    started = page(browser, f"/console/waves/{wave.pk}/")
    assert "Stage 1: 1 % of the wave" in started and "letters wait to be printed" in started
    paper = browser.post(f"/console/waves/{wave.pk}/letters.pdf")
    assert len(PdfReader(BytesIO(paper.content)).pages) == Invitee.objects.filter(channel="letter").count()
    assert browser.post(f"/console/waves/{wave.pk}/letters.pdf").status_code == 302
    browser.post(f"/console/waves/letters/{LetterBatch.objects.get().pk}/", {"do": "posted"})
    posted = page(browser, f"/console/waves/{wave.pk}/")
    letters = Invitee.objects.filter(channel="letter").count()
    assert f'<strong class="number">{letters}</strong> messages have gone' in posted
    assert "Print the next run" not in posted and "letters wait for you" not in posted
    assert Stage.objects.count() == 1


def test_rejected_rows_can_be_downloaded(browser: Client) -> None:
    header, *rows = made_up(3).splitlines()
    cells = rows[0].split(",")
    sent = upload(browser, "\n".join([header, ",".join(["", *cells[1:]]), *rows[1:], ""]))
    read_files(timezone.now())
    table = browser.get(f"{sent.url}rejects.csv").content.decode()
    assert '2,case_number,,"not a case number' in table


def test_a_large_list_arrives_whole(browser: Client) -> None:
    upload(browser, made_up(7_000))
    assert len(WaveFile.objects.get().content or b"") > 1_000_000


@pytest.mark.parametrize(
    ("text", "says"), [("", "empty"), ("a,b\n1,2\n", "header lacks case_number"), ("\0", "not a text file")]
)
def test_a_file_that_cannot_be_read_says_so(browser: Client, text: str, says: str) -> None:
    sent = upload(browser, text)
    drive_waves(timezone.now())
    shown = sent.content.decode() if sent.status_code == 400 else page(browser, sent.url)
    assert says in shown
    assert not Wave.objects.exists()


def test_a_wave_needs_a_name(browser: Client) -> None:
    assert upload(browser, made_up(2), name=" ").status_code == 400
    assert browser.post("/console/waves/", {"name": "x"}).status_code == 400


def test_a_hold_is_let_go_on_by_name_with_a_reason(browser: Client, office: FieldOffice, supervisor: Staff) -> None:
    upload(browser, made_up(20))
    WaveFile.objects.update(enrol_asked_at=timezone.now(), enrol_asked_by=supervisor, tried_at=timezone.now())
    read_files(timezone.now())
    wave = Wave.objects.get()
    stage = start_stage(wave=wave, number=1, actor=OPERATOR, can=[Channel.LETTER], now=timezone.now())
    url = f"/console/waves/{wave.pk}/stages/"
    browser.post(url, {"do": "stop", "reason": "Strike at the post"})
    shown = page(browser, f"/console/waves/{wave.pk}/")
    assert "Stage 1 holds" in shown and "Strike at the post" in shown
    browser.post(url, {"do": "go-on", "reason": ""})
    assert Verdict.objects.filter(stage=stage).count() == 1
    browser.post(url, {"do": "go-on", "reason": "It is over"})
    assert (Verdict.objects.latest("pk").by, Verdict.objects.latest("pk").words) == (supervisor, "It is over")


def test_another_office_sees_nothing_of_it(
    browser: Client, other_office: FieldOffice, sign_in: SignIn, supervisor: Staff
) -> None:
    sent = upload(browser, made_up(20))
    WaveFile.objects.update(enrol_asked_at=timezone.now(), enrol_asked_by=supervisor, tried_at=timezone.now())
    far = sign_in(make_staff(other_office, Role.SUPERVISOR))
    assert [far.get(url).status_code for url in (sent.url, f"{sent.url}rejects.csv")] == [404, 404]
    assert far.post(sent.url).status_code == 404
    read_files(timezone.now())
    wave = Wave.objects.get()
    assert far.get(f"/console/waves/{wave.pk}/").status_code == 404
    for url in (f"/console/waves/{wave.pk}/stages/", f"/console/waves/{wave.pk}/letters.pdf"):
        assert far.post(url, {"do": "start"}).status_code == 404
    assert "/console/waves/files/" not in far.get("/console/waves/").content.decode()
    assert not Stage.objects.exists()


def test_the_page_says_what_a_list_must_look_like(browser: Client) -> None:
    shown = page(browser, "/console/waves/")
    assert "<code>first_due_on</code>" in shown and "<code>released_on</code>" in shown


def test_a_list_of_people_who_are_here_says_that_nobody_is_to_be_enrolled(browser: Client, supervisor: Staff) -> None:
    upload(browser, made_up(20))
    WaveFile.objects.update(enrol_asked_at=timezone.now(), enrol_asked_by=supervisor, tried_at=timezone.now())
    read_files(timezone.now())
    again = upload(browser, made_up(20))
    read_files(timezone.now())
    shown = page(browser, again.url)
    assert (
        "There is nobody to enrol" in shown and "Enrol them" not in shown and "How people would be invited" not in shown
    )


def test_a_second_list_for_a_wave_says_who_is_in_it_already(browser: Client, supervisor: Staff) -> None:
    upload(browser, made_up(20))
    WaveFile.objects.update(enrol_asked_at=timezone.now(), enrol_asked_by=supervisor, tried_at=timezone.now())
    read_files(timezone.now())
    more = upload(browser, made_up(30))
    read_files(timezone.now())
    assert f"in wave 2027-01, which has {Participant.objects.count()} already" in page(browser, more.url)


def test_who_was_enrolled_after_the_last_stage_is_invited_from_the_page(browser: Client, supervisor: Staff) -> None:
    upload(browser, made_up(20))
    WaveFile.objects.update(enrol_asked_at=timezone.now(), enrol_asked_by=supervisor, tried_at=timezone.now())
    read_files(timezone.now())
    wave = Wave.objects.get()
    url, letters = f"/console/waves/{wave.pk}/", [Channel.LETTER]
    for number in range(1, 5):
        assert "In no stage yet" not in page(browser, url)
        browser.post(f"{url}stages/", {"do": "start-further"})
        assert Stage.objects.count() == number - 1  # those of the plan begin by themselves
        start_stage(wave=wave, number=number, actor=OPERATOR, can=letters, now=timezone.now())
    before = Invitee.objects.count()
    assert "In no stage yet" not in page(browser, url)
    browser.post(f"{url}stages/", {"do": "start-further"})
    assert Stage.objects.count() == 4  # nobody waits
    upload(browser, made_up(30))
    WaveFile.objects.update(enrol_asked_at=timezone.now(), enrol_asked_by=supervisor, tried_at=timezone.now())
    read_files(timezone.now())
    added = Participant.objects.count() - before
    assert f'<strong class="number">{added}</strong> people came into this wave' in page(browser, url)
    browser.post(f"{url}stages/", {"do": "start-further"})
    browser.post(f"{url}stages/", {"do": "start-further"})
    shown = page(browser, url)
    assert "Stage 5: 100 % of the wave" in shown and "In no stage yet" not in shown
    assert (Invitee.objects.filter(stage__number=5).count(), Stage.objects.count()) == (added, 5)
    assert shown.count("100 % of the wave <span") == 2
