"""What somebody says of the forms that other agencies want."""

from datetime import datetime

from django.db import transaction

from adsum.documents.models import FormSent
from adsum.documents.policy import DocumentsPolicy
from adsum.documents.rules import FormCode
from adsum.ledger.actions import record
from adsum.people.models import Participant
from adsum.places.models import Address
from adsum.policies.queries import in_force


def mark_form(*, participant: Participant, address: Address, form: FormCode, sent: bool, now: datetime) -> None:
    """The person says that they have sent this form, or that they have not; saying it twice is once."""
    with transaction.atomic():
        Participant.objects.select_for_update().get(pk=participant.pk)
        said = FormSent.objects.filter(participant=participant, address=address, form=form)
        if sent == said.exists():
            return
        if sent:
            FormSent.objects.create(participant=participant, address=address, form=form, sent_at=now)
        else:
            said.delete()
        record(
            verb="form.sent" if sent else "form.not-sent",
            actor=participant.as_actor(),
            now=now,
            subject=address,
            participant_id=participant.pk,
            policy=in_force(DocumentsPolicy, now=now).version,
            form=form,
        )
