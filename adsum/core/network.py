"""From which network a request comes, and what can be called."""

import ssl
from collections.abc import Mapping
from http.client import RemoteDisconnected
from socket import gaierror
from urllib.parse import urlsplit


def origin_of(meta: Mapping[str, str], *, behind_proxy: bool) -> str:
    """The sender's address; behind a proxy, the one that the proxy added last to X-Forwarded-For."""
    forwarded = meta.get("HTTP_X_FORWARDED_FOR", "")
    if behind_proxy and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return meta.get("REMOTE_ADDR", "")


def country_of(meta: Mapping[str, str], *, header: str) -> str:
    """The country of a request's network, as the proxy's header says it; nothing where no header is agreed on."""
    return meta.get(f"HTTP_{header.upper().replace('-', '_')}", "")[:20] if header else ""


def is_web_address(text: object) -> bool:
    """Whether this is an http or https address with a host, and with a port that can be, if it names one."""
    try:
        parts = urlsplit(str(text))
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def why_no_answer(error: Exception, *, seconds: int) -> str:
    """In words for an operator, why another system's service did not answer; it was waited for so many seconds."""
    for kind, words in _SILENCES:
        if isinstance(error, kind):
            return words
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds} second{'s' * (seconds != 1)}"
    return f"no answer ({type(error).__name__})"


_SILENCES = (
    (gaierror, "no answer: its name is not known here"),
    (ssl.SSLError, "no answer: its certificate or encryption does not hold"),
    (ConnectionRefusedError, "no connection: nothing listens there"),
    ((ConnectionResetError, BrokenPipeError, RemoteDisconnected), "no answer: the connection broke off"),
)
