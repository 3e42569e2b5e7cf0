"""Changing what is known of participants, and on which devices they are signed in."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from adsum.core.copying import draw_keys
from adsum.core.text import clean_line
from adsum.ledger.actions import record, record_each, record_lines
from adsum.ledger.rules import RULES, STRANGER, Actor, Line
from adsum.people.models import Contact, Device, Participant, Passkey, Pin, PushSubscription, Representative
from adsum.people.policy import PeoplePolicy
from adsum.people.rules import NewContact, NewPerson, hash_token
from adsum.policies.queries import in_force


def add_participants(*, people: Sequence[NewPerson], actor: Actor, now: datetime) -> list[int]:
    """Enrol these new people at once and return their ids; each gets a ledger line.

    A known case number raises IntegrityError.
    """
    with transaction.atomic():
        ids = draw_keys(Participant, len(people))()
        rows = [(pk, now, *person) for pk, person in zip(ids, people, strict=True)]
        Participant.objects.put_tuples(("id", "enrolled_at", *NewPerson._fields), rows)
        record_each(
            verb="participant.enrolled",
            actor=actor,
            subject_kind="participant",
            subjects=ids,
            participants=ids,
            now=now,
        )
    return ids


def add_listed_contacts(*, contacts: Sequence[NewContact], actor: Actor, now: datetime) -> None:
    """Keep the ways to reach very many people, as a list has them; one ledger line says how many."""
    with transaction.atomic():
        Contact.objects.put_tuples(("since", *NewContact._fields), [(now, *contact) for contact in contacts])
        record(verb="contacts.added", actor=actor, now=now, count=len(contacts))


def add_contacts(*, contacts: Iterable[Contact], actor: Actor, now: datetime) -> None:
    """Keep these ways to reach people; one ledger line says how many."""
    with transaction.atomic():
        added = Contact.objects.bulk_create(contacts, batch_size=2_000)
        record(verb="contacts.added", actor=actor, now=now, count=len(added))


def correct_identity(
    *, participant_id: int, given_names: str, surnames: str, date_of_birth: date, actor: Actor, now: datetime
) -> bool:
    """The agency's file says who this person is: keep it so. False where it was so already."""
    said = {"given_names": given_names[:200], "surnames": surnames[:200], "date_of_birth": date_of_birth}
    with transaction.atomic():
        before = Participant.objects.select_for_update(no_key=True).get(pk=participant_id)
        changed = [name for name, value in said.items() if getattr(before, name) != value]
        if not changed:
            return False
        Participant.objects.filter(pk=participant_id).update(**said)
        record(
            verb="participant.corrected",
            actor=actor,
            now=now,
            subject=before,
            participant_id=participant_id,
            changed=changed,
        )
    return True


def note_contact_results(
    *, worked: Collection[int], failed: Collection[int], most_failures: int, now: datetime
) -> list[Contact]:
    """Messages arrived at these contacts and failed at those; returns the ones that are broken from now on."""
    with transaction.atomic():
        Contact.objects.filter(pk__in=worked, failures__gt=0).update(failures=0)
        Contact.objects.filter(pk__in=failed).update(failures=F("failures") + 1)
        gone = Contact.objects.filter(pk__in=failed, broken_at__isnull=True, failures__gte=most_failures)
        broken = list(gone.select_for_update())
        gone.update(broken_at=now)
        record_lines(
            lines=(Line("contact.broken", RULES, "contact", one.pk, one.participant_id) for one in broken), now=now
        )
    return broken


