"""Every table of Adsum, imported once so that Django finds it. Nobody imports this file."""

from adsum.checkins.models import Duty, Excuse, Plan, Report
from adsum.documents.models import Document, FormSent, Inability, Upload
from adsum.enrolment.models import ActivationTry, Enrolment, Invitation, Wave
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.notices.models import Notice
from adsum.offices.models import FieldOffice, SignInTry, Staff
from adsum.orders.models import Order
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Contact, Device, Participant
from adsum.places.models import Address, LocationFix

__all__ = [
    "ActivationTry",
    "Address",
    "Contact",
    "Device",
    "Document",
    "Duty",
    "Enrolment",
    "Excuse",
    "FieldOffice",
    "Flag",
    "FormSent",
    "Inability",
    "Invitation",
    "LedgerCheckpoint",
    "LedgerLine",
    "LedgerSeal",
    "LocationFix",
    "Notice",
    "Order",
    "OutboxEvent",
    "Participant",
    "Plan",
    "Report",
    "SignInTry",
    "Staff",
    "Upload",
    "Wave",
]
