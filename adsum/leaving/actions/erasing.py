"""The end of the clocks: the file of somebody who left is erased, and that it was stays in the ledger."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import ForeignObjectRel, Model

from adsum.checkins.models import Attempt, Duty, Excuse, Plan, Report
from adsum.documents.actions import erase_documents
from adsum.enrolment.models import Enrolment
from adsum.families.actions import erase_family_decisions
from adsum.leaving.models import Departure
from adsum.leaving.queries import files_to_erase
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES
from adsum.orders.models import Order
from adsum.people.models import Participant

ERASED_NUMBER = "X{:09d}"  # no case number begins so
# What is kept has no name, word or place any more: it holds the office's figures, and the receipts of who was here.
KEPT: frozenset[type[Model]] = frozenset({Attempt, Departure, Duty, Enrolment, Order, Plan, Report})


def erase_files(*, now: datetime) -> int:
    """Erase the file of everybody whose day has come and who waits for no answer, each by itself; returns how many."""
    erased = 0
    while _erase_next(now):
        erased += 1
    return erased


def _erase_next(now: datetime) -> bool:
    with transaction.atomic():
        due = files_to_erase(today=now.date(), seen_by=RULES)
        quiet = due.select_related("participant").select_for_update(of=("self", "participant"), skip_locked=True)
        departure = quiet.first()  # who writes in this moment is left for another night
        if departure is None:
            return False
        person = departure.participant
        count = _erase(person, now)
        Departure.objects.filter(pk=departure.pk).update(erased_at=now)
        record(
            verb="participant.erased",
            actor=RULES,
            now=now,
            subject=departure,
            participant_id=person.pk,
            policy=departure.policy,
            left=departure.reason,
            rows=count,
        )
    return True


def _erase(person: Participant, now: datetime) -> int:
    """Every row about this person in every table but those KEPT, and the words of these. Returns how many are gone."""
    erase_documents(participant=person, now=now)
    erase_family_decisions(participant=person, now=now)
    _blank(person)
    count = 0
    for relation in Participant._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in KEPT:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: person})
            count += rows.delete()[0]
    Participant.objects.filter(pk=person.pk).update(
        case_number=ERASED_NUMBER.format(person.pk),
        given_names="",
        surnames="",
        date_of_birth=date(1900, 1, 1),
        sex="",
        country="",
        officer=None,
    )
    return count


def _blank(person: Participant) -> None:
    mine = {"participant": person}
    Report.objects.filter(**mine).update(
        fingerprint="", message="", address_shown="", address_given="", new_phone="", answers={}, fix=None
    )
    Excuse.objects.filter(duty__participant=person, excused_by__isnull=False).update(words="erased")
    Plan.objects.filter(set_by__isnull=False, **mine).update(reason="erased")
    Order.objects.filter(**mine).update(ground_note="", terms="")
    Order.objects.filter(share_asked_by__isnull=False, **mine).update(share_reason="erased")
    Departure.objects.filter(**mine).exclude(evidence="").update(evidence="erased")
    Departure.objects.filter(back_at__isnull=False, **mine).update(back_reason="erased")


def forget(*, before: datetime, now: datetime) -> None:
    """Erase what ended before this moment: moves, and departures from which somebody came back."""
    with transaction.atomic():
        back, _ = Departure.objects.filter(back_at__lt=before).delete()
        moved, _ = Departure.objects.filter(to_office__isnull=False, left_at__lt=before).delete()
        record(verb="departures.forgotten", actor=RULES, now=now, count=back + moved)