def sign_in_device(*, participant: Participant, browser: str, now: datetime) -> str:
    """Sign the participant in on one more device; returns the token that only this device will hold."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        device = Device.objects.create(
            participant=participant,
            token_hash=hash_token(token),
            browser=browser[:200],
            activated_at=now,
            expires_at=now + timedelta(days=in_force(PeoplePolicy, now=now).device_days),
        )
        Participant.objects.filter(pk=participant.pk, activated_at__isnull=True).update(activated_at=now)
        record(
            verb="device.signed-in",
            actor=participant.as_actor(),
            now=now,
            subject=device,
            participant_id=participant.pk,
            policy=in_force(PeoplePolicy, now=now).version,
        )
    return token


def sign_out_device(*, device: Device, actor: Actor, now: datetime) -> None:
    """Sign this device out; doing it twice is once."""
    with transaction.atomic():
        if Device.objects.filter(pk=device.pk, signed_out_at__isnull=True).update(signed_out_at=now):
            _end(PushSubscription.objects.filter(device=device), now)
            record(
                verb="device.signed-out",
                actor=actor,
                now=now,
                subject=device,
                participant_id=device.participant_id,
            )


def sign_out_everywhere(*, participant: Participant, actor: Actor, now: datetime) -> None:
    """The phone is lost: sign the participant out on every device; no passkey and no PIN brings anybody back."""
    with transaction.atomic():
        open_devices = Device.objects.filter(participant=participant, signed_out_at__isnull=True)
        count = open_devices.update(signed_out_at=now)
        _end(PushSubscription.objects.filter(participant=participant), now)
        ways_back = _end_ways_back(participant, now)
        record(
            verb="devices.signed-out",
            actor=actor,
            now=now,
            subject=participant,
            participant_id=participant.pk,
            count=count,
            ways_back=ways_back,
        )


def end_ways_back(*, participant: Participant, actor: Actor, now: datetime) -> None:
    """No passkey and no PIN of this person works any more; where they are signed in, they stay."""
    with transaction.atomic():
        count = _end_ways_back(participant, now)
        record(
            verb="ways-back.ended",
            actor=actor,
            now=now,
            subject=participant,
            participant_id=participant.pk,
            count=count,
        )


def _end_ways_back(participant: Participant, now: datetime) -> int:
    passkeys = Passkey.objects.filter(participant=participant, ended_at__isnull=True)
    pins = Pin.objects.filter(participant=participant, ended_at__isnull=True)
    ended = passkeys.update(ended_at=now, credential_id=None, public_key=b"")
    return ended + pins.update(ended_at=now, pin_hash="")


def start_push(*, device: Device, endpoint: str, p256dh: str, auth: str, now: datetime) -> None:
    """Push messages to this device from now on. Whoever used the same browser before gets none there any more."""
    with transaction.atomic():
        Device.objects.select_for_update(no_key=True).get(pk=device.pk)
        here = Q(device=device) | Q(endpoint=endpoint)
        _end(PushSubscription.objects.filter(here), now)
        added = PushSubscription.objects.create(
            participant_id=device.participant_id,
            device=device,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            subscribed_at=now,
        )
        actor = device.participant.as_actor()
        record(verb="push.started", actor=actor, now=now, subject=added, participant_id=device.participant_id)


def end_push(*, device: Device, now: datetime) -> None:
    """Push nothing to this device any more; doing it twice is once."""
    with transaction.atomic():
        if _end(PushSubscription.objects.filter(device=device), now):
            actor = device.participant.as_actor()
            record(verb="push.ended", actor=actor, now=now, subject=device, participant_id=device.participant_id)


def end_gone_pushes(*, ids: Collection[int], now: datetime) -> None:
    """The push service says that these are no more: nobody tries them again."""
    with transaction.atomic():
        if count := _end(PushSubscription.objects.filter(pk__in=ids), now):
            record(verb="pushes.gone", actor=RULES, now=now, count=count)


def _end(subscriptions: QuerySet[PushSubscription], now: datetime) -> int:
    return subscriptions.filter(ended_at__isnull=True).update(ended_at=now, endpoint="", p256dh="", auth="")


def choose_language(*, participant: Participant, language: str, now: datetime) -> None:
    """From now on Adsum writes to this person in `language`."""
    with transaction.atomic():
        if Participant.objects.filter(pk=participant.pk).exclude(language=language).update(language=language):
            record(
                verb="language.chosen",
                actor=participant.as_actor(),
                now=now,
                subject=participant,
                participant_id=participant.pk,
                language=language,
            )


def record_look(*, participant: Participant, actor: Actor, now: datetime) -> None:
    """A member of staff has opened this person's file; the person can see it in theirs."""
    with transaction.atomic():
        record(
            verb="file.viewed",
            actor=actor,
            now=now,
            subject=participant,
            participant_id=participant.pk,
        )


def add_representative(*, participant: Participant, name: str, now: datetime) -> str | None:
    """Let somebody read this person's file for a while; returns the token of their link, shown once.

    None where there is no name, or where enough people can look already.
    """
    named, token = clean_line(name, longest=120), secrets.token_urlsafe(32)
    with transaction.atomic():
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        open_ones = Representative.objects.filter(participant=participant, ends_at__gt=now).count()
        if not named or open_ones >= in_force(PeoplePolicy, now=now).representatives_at_once:
            return None
        ends_at = now + timedelta(days=in_force(PeoplePolicy, now=now).representative_days)
        added = Representative.objects.create(
            participant=participant, name=named, token_hash=hash_token(token), made_at=now, ends_at=ends_at
        )
        actor = participant.as_actor()
        record(verb="representative.added", actor=actor, now=now, subject=added, participant_id=participant.pk)
    return token


def end_representative(*, participant: Participant, representative_id: int, now: datetime) -> None:
    """They can look no more; doing it twice is once, and nobody ends what is not theirs."""
    with transaction.atomic():
        open_ones = Representative.objects.filter(participant=participant, ends_at__gt=now)
        ended = open_ones.filter(pk=representative_id).first()
        if ended is not None:
            Representative.objects.filter(pk=ended.pk).update(ends_at=now)
            actor = participant.as_actor()
            record(verb="representative.ended", actor=actor, now=now, subject=ended, participant_id=participant.pk)


def record_representatives_look(*, representative: Representative, now: datetime) -> None:
    """A representative has opened the file; the participant can see it in theirs."""
    with transaction.atomic():
        person = representative.participant_id
        record(verb="file.viewed", actor=STRANGER, now=now, subject=representative, participant_id=person)


def forget(*, before: datetime, now: datetime) -> None:
    """Erase devices, ways back and representatives' links that ended before this; the counts stay in the ledger."""
    with transaction.atomic():
        ended = Device.objects.filter(signed_out_at__lt=before) | Device.objects.filter(expires_at__lt=before)
        count, _ = ended.delete()
        Passkey.objects.filter(ended_at__lt=before).delete()
        Pin.objects.filter(Q(ended_at__lt=before) | Q(expires_at__lt=before)).delete()
        representatives, _ = Representative.objects.filter(ends_at__lt=before).delete()
        record(
            verb="devices.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(PeoplePolicy, now=now).version,
            count=count,
            representatives=representatives,
        )
