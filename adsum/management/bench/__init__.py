"""Benchmarks: figures with their yardstick in the same run, against a real service of their own."""
