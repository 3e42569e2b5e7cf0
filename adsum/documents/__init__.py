"""Documents: pictures and papers that a participant shows, kept clean of hidden data, looked at by an officer.

Nouns: upload (on its way), document (arrived), proof of address, form (for another agency), inability.
"""
