"""Court: what the immigration court says of a case, row by row, and what follows from it for people.

Nouns: drop (a day's folder), court case, proceeding (in versions), hearing, crosswalk (from court case to case number),
state, line set aside. A person, a case and a proceeding are three things: a person may have several cases, a case
several proceedings.
"""
