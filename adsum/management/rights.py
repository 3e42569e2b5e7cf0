"""What the app's database role may do. It owns nothing, so triggers and append-only rights bind it."""

from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections, transaction
from psycopg import sql

APPEND_ONLY = (
    "adsum_ledgerline",
    "adsum_ledgerseal",
    "adsum_ledgercheckpoint",
    "adsum_attempt",
    "adsum_outage",
    "adsum_verdict",
)


class RoleMissing(Exception):
    """The app's role does not exist and the login of DATABASE_URL may not create it; says what to run."""


def ensure_role(using: str) -> None:
    """Create the app's role where it is absent, and let the login become it. Raises RoleMissing."""
    role = settings.DATABASE_ROLE
    if not role:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, 'MEMBER')",
            [role],
        )
        if cursor.fetchone():
            return
        name = sql.Identifier(role)
        try:
            with suppress(IntegrityError), transaction.atomic(using=using):  # another database made it just now
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
            with suppress(IntegrityError), transaction.atomic(using=using):
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        except DatabaseError as error:
            raise RoleMissing(
                f"the database login may not create the role {role}: as an administrator run "
                f'"CREATE ROLE {role} NOLOGIN; GRANT {role} TO <your login>;" or set ADSUM_DATABASE_ROLE= to do without'
            ) from error


def grant_rights(using: str) -> None:
    """Give the app's role its rights on every table: read and write, but only append to what must stay as it came."""
    role = settings.DATABASE_ROLE
    if not role:
        return
    ensure_role(using)
    name = sql.Identifier(role)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(statement).format(name))
        for table in APPEND_ONLY:
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name))
