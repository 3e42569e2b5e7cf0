"""API: the machine's door. Is the service alive; what gateways, sources and devices push; what partners ask."""
