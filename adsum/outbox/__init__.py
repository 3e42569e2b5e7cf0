"""Outbox: facts owed to other systems, written in the transaction that made them true.

Nouns: event (one fact), sequence (its order for ever), refusal (the consumer did not take it), parked (no more tries).
"""
