"""What the worker does for waves: reads uploaded files, follows invitations, judges stages."""

from __future__ import annotations

import tempfile
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from adsum.enrolment.actions.waves import CHUNK
from adsum.enrolment.queries import find_wave
from adsum.ledger.rules import RULES, Actor
from adsum.management.enrolling import enrol_file, grade_file, look_at_file, one_list_at_a_time
from adsum.management.wave_file import FileRefused, open_wave
from adsum.notices.channels.all import channels_set_up
from adsum.people.queries import known_case_numbers
from adsum.policies.queries import in_force
from adsum.waves.actions import (
    follow_invitations,
    judge_stages,
    note_enrolled,
    note_trial,
    refuse_file,
)
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import files_to_read
from adsum.waves.rules import Trial, rejects_as_csv, try_rows

if TYPE_CHECKING:
    from adsum.offices.models import FieldOffice
    from adsum.waves.models import WaveFile


def try_file(source: str, *, office: FieldOffice | None, code: str, now: datetime) -> Trial:
    """The dry run of this file in this office; writes nothing. `office` is None where it is not open yet.

    Raises FileRefused.
    """
    trial, can = Trial(), channels_set_up()
    today = now.astimezone(office.zone).date() if office else now.date()
    policy = in_force(WavesPolicy, now=now, office_id=office.pk if office else None)
    with open_wave(source) as file:
        coming = grade_file(file, census=look_at_file(file, office_code=code, wave_name=""), today=today, now=now)
        while graded := list(islice(coming, CHUNK)):
            numbers = [row.case_number for row in graded if row.case_number and not row.rejection]
            known = known_case_numbers(among=numbers, seen_by=RULES)
            try_rows(trial, graded, office=code, known=known, can=can, policy=policy)
    return trial


def read_files(now: datetime) -> int:
    """Try what was uploaded, enrol what a supervisor has asked for; returns how many files."""
    waiting = files_to_read(seen_by=RULES)
    for file in waiting:
        with tempfile.NamedTemporaryFile(suffix=".csv") as copy:
            Path(copy.name).write_bytes(bytes(file.content or b""))
            try:
                (_enrol if file.enrol_asked_at else _try)(file, copy.name, now)
            except FileRefused as refused:
                refuse_file(file=file, why=str(refused), now=now)
    return len(waiting)


def _try(file: WaveFile, source: str, now: datetime) -> None:
    trial = try_file(source, office=file.office, code=file.office.code, now=now)
    policy = in_force(WavesPolicy, now=now, office_id=file.office_id)
    note_trial(file=file, trial=trial.as_json(policy), rejects=rejects_as_csv(trial.rejects), now=now)


def _enrol(file: WaveFile, source: str, now: datetime) -> None:
    actor = _asker(file)
    name, office = file.wave_name, file.office
    with open_wave(source) as rows, one_list_at_a_time():
        census = look_at_file(rows, office_code=office.code, wave_name=name)
        enrol_file(rows, census=census, office=office, wave_name=name, actor=actor, now=now)
    wave = find_wave(name=file.wave_name, seen_by=actor)
    assert wave
    note_enrolled(file=file, wave=wave, now=now)


def _asker(file: WaveFile) -> Actor:
    assert file.enrol_asked_by
    return file.enrol_asked_by.as_actor()


def drive_waves(now: datetime) -> dict[str, int]:
    """Read files, act on what became of invitations, judge stages; returns how many of each."""
    can = channels_set_up()
    return {
        "files_read": read_files(now),
        "invitations_followed": follow_invitations(can=can, now=now),
        "stages_judged": judge_stages(can=can, now=now),
    }
