"""Ledger: the append-only record of what happened and of who looked.

Nouns: line (one fact), verb (what happened), actor (a named person, or the rules).
"""
