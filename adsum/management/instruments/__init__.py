"""Instruments: they start a real Adsum of their own and measure or torture it. No part of a running service."""
