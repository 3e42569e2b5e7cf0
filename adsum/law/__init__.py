"""Law: how long somebody has, or the agency has, by which rule, and what becomes of time that has run out.

Nouns: law rule (so many days, from when until when, with its source), clock (one that runs for a person about a thing,
with its last day). A second person approves a rule; it is vacated, never edited. Time that runs out refuses nothing.
"""
