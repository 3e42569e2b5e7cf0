"""Queries: the agency's service is asked about one person at a time, and answers with records."""
