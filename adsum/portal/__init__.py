"""Portal: the participant's door. Pages that work on any phone, without JavaScript but for the place."""
