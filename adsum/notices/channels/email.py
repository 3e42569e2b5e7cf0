"""E-mail, by Django's backend."""

from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from adsum.notices.rules import Fate, Outgoing, Tried


def is_set_up() -> bool:
    """True where a mail server is named."""
    return bool(settings.EMAIL_HOST)


def send(batch: Sequence[Outgoing], now: datetime) -> list[Tried]:
    """Send each message over one connection. What the server refuses for good (5xx) is impossible."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        return [Tried(one, Fate.AWAY, f"no mail server ({type(error).__name__})") for one in batch]
    try:
        return [_send(one, connection) for one in batch]
    finally:
        connection.close()


def _send(one: Outgoing, connection: BaseEmailBackend) -> Tried:
    headers = {
        "Message-ID": f"<adsum-{one.message_id}@{settings.EMAIL_FROM.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMessage(one.title, one.text, settings.EMAIL_FROM, [one.to], headers=headers, connection=connection)
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return Tried(one, Fate.IMPOSSIBLE if min(codes, default=0) >= 500 else Fate.REFUSED, f"refused ({codes})")
    except SMTPResponseException as error:
        return Tried(one, Fate.REFUSED, f"answered {error.smtp_code}")
    except (OSError, ValueError) as error:
        return Tried(one, Fate.REFUSED, type(error).__name__)
    return Tried(one, Fate.SENT)
