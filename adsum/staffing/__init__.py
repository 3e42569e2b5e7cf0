"""Staffing: who works in an office, which languages they speak, and whose caseload a person is in.

Nouns: caseload, load, choice (with its why), list of staff or of offices.
"""
