"""Which participant a record is about: candidates, the evidence for each, and a probability that can be trusted.

Pure: no database, no clock. Read from the top down: matcher (the answer), index (who is looked at), evidence (feature
by feature), weights (what is learnt), learning (how), origins and spelling (names), population (people as columns).
"""
