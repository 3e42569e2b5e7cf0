"""Paper letters, by the batch: printed once, with codes that are stored nowhere; then marked as posted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from adsum.enrolment.actions import issue_invitations
from adsum.enrolment.policy import EnrolmentPolicy
from adsum.enrolment.queries import others_code_open
from adsum.ledger.actions import record, record_lines
from adsum.ledger.rules import RULES, Actor, Line
from adsum.notices.channels.words import write_invitation, write_sheet
from adsum.notices.models import Message
from adsum.notices.rules import MessageState
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.places.models import Address
from adsum.policies.queries import in_force
from adsum.waves.actions.files import WaveRefused
from adsum.waves.actions.sending import note_followed
from adsum.waves.models import Invitee, LetterBatch, Stage
from adsum.waves.policy import WavesPolicy
from adsum.waves.queries import is_held, letters_to_print
from adsum.waves.rules import code_of


@dataclass(frozen=True)
class Letter:
    """One letter of a batch, as `paper/invitations.typ` needs it. It holds the code: it is printed and not kept."""

    participant: Participant
    sheet: dict[str, Any]


def print_batch(*, stage: Stage, actor: Actor, staff: Staff | None = None, now: datetime) -> list[Letter]:
    """The next print run of a stage. Its letters are in it for good; their codes hold from now on.

    Raises WaveRefused where no letter waits, or the stage holds.
    """
    policy = in_force(WavesPolicy, now=now, office_id=stage.wave.office_id)
    with transaction.atomic():
        Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
        _refuse_held(stage)
        waiting = letters_to_print(stage_ids=[stage.pk], seen_by=actor)
        ids = list(waiting.values_list("pk", flat=True)[: policy.letters_per_batch])
        if not ids:
            raise WaveRefused("No letter of this stage waits to be printed.")
        before = LetterBatch.objects.filter(stage=stage).aggregate(last=Max("number"))["last"] or 0
        batch = LetterBatch.objects.create(
            stage=stage, number=before + 1, made_at=now, count=len(ids), printed_at=now, printed_by=staff
        )
        Invitee.objects.filter(pk__in=ids).update(batch=batch)
        letters = _write(batch, actor, now)
        record(verb="letters.printed", actor=actor, now=now, subject=batch, policy=policy.version, count=len(letters))
    return letters


def print_again(*, batch: LetterBatch, actor: Actor, staff: Staff | None = None, now: datetime) -> list[Letter]:
    """The same print run with new codes; what was printed before opens nothing any more.

    Raises WaveRefused where the batch is in the post, or its stage holds.
    """
    with transaction.atomic():
        locked = LetterBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if locked.posted_at is not None:
            raise WaveRefused("These letters are in the post: new codes would end the ones in them.")
        _refuse_held(locked.stage)
        mine = Invitee.objects.filter(batch=batch)
        mine.update(edition=F("edition") + 1)
        LetterBatch.objects.filter(pk=batch.pk).update(printed_at=now, printed_by=staff)
        letters = _write(locked, actor, now)
        record(verb="letters.printed-again", actor=actor, now=now, subject=batch, count=len(letters))
    return letters


def _refuse_held(stage: Stage) -> None:
    if is_held(stage_id=stage.pk, seen_by=RULES):
        raise WaveRefused("This stage holds: no letter of it is printed.")


def _write(batch: LetterBatch, actor: Actor, now: datetime) -> list[Letter]:
    """The letters of a batch with codes that hold from now on, without people who are in meanwhile."""
    rows = Invitee.objects.filter(
        batch=batch, participant__activated_at__isnull=True, message__state=MessageState.WAITING
    )
    invitees = list(rows.select_related("participant__office", "message__participant__office").order_by("pk"))
    codes = {one.participant_id: _code(one, now) for one in invitees}
    if len({one.edition for one in invitees}) == 1 and invitees[0].edition == 0:  # an earlier edition's codes end
        since = {one.participant_id: one.message.queued_at for one in invitees if one.message}
        for person in others_code_open(codes=codes, since=since, now=now, seen_by=RULES):
            codes.pop(person)
    still_open = issue_invitations(codes=codes, actor=actor, now=now)
    addresses = _addresses(still_open)
    lines = (Line("letter.printed", actor, "letterbatch", batch.pk, person) for person in sorted(still_open))
    record_lines(lines=lines, now=now)
    return [
        Letter(
            one.participant,
            write_sheet(one.participant, code=codes[one.participant_id], address=addresses.get(one.participant_id, "")),
        )
        for one in invitees
        if one.participant_id in still_open
    ]


def _code(one: Invitee, now: datetime) -> str:
    length = in_force(EnrolmentPolicy, now=now).code_length
    return code_of(one.message_id or 0, edition=one.edition, secret=settings.SECRET_KEY, length=length)


def _addresses(people: frozenset[int]) -> dict[int, str]:
    found = Address.objects.filter(participant__in=people, until__isnull=True)
    return {one.participant_id: str(one) for one in found}


def post_batch(*, batch: LetterBatch, actor: Actor, staff: Staff | None = None, now: datetime) -> int:
    """These letters are in the post; returns how many. The second time it says so. Raises WaveRefused."""
    with transaction.atomic():
        locked = LetterBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if locked.printed_at is None or locked.posted_at is not None:
            raise WaveRefused("This batch is in the post already." if locked.posted_at else "Print this batch first.")
        LetterBatch.objects.filter(pk=batch.pk).update(posted_at=now, posted_by=staff)
        posted = _mark(Invitee.objects.filter(batch=batch).select_related("message__participant__office"), now)
        record(verb="letters.posted", actor=actor, now=now, subject=batch, count=posted)
    return posted


def _mark(invitees: Iterable[Invitee], now: datetime) -> int:
    """Keep with each message what it said, without its code, where it went, and that it went."""
    messages: list[Message] = []
    found = [one for one in invitees if one.message and one.message.state == MessageState.WAITING]
    addresses = _addresses(frozenset(one.participant_id for one in found))
    for one in found:
        assert one.message
        words = write_invitation(one.message, code=_code(one, now))
        one.message.state, one.message.sent_at = MessageState.SENT, now
        one.message.title, one.message.body, one.message.language = words.title, words.kept_text, words.language
        one.message.address = addresses.get(one.participant_id, "")[:200]
        messages.append(one.message)
    fields = ["state", "sent_at", "title", "body", "language", "address"]
    Message.objects.bulk_update(messages, fields, batch_size=500)
    note_followed(invitees=found, now=now)
    return len(messages)
