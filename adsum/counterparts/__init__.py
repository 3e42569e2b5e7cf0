"""Other systems that keep their own file on the same people.

A counterpart is such a system; a twin, its file on one participant; what is agreed, the values that both said last; a
disagreement, a field on which a person decides; a reconciliation, a look at both files whole, which names differences.
"""
