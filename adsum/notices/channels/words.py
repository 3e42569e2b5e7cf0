"""What a message about a check-in says, in the person's language; of a discreet one others learn nothing."""

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.notices.models import Message
from adsum.notices.rules import Channel, Outgoing, split_title


def write_reminder(message: Message, *, due_on: date, discreet: bool) -> Outgoing:
    """The message about the check-in of this day, as it is said now."""
    person = message.participant
    language = person.language if person.language in dict(settings.LANGUAGES) else "en"
    facts = {"participant": person, "due_on": due_on, "discreet": discreet, "url": settings.PUBLIC_URL}
    with translation.override(language), timezone.override(person.office.zone):
        if message.channel == Channel.SMS:
            title, text = "", " ".join(render_to_string(f"notices/{message.kind}-sms.txt", facts).split())
        else:
            title, text = split_title(render_to_string(f"notices/{message.kind}.txt", facts))
    return Outgoing(message.pk, message.contact.value if message.contact else "", title, text, language)
