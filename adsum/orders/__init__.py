"""Orders: at which level a participant is monitored, since when and on what ground.

Nouns: order, level, ground.
"""
