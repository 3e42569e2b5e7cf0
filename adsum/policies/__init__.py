"""Policies as versions: what holds where, since when, why, and who approved it.

A version sets some knobs of one policy in a scope: the programme, an office, a level, or a level in an office.
It has an author, a second person who approves it, a reason and a source, and it never changes.
Ids of offices and staff are plain numbers, as in the ledger: every domain above asks here.
"""
