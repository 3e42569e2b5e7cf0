"""Which operations are to end, as data: told with each answer (RFC 9745, RFC 8594) and in the document."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime


@dataclass(frozen=True)
class Ageing:
    """Since when an operation should not be used any more, from when on it is gone, and what to read about it."""

    since: datetime
    ends_at: datetime
    link: str

    @property
    def headers(self) -> dict[str, str]:
        """As each answer says it. `since` is a structured date, `ends_at` an HTTP one: so the two RFCs want it."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.ends_at, usegmt=True),
            "Link": f'<{self.link}>; rel="deprecation"',
        }


AGEING: dict[str, Ageing] = {}  # by method and name of the address: "GET partner-duties"
