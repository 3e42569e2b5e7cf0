"""Pushes: the agency posts records as they happen, signed as Standard Webhooks says."""
