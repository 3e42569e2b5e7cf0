"""Check-ins: what is owed, what was sent, what was missed.

Nouns: plan (how often), duty (one check-in owed), report (what a participant sent), receipt, excuse.
"""
