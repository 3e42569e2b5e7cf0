"""Notices: what Adsum tells a participant, in their language, kept as it was said.

Nouns: notice, kind.
"""
