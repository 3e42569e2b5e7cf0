"""From which network a request comes, and what can be called."""

from collections.abc import Mapping
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
