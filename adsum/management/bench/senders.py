"""Who checks in during a benchmark: made-up people of the service's crowd, signed in on a phone each."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import psycopg

from adsum.management.instruments.service import Service
from adsum.management.postgres import ADMIN, embedded_url

MOST = 200_000
_OWING = (
    "SELECT participant_id FROM adsum_duty WHERE outcome IS NULL AND opens_at <= now()"
    " GROUP BY participant_id ORDER BY participant_id LIMIT %s"
)
_OWE_AGAIN = (
    "UPDATE adsum_duty SET outcome = NULL, settled_at = NULL"
    " WHERE outcome = 'reported' AND settled_at >= %s AND due_at > now()"
)


@dataclass
class Senders:
    """Their tokens, one a line in a file; their ids lie from `first` to `last`; `used` of them have sent already."""

    tokens_file: Path
    count: int
    first: int
    last: int
    used: int = 0

    def take(self, count: int) -> int:
        """So many have sent now; returns the first of them."""
        begin, self.used = self.used, (self.used + count) % self.count
        return begin


def prepare_senders(service: Service) -> Senders:
    """Sign people in who owe a check-in; in a database of an earlier benchmark they owe it again."""
    path = service.home / "senders"
    with psycopg.connect(service.database_url, autocommit=True) as owner:
        if path.exists():
            owner.execute(_OWE_AGAIN, [path.with_suffix(".made").read_text()])
        people = [row[0] for row in owner.execute(_OWING, [MOST])]
        if not path.exists():
            _sign_in(owner, people, path)
        owner.execute("VACUUM (ANALYZE) adsum_duty, adsum_device")
        tokens = path.read_text().split()
    with psycopg.connect(embedded_url(service.home, user=ADMIN), autocommit=True) as admin:
        admin.execute("CHECKPOINT")
    return Senders(path, len(tokens), people[0], people[-1])


def _sign_in(owner: psycopg.Connection[tuple[object, ...]], people: list[int], path: Path) -> None:
    tokens = [secrets.token_urlsafe(32) for _ in people]
    columns = "participant_id, token_hash, browser, activated_at, expires_at"
    with owner.transaction(), owner.cursor() as cursor:
        [made_at] = cursor.execute("SELECT now()::text").fetchone() or [""]
        with cursor.copy(f"COPY adsum_device ({columns}) FROM STDIN") as copy:
            for person, token in zip(people, tokens, strict=True):
                token_hash = hashlib.sha256(token.encode()).hexdigest()
                copy.write_row((person, token_hash, "benchmark", made_at, "2100-01-01"))
    path.with_suffix(".made").write_text(str(made_at))
    path.write_text("\n".join(tokens))
