"""Partners: other agencies' systems that ask and report through the API. Nouns: partner, secret, token, report.

A partner sees people of its offices, and of them what its scopes name; each look is in the ledger, with its reason.
What it reports changes nothing: it stands before an officer as a flag.
"""
