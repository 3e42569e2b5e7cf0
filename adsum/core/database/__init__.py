"""Django's PostgreSQL backend, with pooled connections looked at instead of asked; named in settings as the engine."""
