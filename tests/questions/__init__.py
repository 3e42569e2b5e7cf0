"""Tests of the questions domain."""
