"""Of many people: whose cases a drop speaks of, and whose nobody has followed yet."""

from django.db import connection

from adsum.court.models import CourtDrop
from adsum.ledger.rules import Actor, ActorKind

AT_ONCE = 200
_PAIRS = """
SELECT p.id, x.number FROM adsum_courtcrosswalk x JOIN adsum_participant p ON p.case_number = x.case_number
WHERE x.number > %(after)s AND p.left_at IS NULL AND ({these}) ORDER BY x.number LIMIT %(most)s
"""
_OF_DROP = _PAIRS.format(
    these="EXISTS (SELECT 1 FROM adsum_courtproceeding r WHERE r.drop_id = %(drop)s AND r.court_case = x.number)"
    " OR EXISTS (SELECT 1 FROM adsum_courthearing r WHERE r.drop_id = %(drop)s AND r.court_case = x.number)"
)
_NEW = _PAIRS.format(
    these="NOT EXISTS (SELECT 1 FROM adsum_courtstanding s"
    " WHERE s.court_case = x.number AND s.participant_id = p.id AND s.ended_at IS NULL)"
    " AND EXISTS (SELECT 1 FROM adsum_courtproceeding r WHERE r.court_case = x.number)"
)
_PARTED = """
SELECT s.id FROM adsum_courtstanding s JOIN adsum_participant p ON p.id = s.participant_id
JOIN adsum_courtcrosswalk x ON x.number = s.court_case
WHERE s.ended_at IS NULL AND p.left_at IS NULL AND x.case_number <> p.case_number ORDER BY s.id LIMIT %(most)s
"""


def drops_to_follow(*, seen_by: Actor) -> list[CourtDrop]:
    """Drops that are loaded and whose news have not reached people yet, the oldest news first."""
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return []
    return list(CourtDrop.objects.filter(ended_at__isnull=False, followed_at__isnull=True).order_by("rank", "pk"))


def cases_of_drop(*, drop_id: int, after: int, seen_by: Actor) -> list[tuple[int, int]]:
    """The next participants, with their court case, of whom this drop says something."""
    return _pairs(_OF_DROP, after, seen_by, drop=drop_id)


def cases_never_followed(*, after: int, seen_by: Actor) -> list[tuple[int, int]]:
    """The next participants, with their court case, who have come since the court's drop."""
    return _pairs(_NEW, after, seen_by)


def standings_parted(*, seen_by: Actor) -> list[int]:
    """The next standings whose court case is about somebody else, as the court's list says now."""
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PARTED, {"most": AT_ONCE})
        return [pk for (pk,) in cursor.fetchall()]


def _pairs(statement: str, after: int, seen_by: Actor, **more: int) -> list[tuple[int, int]]:
    if seen_by.kind not in (ActorKind.RULES, ActorKind.OPERATOR):
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"after": after, "most": AT_ONCE, **more})
        found: list[tuple[int, int]] = cursor.fetchall()
    return found
