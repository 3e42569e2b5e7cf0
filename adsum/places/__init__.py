"""Places: where a participant says they live, and where a check-in was sent from.

Nouns: address (with its grades), location fix, place class.
"""
