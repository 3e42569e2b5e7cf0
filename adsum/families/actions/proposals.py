"""What is proposed as a family: households of a list, and a person's yes or no, which can be undone."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from adsum.families.actions.members import FamilyRefused, link_family
from adsum.families.models import Family, FamilyDecision, FamilyMember, ListedHousehold
from adsum.families.queries import families_proposed
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, Actor
from adsum.offices.models import Staff
from adsum.people.models import Participant


def list_households(*, people: Sequence[tuple[int, str]], listed_in: str, actor: Actor, now: datetime) -> None:
    """What an agency's list calls the household of these people; it links nobody, a person is asked."""
    with transaction.atomic():
        ListedHousehold.objects.bulk_create(
            ListedHousehold(participant_id=person, household=name, listed_in=listed_in) for person, name in people
        )
        record(verb="households.listed", actor=actor, now=now, count=len(people))


def decide_family(*, people: Sequence[int], together: bool, officer: Staff, now: datetime) -> FamilyDecision:
    """These people, who are proposed, are one family or are none. Raises FamilyRefused where they are not proposed."""
    with transaction.atomic():
        who = sorted(set(people))
        list(Participant.objects.select_for_update(no_key=True).filter(pk__in=who).order_by("pk").values("pk"))
        asked = families_proposed(office_id=officer.office_id, seen_by=officer.as_actor())
        if officer.office_id is None or tuple(who) not in {one.people for one in asked}:
            raise FamilyRefused("This has been decided, or has changed. Here is what is proposed now.")
        before = _families_touched(who)
        decision = FamilyDecision.objects.create(
            office_id=officer.office_id,
            people=who,
            together=together,
            before=before if together else {},
            decided_by=officer,
            decided_at=now,
        )
        if together:
            for other in who[1:]:
                link_family(participant_id=who[0], other_id=other, officer=officer, now=now)
        else:
            _record_each("family.not-one", decision, who, officer, now)
    return decision


def _families_touched(who: Sequence[int]) -> dict[int, int | None]:
    """The family of each of these people and of all who are in one with them; None where somebody is in none."""
    mine = FamilyMember.objects.filter(participant__in=who).values("family")
    known = dict(FamilyMember.objects.filter(family__in=mine).values_list("participant_id", "family_id"))
    return {person: known.get(person) for person in sorted({*who, *known})}


def undo_family_decision(*, decision_id: int, officer: Staff, now: datetime) -> None:
    """Everybody is in the family in which they were before, or in none, and it is proposed again. FamilyRefused."""
    with transaction.atomic():
        standing = FamilyDecision.objects.filter(pk=decision_id, office=officer.office_id, undone_at=None)
        decision = standing.select_for_update().first()
        if decision is None:
            raise FamilyRefused("This is undone already.")
        if decision.together:
            _take_apart({int(person): family for person, family in decision.before.items()}, officer, now)
        FamilyDecision.objects.filter(pk=decision.pk).update(undone_at=now, undone_by=officer)
        _record_each("family.decision-undone", decision, decision.people, officer, now)


def _take_apart(before: dict[int, int | None], officer: Staff, now: datetime) -> None:
    members = FamilyMember.objects.filter(participant__in=before).select_for_update()
    families = dict(members.values_list("participant_id", "family_id"))
    if len(families) != len(before) or len(set(families.values())) != 1:
        raise FamilyRefused("Somebody has changed this family since. Open the person's page to change it again.")
    together = next(iter(families.values()))
    members.filter(participant__in=[who for who, family in before.items() if family is None]).delete()
    for old in Counter(family for family in before.values() if family not in (None, together)):
        apart = Family.objects.create(made_at=now, made_by=officer)
        members.filter(participant__in=[who for who, family in before.items() if family == old]).update(family=apart)
    if not FamilyMember.objects.filter(family=together).exists():
        Family.objects.filter(pk=together).delete()


def erase_family_decisions(*, participant: Participant, now: datetime) -> None:
    """What was decided about somebody whose file is erased is gone with it."""
    with transaction.atomic():
        about = Q(people__contains=[participant.pk]) | Q(before__has_key=str(participant.pk))
        count, _ = FamilyDecision.objects.filter(about).delete()
        if count:
            record(verb="family-decisions.erased", actor=RULES, now=now, participant_id=participant.pk, count=count)


def _record_each(verb: str, decision: FamilyDecision, who: Sequence[int], officer: Staff, now: datetime) -> None:
    for person in who:
        record(verb=verb, actor=officer.as_actor(), now=now, subject=decision, participant_id=person)
