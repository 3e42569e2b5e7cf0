"""Files: CSV with a header, or JSON lines, with our names: what a maker exports who has no Traccar."""
