"""Trials: what a pilot has changed, beside who does not have it yet.

Nouns: group, measure, comparison, warning.
"""
