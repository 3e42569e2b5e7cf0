"""Which channels there are and which are set up. A letter waits for an officer to print it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from adsum.notices.channels import email, sms
from adsum.notices.channels.push import sending as push
from adsum.notices.rules import Channel, Outgoing, Tried

Send = Callable[[Sequence[Outgoing], datetime], list[Tried]]

SENDERS: dict[Channel, Send] = {Channel.SMS: sms.send, Channel.EMAIL: email.send, Channel.PUSH: push.send}


def channels_set_up() -> list[Channel]:
    """The channels that can be used here; letters always can."""
    known = {
        Channel.SMS: sms.is_set_up(),
        Channel.EMAIL: email.is_set_up(),
        Channel.PUSH: push.is_set_up(),
        Channel.LETTER: True,
    }
    return [channel for channel, ready in known.items() if ready]
