"""A case tracker of the nineties, behind an interface of the two-thousands: the other side of `exchange/legacy`."""
