"""API: the machine's door. So far: is the service alive, is it ready."""
