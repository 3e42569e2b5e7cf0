"""Verbs of partners: add one, let it in, count and answer its requests, keep what it reports, forget."""

from adsum.partners.actions.answering import claim_key, count_request, keep_answer, release_key
from adsum.partners.actions.letting_in import give_token
from adsum.partners.actions.partnering import (
    add_partner,
    end_partner,
    pause_partner,
    resume_partner,
    rotate_partner_secret,
)
from adsum.partners.actions.reporting import (
    KeyUsed,
    ReportGone,
    ReportSettled,
    VersionPassed,
    change_partner_report,
    forget,
    forget_spent,
    make_partner_report,
    record_partner_looks,
    withdraw_partner_report,
)

__all__ = [
    "KeyUsed",
    "ReportGone",
    "ReportSettled",
    "VersionPassed",
    "add_partner",
    "change_partner_report",
    "claim_key",
    "count_request",
    "end_partner",
    "forget",
    "forget_spent",
    "give_token",
    "keep_answer",
    "make_partner_report",
    "pause_partner",
    "record_partner_looks",
    "release_key",
    "resume_partner",
    "rotate_partner_secret",
    "withdraw_partner_report",
]
