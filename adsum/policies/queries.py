"""What holds now, and the versions it comes from."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from adsum.core.knobs import Policy
from adsum.ledger.rules import Actor
from adsum.policies.models import PolicyVersion
from adsum.policies.rules import Book, Scope

P = TypeVar("P", bound=Policy)
READ_AGAIN = timedelta(seconds=60)  # shorter than any policy's notice: no process ever works by an old version


class _Shelf:
    """The book that this process reads from. It is read again each minute, never while something is decided."""

    book: Book | None = None


def in_force(kind: type[P], *, now: datetime, office_id: int | None = None, level: str = "") -> P:
    """The policy that holds at `now` for the programme, an office, a level, or a level in an office.

    Costs no round trip, but one a minute. What is read for a past moment is what held then.
    """
    return current_book(now=now).find(kind, at=now, scope=Scope(office_id, level))


def current_book(*, now: datetime) -> Book:
    """All approved versions, at most a minute old."""
    book = _Shelf.book
    if book is None or not book.read_at <= now < book.read_at + READ_AGAIN:
        book = _Shelf.book = read_book(now=now)
    return book


def read_book(*, now: datetime) -> Book:
    """All approved versions, read from the database."""
    return Book((one.as_version() for one in _approved()), read_at=now)


def put_book_away() -> None:
    """Have the next question read the versions again: after a change in this process, and between tests."""
    _Shelf.book = None


def _approved() -> Iterable[PolicyVersion]:
    return PolicyVersion.objects.filter(approved_at__isnull=False, withdrawn_at__isnull=True)


def policy_versions(*, seen_by: Actor) -> QuerySet[PolicyVersion]:
    """Every version that this member of staff may read: the programme's and their office's; the newest first."""
    mine = Q() if seen_by.sees_every_office else Q(office_id__isnull=True) | Q(office_id=seen_by.office_id)
    return PolicyVersion.objects.filter(mine).order_by("-valid_from", "-pk")


def find_policy_version(*, version_id: int, seen_by: Actor) -> PolicyVersion | None:
    """One version, or None where it belongs to another office."""
    return policy_versions(seen_by=seen_by).filter(pk=version_id).first()
