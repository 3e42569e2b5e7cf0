"""`adsum invite --wave`: codes for the right people of the right office."""

from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from adsum.enrolment.actions import enrol_wave
from adsum.enrolment.models import Invitation
from adsum.ledger.rules import OPERATOR
from adsum.management.commands.invite import Command
from adsum.offices.models import FieldOffice
from adsum.people.models import Participant
from tests.factories import make_row


def invite(out: Path, office: str | None = None) -> dict[str, object]:
    return Command().answer(wave="w1", office=office, out=str(out), case_number=None)


def enrol(office: FieldOffice, people: int, first: int) -> None:
    rows = [make_row(number, field_office=office.code) for number in range(first, first + people)]
    enrol_wave(rows=rows, office=office, name="w1", actor=OPERATOR, now=timezone.now())


def test_a_name_that_two_offices_have_needs_the_office(
    office: FieldOffice, other_office: FieldOffice, tmp_path: Path
) -> None:
    enrol(office, 2, 2)
    enrol(other_office, 3, 10)
    with pytest.raises(CommandError, match=rf"\({', '.join(sorted([office.code, other_office.code]))}\).*--office"):
        invite(tmp_path / "codes.csv")
    assert not Invitation.objects.exists() and not list(tmp_path.iterdir())
    with pytest.raises(CommandError, match="in office ZZZ"):
        invite(tmp_path / "codes.csv", "ZZZ")
    sent = invite(tmp_path / "codes.csv", office.code)
    assert sent == {"wave": "w1", "invited": 2, "file": str(tmp_path / "codes.csv")}
    assert set(Invitation.objects.values_list("participant__office", flat=True)) == {office.pk}


def test_who_has_left_gets_no_code(office: FieldOffice, tmp_path: Path) -> None:
    enrol(office, 3, 2)
    first, *others = Participant.objects.order_by("pk")
    Participant.objects.filter(pk=first.pk).update(left_at=timezone.now())
    assert invite(tmp_path / "codes.csv")["invited"] == 2
    assert set(Invitation.objects.values_list("participant", flat=True)) == {one.pk for one in others}
