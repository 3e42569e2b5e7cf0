"""Outbox: facts owed to other systems, written in the transaction that made them true.

Nouns: event (one fact), subscriber (who is told), number (a subscriber's own count, without gaps), delivery (one fact
on its way to one subscriber), refusal (not taken), parked (no more tries until a person says so), given up.
"""
