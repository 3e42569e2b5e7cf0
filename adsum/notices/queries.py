"""What participants were told."""

from collections.abc import Collection

from django.db.models import QuerySet

from adsum.ledger.rules import Actor, ActorKind, FilePart
from adsum.notices.models import Message, Notice, Reply, StoppedNumber, Wish
from adsum.notices.rules import DEFAULT_CHANNELS, Channel, Hours, MessageKind, MessageState, Reach
from adsum.people.models import Contact
from adsum.people.queries import participants
from adsum.people.rules import ContactKind

# Each person has a place of their own in the window (Knuth's multiplicative hash), the same each time: no stampede.
PLACE_IN_TIME = "w.begins + (w.ends - w.begins) * (((p.id %% 2147483648) * 2654435761 %% 4294967296) / 4294967296.0)"
# Over which channels (`way`) a person (`p`) is reached in their hours (`w`), by their wishes and what is set up. A
# letter goes with the first step only.
WAYS = """LEFT JOIN adsum_wish wish ON wish.participant_id = p.id
CROSS JOIN LATERAL (SELECT COALESCE(wish.channels, %(default)s::text[]) AS channels) liked
CROSS JOIN LATERAL (SELECT
    (SELECT c.id FROM adsum_contact c WHERE c.participant_id = p.id AND c.kind = 'phone' AND c.value <> ''
        AND c.broken_at IS NULL AND NOT EXISTS (SELECT FROM adsum_stoppednumber s WHERE s.number = c.value)
        ORDER BY c.since DESC, c.id DESC LIMIT 1) AS phone,
    (SELECT c.id FROM adsum_contact c WHERE c.participant_id = p.id AND c.kind = 'email' AND c.value <> ''
        AND c.broken_at IS NULL ORDER BY c.since DESC, c.id DESC LIMIT 1) AS email,
    EXISTS (SELECT FROM adsum_pushsubscription s JOIN adsum_device v ON v.id = s.device_id
        WHERE s.participant_id = p.id AND s.ended_at IS NULL AND v.signed_out_at IS NULL
        AND v.expires_at > %(now)s::timestamptz) AS push
) reach
CROSS JOIN LATERAL (SELECT
    reach.phone IS NOT NULL AND 'sms' = ANY(liked.channels) AND 'sms' = ANY(%(can)s::text[]) AS sms,
    reach.email IS NOT NULL AND 'email' = ANY(liked.channels) AND 'email' = ANY(%(can)s::text[]) AS email
) goes
CROSS JOIN LATERAL (
    SELECT 'sms' AS channel, reach.phone AS contact_id WHERE goes.sms
    UNION ALL SELECT 'email', reach.email WHERE goes.email
    UNION ALL SELECT 'push', NULL WHERE reach.push AND 'push' = ANY(%(can)s::text[])
    UNION ALL SELECT 'letter', NULL WHERE 'letter' = ANY(%(can)s::text[]) AND w.step = %(first_step)s
        AND ('letter' = ANY(liked.channels) OR cardinality(liked.channels) > 0 AND NOT goes.sms AND NOT goes.email)
) way
WHERE w.hours = COALESCE(wish.hours, 'any')
"""


def notices_of(*, participant_id: int, seen_by: Actor) -> QuerySet[Notice]:
    """One person's notices, newest first."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    return Notice.objects.filter(participant__in=visible).order_by("-queued_at", "-pk")


def notices_by_id(*, ids: Collection[int], seen_by: Actor) -> dict[int, Notice]:
    """These notices, as far as they may be seen."""
    return Notice.objects.filter(participant__in=participants(seen_by=seen_by)).in_bulk(list(ids))


def wish_of(*, participant_id: int, seen_by: Actor) -> Wish:
    """How this person wants to hear from Adsum; what holds for everybody who has never chosen."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    default = Wish(channels=list(DEFAULT_CHANNELS), hours=Hours.ANY, discreet=False)
    return Wish.objects.filter(participant__in=visible).first() or default


def discreet_people(*, among: Collection[int], seen_by: Actor) -> set[int]:
    """Which of these people share their phone or mail with others."""
    visible = participants(seen_by=seen_by).filter(pk__in=among)
    return set(Wish.objects.filter(participant__in=visible, discreet=True).values_list("participant_id", flat=True))


def stopped_numbers(*, participant_id: int, seen_by: Actor) -> list[str]:
    """This person's phone numbers from which somebody said stop."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    phones = Contact.objects.filter(participant__in=visible, kind=ContactKind.PHONE)
    return list(StoppedNumber.objects.filter(number__in=phones.values("value")).values_list("number", flat=True))


def messages_to(*, participant_id: int, seen_by: Actor) -> QuerySet[Message]:
    """The messages that went to this person, newest first; those that wait are not among them."""
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    gone = Message.objects.filter(participant__in=visible, sent_at__isnull=False)
    return gone.order_by("-sent_at", "-pk")


def reach_of(*, of: Collection[int], seen_by: Actor) -> dict[int, Reach]:
    """How each of these people can be reached by messages; for the rules, who see everybody. Three questions."""
    if seen_by.kind != ActorKind.RULES:
        return {}
    wishes = {wish.participant_id: wish for wish in Wish.objects.filter(participant__in=of)}
    working = Contact.objects.filter(participant__in=of, broken_at__isnull=True).exclude(value="")
    stopped = StoppedNumber.objects.filter(number__in=working.filter(kind=ContactKind.PHONE).values("value"))
    numbers = set(stopped.values_list("number", flat=True))
    best: dict[tuple[int, str], int] = {}
    for contact in working.order_by("since", "pk"):
        if contact.kind != ContactKind.PHONE or contact.value not in numbers:
            best[contact.participant_id, contact.kind] = contact.pk
    default = Wish(channels=list(DEFAULT_CHANNELS), hours=Hours.ANY)
    return {
        person: Reach(
            tuple(wishes.get(person, default).channels),
            Hours(wishes.get(person, default).hours),
            best.get((person, ContactKind.PHONE)),
            best.get((person, ContactKind.EMAIL)),
        )
        for person in of
    }


def letters_to_post(*, seen_by: Actor) -> QuerySet[Message]:
    """The letters that wait to be printed, most urgent first; for staff. Those of waves are printed by the batch."""
    visible = participants(seen_by=seen_by)
    letters = Message.objects.filter(channel=Channel.LETTER, state=MessageState.WAITING, participant__in=visible)
    letters = letters.exclude(kind=MessageKind.INVITATION)
    letters = letters.select_related("participant__office").order_by("expires_at", "pk")
    return letters if seen_by.kind == ActorKind.STAFF else letters.none()


def everything_about(*, participant_id: int, seen_by: Actor) -> FilePart:
    """This domain's part of a person's file."""
    found = notices_of(participant_id=participant_id, seen_by=seen_by)
    visible = participants(seen_by=seen_by).filter(pk=participant_id)
    messages = Message.objects.filter(participant__in=visible).order_by("pk")
    went = ("channel", "send_at", "state", "sent_at", "heard_at", "address", "language", "title", "body")
    return {
        "notices": list(found.values("kind", "language", "title", "body", "queued_at")),
        "messages": list(messages.values(*went)),
        "replies": list(Reply.objects.filter(participant__in=visible).values("number", "text", "answer", "heard_at")),
        "wishes": list(
            Wish.objects.filter(participant__in=visible).values("channels", "hours", "discreet", "chosen_at")
        ),
    }
