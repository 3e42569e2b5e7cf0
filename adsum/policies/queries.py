"""What holds now, and the versions it comes from."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from adsum.core.knobs import Policy
from adsum.ledger.rules import Actor
from adsum.policies.models import PolicyVersion
from adsum.policies.rules import Book, Change, Scope, changes_between

P = TypeVar("P", bound=Policy)
READ_AGAIN_SECONDS = 60  # shorter than any policy's notice: no process ever works by an old version


class _Shelf:
    """The book that this process reads from, and when it was read by the clock that never jumps."""

    book: Book | None = None
    read_at = 0.0


def in_force(kind: type[P], *, now: datetime, office_id: int | None = None, level: str = "") -> P:
    """The policy that holds at `now` for the programme, an office, a level, or a level in an office.

    Costs no round trip, but one a minute. What is read for a past moment is what held then.
    """
    return current_book().find(kind, at=now, scope=Scope(office_id, level))


def highest_of(kind: type[Policy], knob: str, *, now: datetime) -> int:
    """The highest value that a knob has anywhere now: what a sweep over all offices looks back or ahead by."""
    return max(int(getattr(policy, knob)) for policy in current_book().everywhere(kind, at=now))


def current_book() -> Book:
    """All approved versions, at most a minute old."""
    book = _Shelf.book
    if book is None or time.monotonic() >= _Shelf.read_at + READ_AGAIN_SECONDS:
        _Shelf.read_at, book = time.monotonic(), Book(one.as_version() for one in _approved())
        _Shelf.book = book
    return book


def put_book_away() -> None:
    """Have the next question read the versions again: after a change in this process, and between tests."""
    _Shelf.book = None


def _approved() -> Iterable[PolicyVersion]:
    return PolicyVersion.objects.filter(approved_at__isnull=False, withdrawn_at__isnull=True)


def effect_of(*, version: PolicyVersion, kind: type[Policy], seen_by: Actor) -> list[Change]:
    """What this version changes on its first day, beside everything else that is approved. None where unseen."""
    if not policy_versions(seen_by=seen_by).filter(pk=version.pk).exists():
        return []
    others = [one.as_version() for one in _approved() if one.pk != version.pk]
    at, scope = version.valid_from, version.scope
    without = Book(others).find(kind, at=at, scope=scope)
    return changes_between(without, Book([*others, version.as_version()]).find(kind, at=at, scope=scope))


def policy_versions(*, seen_by: Actor) -> QuerySet[PolicyVersion]:
    """Every version that this member of staff may read: the programme's and their office's; the newest first."""
    mine = Q() if seen_by.sees_every_office else Q(office_id__isnull=True) | Q(office_id=seen_by.office_id)
    return PolicyVersion.objects.filter(mine).order_by("-valid_from", "-pk")


def find_policy_version(*, version_id: int, seen_by: Actor) -> PolicyVersion | None:
    """One version, or None where it belongs to another office."""
    return policy_versions(seen_by=seen_by).filter(pk=version_id).first()
