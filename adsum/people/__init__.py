"""People: participants, how to reach them, and the devices they are signed in on.

Nouns: participant, case number, contact, device.
"""
