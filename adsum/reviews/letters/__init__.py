"""Letters of decisions: written from facts and reasons in any of our languages, and set as tagged paper.

Nouns: decided (what the officer decided, as data), draft, letter, said (words and the language they are in).
"""
