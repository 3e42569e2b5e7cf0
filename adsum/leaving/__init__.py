"""Leaving: somebody's case is closed, they move to another office, are detained, have died, or were listed by mistake.

Nouns: departure, its reason, what ends with it, the clock until their file is erased, coming back.
"""
