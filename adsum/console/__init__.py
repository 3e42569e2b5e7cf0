"""Console: the officers' door. Each screen ends in one decision."""
