"""JSON lines: one object a line, with our keys or those of a mapping."""
