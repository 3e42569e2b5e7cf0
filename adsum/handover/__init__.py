"""Handing over: everything about one person as one signed bundle, and a person taken over from another Adsum site.

Nouns: bundle, handing (that one was made), take-over, chapter (what the old site's ledger says), old row (what has no
place in the tables here and is kept as it was told).
"""
