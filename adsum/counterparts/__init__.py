"""Other systems that keep their own file on the same people.

A counterpart is such a system; a twin, its file on one participant; what is agreed, the values that both said last.
Where they differ, the owner of the field is followed, or a person decides.
"""
