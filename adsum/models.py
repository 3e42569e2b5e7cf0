"""Every table of Adsum, imported once so that Django finds it. Nobody imports this file."""

from adsum.appointments.models import Appointment
from adsum.checkins.models import (
    Attempt,
    CalendarFeed,
    Duty,
    Excuse,
    ExcuseRequest,
    HandOff,
    HandOffTry,
    Heartbeat,
    Outage,
    Plan,
    ReceiptMiss,
    Report,
    Rung,
)
from adsum.documents.models import Document, FormSent, Inability, Upload
from adsum.enrolment.models import ActivationTry, Enrolment, Invitation, Wave
from adsum.flags.models import Flag, ThreadMessage
from adsum.ledger.models import LedgerCheckpoint, LedgerLine, LedgerSeal
from adsum.misses.models import Absconding, MissStep
from adsum.notices.models import Message, Notice, ReminderDay, Reply, StoppedNumber, Wish
from adsum.offices.models import ClosedDay, FieldOffice, HelpPlace, SignInTry, Staff
from adsum.orders.models import Order, SharedPoint, SharingStop, TrackingApp
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Contact, Device, Participant, Representative
from adsum.places.models import Address, LocationFix
from adsum.policies.models import PolicyVersion
from adsum.questions.models import QuestionTemplate

__all__ = [
    "Absconding",
    "ActivationTry",
    "Address",
    "Appointment",
    "Attempt",
    "CalendarFeed",
    "ClosedDay",
    "Contact",
    "Device",
    "Document",
    "Duty",
    "Enrolment",
    "Excuse",
    "ExcuseRequest",
    "FieldOffice",
    "Flag",
    "FormSent",
    "HandOff",
    "HandOffTry",
    "Heartbeat",
    "HelpPlace",
    "Inability",
    "Invitation",
    "LedgerCheckpoint",
    "LedgerLine",
    "LedgerSeal",
    "LocationFix",
    "Message",
    "MissStep",
    "Notice",
    "Order",
    "Outage",
    "OutboxEvent",
    "Participant",
    "Plan",
    "PolicyVersion",
    "QuestionTemplate",
    "ReceiptMiss",
    "ReminderDay",
    "Reply",
    "Report",
    "Representative",
    "Rung",
    "SharedPoint",
    "SharingStop",
    "SignInTry",
    "Staff",
    "StoppedNumber",
    "ThreadMessage",
    "TrackingApp",
    "Upload",
    "Wave",
    "Wish",
]
