"""Pilots: for which share of people a feature is switched on, by office and level and with dates.

Nouns: feature, pilot (who has it), not-yet (who has it not).
"""
