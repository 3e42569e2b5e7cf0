"""The door to and from other systems. So far: facts leave the outbox for one webhook."""
