"""What a message says, in the person's language; who else reads the phone learns nothing from a discreet one."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from adsum.core.ids import in_groups
from adsum.core.languages import written_in
from adsum.core.squares import draw_square
from adsum.core.typesetting import tongue_of
from adsum.notices.models import Message, Notice
from adsum.notices.rules import VEILED, Channel, NoticeKind, Outgoing, PushTarget, split_title
from adsum.people.models import Participant


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
    stays in the portal and in letters; so does, with its title, what is veiled."""
    outside = message.channel != Channel.LETTER
    veiled = outside and notice.kind in VEILED
    person = message.participant
    facts = {
        "participant": person,
        "notice": notice,
        "discreet": discreet,
        "veiled": veiled,
        "private": veiled or (outside and notice.kind == NoticeKind.OFFICER_ANSWERED),
        "url": settings.PUBLIC_URL,
    }
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


def write_invitation(message: Message, *, code: str) -> Outgoing:
    """The way in, in the person's language: a link with their code, which is not kept with the words."""
    person = message.participant
    language, facts = written_in(person.language), {"participant": person, "link": _link(code)}
    with translation.override(language), timezone.override(person.office.zone):
        if message.channel == Channel.SMS:
            title, text = "", " ".join(render_to_string("notices/invitation-sms.txt", facts).split())
        else:
            title, text = split_title(render_to_string("notices/invitation.txt", facts))
    return Outgoing(message.pk, _to(message), title, text, language, secret=code)


def write_phone_code(message: Message, *, code: str) -> Outgoing:
    """The code that proves a new phone number. Whoever has that number learns nothing of the person."""
    return _text_to_number(message, "phone-code-sms", secret=code, code=code)


def write_old_phone(message: Message, *, discreet: bool) -> Outgoing:
    """What an old number is told. The new one is not in it: the old one may be somebody else's by now."""
    return _text_to_number(message, "old-phone-sms", discreet=discreet)


def _text_to_number(message: Message, template: str, *, secret: str = "", **facts: Any) -> Outgoing:
    """A text to the number on the message itself, which is no contact of the person."""
    person = message.participant
    language = written_in(person.language)
    with translation.override(language), timezone.override(person.office.zone):
        text = " ".join(render_to_string(f"notices/{template}.txt", {"participant": person, **facts}).split())
    return Outgoing(message.pk, message.address, "", text, language, secret=secret)


def write_sheet(person: Participant, *, code: str, address: str) -> dict[str, Any]:
    """The same as a letter, for `paper/invitations.typ`: with the code in groups and as a square to point a phone at.

    The case number is not on it: who finds the letter lacks what the file knows.
    """
    office, language = person.office, written_in(person.language)
    with translation.override(language):
        call = _("Do you need help? Call %(phone)s. You can ask for someone who speaks your language.")
        return {
            "from": "\n".join(filter(None, [office.name, office.phone])),
            "to": f"{person.full_name}\n{address}",
            "title": _("Check in from your phone"),
            "how": _(
                "Check in from any phone or computer. Open this address, or point the camera of your phone at the"
                " square:"
            ),
            "link": _link(code),
            "qr": draw_square(_link(code), error="m", scale=6),
            "qr_alt": _("A square with the same address"),
            "code_label": _("Your code, for one time only:"),
            "code": in_groups(code, 5),
            "also": _("You also need your date of birth and a paper with your case number."),
            "help": call % {"phone": office.phone} if office.phone else "",
            **tongue_of(language),
        }


def _link(code: str) -> str:
    return f"{settings.PUBLIC_URL}/start/{code}/"
