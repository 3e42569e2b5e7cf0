"""The house's laws as pure functions: each `find_…` takes source or objects and returns what breaks the law."""
