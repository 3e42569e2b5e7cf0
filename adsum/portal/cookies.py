"""The names of the portal's cookies."""

DEVICE_COOKIE = "adsum_device"  # the token of a device on which a participant is signed in
TRIER_COOKIE = "adsum_trier"  # a signed name of a browser on which a code may be tried
PIN_COOKIE = "adsum_pin"  # the key of a device that has a PIN; without the PIN it opens nothing
PASSKEY_COOKIE = "adsum_passkey"  # says that a passkey was made here, so that nobody is asked to make one again
CHALLENGE_COOKIE = "adsum_challenge"  # a sealed challenge that waits for the answer of a passkey
PHONE_COOKIE = "adsum_phone"  # which phone this is, where several people may use it
PLACE_COOKIE = "adsum_in_line"  # a signed place in line
