"""Verbs of enrolment: enrol a wave, invite, activate, come back, change a phone number, forget."""

from adsum.enrolment.actions.activation import activate_device, forget, issue_invitation
from adsum.enrolment.actions.coming_back import (
    PinRefused,
    come_back_by_passkey,
    come_back_by_pin,
    keep_passkey,
    set_pin,
)
from adsum.enrolment.actions.inviting import issue_invitations
from adsum.enrolment.actions.phones import (
    PhoneRefused,
    ask_phone_code,
    confirm_phone,
    forget_phone_changes,
    set_phone,
)
from adsum.enrolment.actions.waves import end_wave, enrol_rows, enrol_wave, start_wave

__all__ = [
    "PhoneRefused",
    "PinRefused",
    "activate_device",
    "ask_phone_code",
    "come_back_by_passkey",
    "come_back_by_pin",
    "confirm_phone",
    "end_wave",
    "enrol_rows",
    "enrol_wave",
    "forget",
    "forget_phone_changes",
    "issue_invitation",
    "issue_invitations",
    "keep_passkey",
    "set_phone",
    "set_pin",
    "start_wave",
]
