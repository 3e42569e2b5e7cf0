"""Made-up people, and records about some of them with the faults that clerks make: what `adsum match` is tried on."""
