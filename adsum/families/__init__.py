"""Families: people who belong together, parents who act for a child, and phones that several people use.

Nouns: family, guardianship (who decided it, by what evidence), seat (a person on a shared phone), turn.
"""
