"""Verbs of waves: files, stages, invitations, letters, verdicts."""

from adsum.waves.actions.again import follow_alone, invite_again
from adsum.waves.actions.files import (
    WaveRefused,
    ask_enrolment,
    forget,
    forget_files,
    forget_page_times,
    keep_file,
    note_enrolled,
    note_page_time,
    note_trial,
    refuse_file,
)
from adsum.waves.actions.judging import go_on, judge_stages, stop_stage
from adsum.waves.actions.letters import Letter, post_batch, print_again, print_batch
from adsum.waves.actions.sending import follow_invitations, respread, write_invitations
from adsum.waves.actions.starting import start_stage

__all__ = [
    "Letter",
    "WaveRefused",
    "ask_enrolment",
    "follow_alone",
    "follow_invitations",
    "forget",
    "forget_files",
    "forget_page_times",
    "go_on",
    "invite_again",
    "judge_stages",
    "keep_file",
    "note_enrolled",
    "note_page_time",
    "note_trial",
    "post_batch",
    "print_again",
    "print_batch",
    "refuse_file",
    "respread",
    "start_stage",
    "stop_stage",
    "write_invitations",
]
