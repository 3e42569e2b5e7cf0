"""Paper letters: printed by the batch with codes that are kept nowhere, printed again, posted."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from adsum.core.ids import read_code
from adsum.core.typesetting import typeset
from adsum.enrolment.actions import activate_device
from adsum.enrolment.models import Wave
from adsum.funnel.models import FunnelStep
from adsum.ledger.models import LedgerLine
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Message
from adsum.notices.queries import letters_to_post
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.waves.actions import (
    Letter,
    WaveRefused,
    follow_invitations,
    post_batch,
    print_again,
    print_batch,
    stop_stage,
)
from adsum.waves.models import Invitee, LetterBatch, Stage
from adsum.waves.policy import WavesPolicy
from tests.factories import make_staff
from tests.waves.test_stages import ALL, BORN, MORNING, make_wave, skip_to, start

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def supervisor(office: FieldOffice) -> Staff:
    return make_staff(office, Role.SUPERVISOR)


@pytest.fixture
def stage(office: FieldOffice) -> Stage:
    wave = make_wave(office, 3, phone="", email="")
    skip_to(wave, 4)
    return start(wave, 4)


def print_all(stage: Stage, staff: Staff) -> list[Letter]:
    return print_batch(stage=stage, actor=staff.as_actor(), staff=staff, now=LATER)


def opens(letter: Letter) -> bool:
    code = read_code(letter.sheet["code"])
    answer = activate_device(
        typed_code=code,
        born=BORN,
        from_file=letter.participant.case_number[-3:],
        network="n",
        browser="b",
        now=LATER + timedelta(days=4),
    )
    return answer.answer == "in"


def test_each_letter_is_a_sheet_in_the_persons_language(stage: Stage, supervisor: Staff) -> None:
    Participant.objects.filter(pk=Invitee.objects.order_by("pk")[0].participant_id).update(language="ar")
    letters = print_all(stage, supervisor)
    given = {"title": "t", "letters": [one.sheet for one in letters]}
    made = typeset("invitations", given, language="en", made_at=LATER)
    sheets = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made)).pages]
    assert len(sheets) == 3
    for letter, sheet in zip(letters, sheets, strict=True):
        assert "123 Main St" in sheet
        assert letter.sheet["code"] in sheet
        assert letter.participant.case_number not in sheet
    assert "código" in sheets[1]


def test_printed_once_then_with_new_codes_only(stage: Stage, supervisor: Staff) -> None:
    first = print_all(stage, supervisor)
    with pytest.raises(WaveRefused, match="No letter"):
        print_all(stage, supervisor)
    batch = LetterBatch.objects.get()
    again = print_again(batch=batch, actor=supervisor.as_actor(), staff=supervisor, now=LATER)
    assert [one.participant.pk for one in again] == [one.participant.pk for one in first]
    assert not opens(first[0])
    assert opens(again[0])
    third = print_again(batch=batch, actor=supervisor.as_actor(), staff=supervisor, now=LATER)
    assert len(third) == 2  # one is in by now


def test_posted_letters_are_kept_without_their_codes_and_count_as_invited(stage: Stage, supervisor: Staff) -> None:
    letters, batch = print_all(stage, supervisor), LetterBatch.objects.get()
    assert post_batch(batch=batch, actor=supervisor.as_actor(), staff=supervisor, now=LATER) == 3
    with pytest.raises(WaveRefused, match="already"):
        post_batch(batch=batch, actor=supervisor.as_actor(), staff=supervisor, now=LATER)
    with pytest.raises(WaveRefused, match="in the post"):
        print_again(batch=batch, actor=supervisor.as_actor(), staff=supervisor, now=LATER)
    follow_invitations(can=ALL, now=LATER)
    assert FunnelStep.objects.filter(step="invited", channel="letter").count() == 3
    kept = Message.objects.get(participant=letters[0].participant)
    assert (kept.state, kept.address, read_code(letters[0].sheet["code"]) in kept.body) == (
        "sent",
        "123 Main St Apt 4, Brooklyn, NY 11226",
        False,
    )
    assert opens(letters[0])
    assert LedgerLine.objects.filter(verb="letter.printed").count() == 3


def test_letters_of_waves_are_not_among_the_single_ones(stage: Stage, supervisor: Staff) -> None:
    assert Message.objects.filter(channel="letter").count() == 3
    assert not letters_to_post(seen_by=supervisor.as_actor()).exists()


def test_another_office_prints_none_of_them(stage: Stage, other_office: FieldOffice) -> None:
    far = make_staff(other_office, Role.SUPERVISOR)
    with pytest.raises(WaveRefused, match="No letter"):
        print_all(stage, far)


def test_a_stage_that_holds_prints_nothing(stage: Stage, supervisor: Staff) -> None:
    stop_stage(stage=stage, words="Wait", actor=OPERATOR, now=MORNING)
    with pytest.raises(WaveRefused, match="holds"):
        print_all(stage, supervisor)


def test_batches_have_a_size(office: FieldOffice, supervisor: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    wave: Wave = make_wave(office, 7, phone="", email="")
    skip_to(wave, 4)
    stage = start(wave, 4)
    threes = WavesPolicy(letters_per_batch=3)
    monkeypatch.setattr(
        "adsum.waves.actions.letters.in_force", lambda kind, **_: threes if kind is WavesPolicy else kind()
    )
    assert [len(print_all(stage, supervisor)) for _ in range(3)] == [3, 3, 1]
