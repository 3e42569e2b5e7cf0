"""Messages pushed to a device by the push service of its browser, which cannot read them."""
