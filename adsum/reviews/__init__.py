"""What a person may ask for: a review of their level, an answer on the merits, an appeal.

Nouns: review (of a level), request, case file (the facts, assembled), criterion (of the policy: met, not met, no
data; never a score), decision (a named person's, with a reason per criterion), appeal.
"""
