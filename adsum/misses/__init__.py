"""What an officer decides about a missed check-in, and what becomes of that decision.

Nouns: step (a decision with its reason, its signature, its contest), absconding (a status, with its evidence).
Only a person takes a step. One that harms has a notice and a way to contest it; the database holds that.
"""
