"""Every table of Adsum, imported once so that Django finds it. Nobody imports this file."""

from adsum.checkins.models import Duty, Excuse, Plan, Report
from adsum.enrolment.models import ActivationTry, Enrolment, Invitation, Wave
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.notices.models import Message, Notice, ReminderDay, Reply, StoppedNumber, Wish
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
    "Duty",
    "Enrolment",
    "Excuse",
    "FieldOffice",
    "Flag",
    "Invitation",
    "LedgerCheckpoint",
    "LedgerLine",
    "LedgerSeal",
    "LocationFix",
    "Message",
    "Notice",
    "Order",
    "OutboxEvent",
    "Participant",
    "Plan",
    "ReminderDay",
    "Reply",
    "Report",
    "SignInTry",
    "Staff",
    "StoppedNumber",
    "Wave",
    "Wish",
]
