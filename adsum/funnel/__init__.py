"""The way in, step by step: who was listed, invited, reached, came in, made the device ready, and checked in.

Nouns: step (one of nine, in order), failure (a class of what went wrong at a step), device (coarse families only).
"""
