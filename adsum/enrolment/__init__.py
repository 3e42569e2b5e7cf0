"""Enrolment: from an agency's list to a person who is in.

Nouns: wave (one list), grade (a fault that rejects nobody), reject, invitation, activation.
"""
