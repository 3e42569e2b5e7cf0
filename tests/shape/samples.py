"""Samples of source that keep or break a law."""

from textwrap import dedent

from tests.shape.laws.source import Module


def sample(path: str, text: str) -> Module:
    """A file of adsum with this text."""
    return Module(f"adsum/{path}", dedent(text))
