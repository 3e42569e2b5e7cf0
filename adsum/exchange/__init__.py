"""The door to and from other systems: facts leave the outbox for those who are told; the court's drops come in."""
