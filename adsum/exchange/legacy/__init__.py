"""The legacy case tracker: how it writes what we know, how it is asked, and how its nightly files read.

Another system is another folder with the same face (`adapting.Adapter`), and one line in `adapting.ADAPTERS`.
"""
