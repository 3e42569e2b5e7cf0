"""Waves in stages: from an agency's file to the first active participant, and a rule that stops.

Nouns: file, trial (a dry run), stage, invitee, letter batch, verdict (go on, wait, hold).
"""
