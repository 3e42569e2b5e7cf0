"""Monitors: GPS devices for wrist or ankle: who wears which, what is kept of it, and what its alerts came to.

Nouns: monitor, issue (that somebody wears it), position, alert, dead spot. A participant's phone is a `Device`.
"""
