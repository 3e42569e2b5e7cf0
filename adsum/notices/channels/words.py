"""What a reminder says, in the person's language; others who read the phone learn nothing from a discreet one."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.notices.models import Message
from adsum.notices.rules import Channel, Outgoing, split_title


def write_reminder(message: Message, *, template: str, discreet: bool, **facts: Any) -> Outgoing:
    """The reminder as it is said now, in the words of `notices/<template>.txt`, or `<template>-sms.txt`."""
    person = message.participant
    language = person.language if person.language in dict(settings.LANGUAGES) else "en"
    facts |= {"participant": person, "discreet": discreet, "url": settings.PUBLIC_URL}
    with translation.override(language), timezone.override(person.office.zone):
        if message.channel == Channel.SMS:
            title, text = "", " ".join(render_to_string(f"notices/{template}-sms.txt", facts).split())
        else:
            title, text = split_title(render_to_string(f"notices/{template}.txt", facts))
    return Outgoing(message.pk, message.contact.value if message.contact else "", title, text, language)
