"""Core: knobs, text and codes that every domain uses; no tables, no clock, no Django."""
