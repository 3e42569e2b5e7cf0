"""Traccar: it forwards each position and each event as JSON (forward.type and event.forward.type `json`)."""
