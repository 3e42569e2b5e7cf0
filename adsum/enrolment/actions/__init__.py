"""Verbs of enrolment: enrol a wave, invite, activate, forget."""

from adsum.enrolment.actions.activation import activate_device, forget, issue_invitation
from adsum.enrolment.actions.waves import enrol_wave

__all__ = ["activate_device", "enrol_wave", "forget", "issue_invitation"]
