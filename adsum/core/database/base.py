"""A pooled connection is taken as it is, unless the server has said goodbye on it.

Django's own check asks `SELECT 1` each time: a round trip for each request. A quiet connection has nothing to read;
one that the server has closed has (POSIX `poll`, end of file counts as readable). What neither sees, a network that
swallows everything, is found by the statement itself, whose caller tries again.
"""

from select import POLLERR, POLLHUP, POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but for the check of pooled connections."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection, from the pool where there is one."""
        connection = super().get_new_connection(conn_params)
        while self.pool and _has_something_to_read(connection):
            connection.close()
            self.pool.putconn(connection)  # which puts a fresh one in its place
            connection = super().get_new_connection(conn_params)
        return connection


def _has_something_to_read(connection: Any) -> bool:
    looker = poll()
    looker.register(connection.fileno(), POLLIN | POLLHUP | POLLERR)
    return bool(looker.poll(0))
