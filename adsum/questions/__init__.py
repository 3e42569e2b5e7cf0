"""Questions: what an office asks with each check-in, in every language, in versions that never change.

Nouns: template, question, option, answer.
"""
