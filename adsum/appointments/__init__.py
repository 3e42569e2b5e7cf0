"""Appointments: where a participant is expected at an hour: office visits, court hearings, others.

Nouns: appointment, attendance. Moving one ends it and makes another, so that what somebody was told stays on record.
"""
