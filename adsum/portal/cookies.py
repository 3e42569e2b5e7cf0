"""The names of the portal's cookies."""

DEVICE_COOKIE = "adsum_device"  # the token of a device on which a participant is signed in
PLACE_COOKIE = "adsum_in_line"  # a signed place in line
