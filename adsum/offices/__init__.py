"""Offices: field offices and the staff who work there.

Nouns: field office (with its time zone), staff, role.
"""
