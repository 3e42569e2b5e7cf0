"""Codes that people read aloud, type and copy: Crockford's base 32, which has no I, L, O or U."""

import hashlib
import hmac
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_code(length: int) -> str:
    """A random code of `length` characters, five bits each."""
    return "".join(_ALPHABET[byte % 32] for byte in secrets.token_bytes(length))


def derived_code(secret: str, purpose: str, value: str, length: int) -> str:
    """A code that only who knows the secret can tell, the same each time, so that none is stored (HMAC, RFC 2104)."""
    digest = hmac.new(f"{purpose}:{secret}".encode(), value.encode(), hashlib.sha512).digest()
    return "".join(_ALPHABET[byte % 32] for byte in digest[:length])


def derived_digits(secret: str, purpose: str, value: str, length: int) -> str:
    """The same in digits, as telephones suggest them while one types."""
    digest = hmac.new(f"{purpose}:{secret}".encode(), value.encode(), hashlib.sha512).digest()
    return str(int.from_bytes(digest) % 10**length).zfill(length)


def read_digits(typed: str) -> str:
    """The digits of what was typed, in whichever script, as 0 to 9."""
    return "".join(str(int(char)) for char in typed if char.isdecimal())


def read_code(typed: str) -> str:
    """A typed code in its stored form: upper case, no blanks or dashes, I, L and O read as digits."""
    kept = "".join(char for char in typed.upper().translate(_MISREAD) if char in _ALPHABET)
    return kept[:64]


def in_groups(code: str, size: int = 4) -> str:
    """A code as people read it: ABCD-EFGH-JKMN."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def keyed_hash(secret: str, purpose: str, value: str) -> str:
    """HMAC-SHA-256 in hex (RFC 2104): looks a value up without storing it. `purpose` keeps uses apart."""
    return hmac.new(f"{purpose}:{secret}".encode(), value.encode(), hashlib.sha256).hexdigest()
