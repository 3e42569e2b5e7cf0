"""Verbs of appointments: give one, move it, cancel it, note who came, remind, forget."""

from adsum.appointments.actions.attending import note_attendance
from adsum.appointments.actions.giving import (
    AppointmentRefused,
    cancel_appointment,
    forget,
    give_appointment,
    move_appointment,
)
from adsum.appointments.actions.reminding import remind_of_appointments

__all__ = [
    "AppointmentRefused",
    "cancel_appointment",
    "forget",
    "give_appointment",
    "move_appointment",
    "note_attendance",
    "remind_of_appointments",
]
