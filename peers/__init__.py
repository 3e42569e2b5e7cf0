"""Programs that Adsum talks to, as they are elsewhere: of their own, with their own database and faults."""
