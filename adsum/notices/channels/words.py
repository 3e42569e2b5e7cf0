"""What a message says, in the person's language; who else reads the phone learns nothing from a discreet one."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from adsum.notices.models import Message, Notice
from adsum.notices.rules import Channel, NoticeKind, Outgoing, PushTarget, split_title


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
    return Outgoing(message.pk, _to(message), title, text, language)


def write_notice(message: Message, *, notice: Notice, discreet: bool) -> Outgoing:
    """A notice as it is said over this channel: a text says where to read it. What an officer wrote to one person
    stays in the portal and in letters."""
    private = notice.kind == NoticeKind.OFFICER_ANSWERED and message.channel != Channel.LETTER
    person = message.participant
    facts = {
        "participant": person, "notice": notice, "discreet": discreet, "private": private, "url": settings.PUBLIC_URL
    }  # fmt: skip
    with translation.override(notice.language), timezone.override(person.office.zone):
        if message.channel == Channel.SMS:
            title, text = "", " ".join(render_to_string("notices/news-sms.txt", facts).split())
        else:
            title, text = split_title(render_to_string("notices/news.txt", facts))
    return Outgoing(message.pk, _to(message), title, text, notice.language)


def _to(message: Message) -> str:
    return message.contact.value if message.contact else ""


def write_push(message: Message, *, discreet: bool, targets: Iterable[PushTarget]) -> Outgoing:
    """What a locked screen may show of any message: that there is one. The person reads it once they are in."""
    person = message.participant
    language = person.language if person.language in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        title, text = split_title(render_to_string("notices/push.txt", {"discreet": discreet}))
    return Outgoing(message.pk, "", title, text, language, tuple(targets), message.expires_at)
