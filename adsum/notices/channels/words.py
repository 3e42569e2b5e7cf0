"""What a message says, in the person's language; others who read the phone learn nothing from a discreet one."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.notices.models import Message
from adsum.notices.rules import Channel, Outgoing, PushTarget, split_title


def write_reminder(message: Message, *, due_on: date, discreet: bool) -> Outgoing:
    """The reminder as it is said now."""
    person = message.participant
    language = person.language if person.language in dict(settings.LANGUAGES) else "en"
    facts = {"participant": person, "due_on": due_on, "discreet": discreet, "url": settings.PUBLIC_URL}
    with translation.override(language), timezone.override(person.office.zone):
        if message.channel == Channel.SMS:
            title, text = "", " ".join(render_to_string("notices/reminder-sms.txt", facts).split())
        else:
            title, text = split_title(render_to_string("notices/reminder.txt", facts))
    return Outgoing(message.pk, message.contact.value if message.contact else "", title, text, language)


def write_push(message: Message, *, discreet: bool, targets: Iterable[PushTarget]) -> Outgoing:
    """What a locked screen may show of any message: that there is one. The person reads it once they are in."""
    person = message.participant
    language = person.language if person.language in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        title, text = split_title(render_to_string("notices/push.txt", {"discreet": discreet}))
    return Outgoing(message.pk, "", title, text, language, tuple(targets), message.expires_at)
