"""Flags: what needs an officer's decision, and what was decided.

Nouns: flag, reason, decision.
"""
