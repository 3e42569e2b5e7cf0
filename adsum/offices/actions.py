"""Opening offices and hiring staff."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from adsum.core.ids import keyed_hash
from adsum.core.passkeys import Challenge, NewPasskey, Site, count_shown, named_in
from adsum.core.text import clean_line
from adsum.ledger.actions import record
from adsum.ledger.rules import RULES, STRANGER, Actor
from adsum.offices.models import ClosedDay, FieldOffice, HelpPlace, SignInTry, Staff, StaffPasskey
from adsum.offices.policy import OfficesPolicy
from adsum.offices.queries import count_sign_in_tries
from adsum.offices.rules import Helper, Role, is_office_code, is_time_zone
from adsum.policies.queries import in_force


class OfficeRefused(Exception):
    """An office cannot be opened so; the message says what to give instead."""


def open_office(
    *,
    code: str,
    name: str,
    time_zone: str,
    actor: Actor,
    now: datetime,
    phone: str = "",
) -> FieldOffice:
    """Open the office, or return the one that has this code. Raises OfficeRefused."""
    if not is_office_code(code):
        raise OfficeRefused(f"“{code}” is no office code: use one to twelve capitals, digits and dashes, such as NYC")
    if not is_time_zone(time_zone):
        raise OfficeRefused(f"“{time_zone}” is no time zone: use a name of the IANA list, such as America/New_York")
    with transaction.atomic():
        office, opened = FieldOffice.objects.get_or_create(
            code=code, defaults={"name": name, "time_zone": time_zone, "phone": phone}
        )
        if opened:
            record(verb="office.opened", actor=actor, now=now, subject=office, code=code)
    return office


def list_help(*, office: FieldOffice, helpers: Sequence[Helper], actor: Actor, now: datetime) -> int:
    """Replace an office's list of who helps near it, in the order given; returns how many there are now."""
    with transaction.atomic():
        HelpPlace.objects.filter(office=office).delete()
        places = HelpPlace.objects.bulk_create(
            HelpPlace(office=office, position=position, **asdict(helper)) for position, helper in enumerate(helpers, 1)
        )
        record(verb="help.listed", actor=actor, now=now, subject=office, count=len(places))
    return len(places)


def close_days(
    *, office: FieldOffice, days: Sequence[date], why: str, actor: Actor, now: datetime, staff: Staff | None = None
) -> list[date]:
    """The office is closed on these days; returns those that were not known before. Raises OfficeRefused."""
    reason = clean_line(why, longest=120)
    if not reason:
        raise OfficeRefused("say why the office is closed, such as “Snow” or “Labor Day”")
    with transaction.atomic():
        FieldOffice.objects.select_for_update(no_key=True).get(pk=office.pk)
        known = set(ClosedDay.objects.filter(office=office, day__in=days).values_list("day", flat=True))
        fresh = sorted(set(days) - known)
        ClosedDay.objects.bulk_create(
            ClosedDay(office=office, day=day, why=reason, noted_by=staff, noted_at=now) for day in fresh
        )
        told = [day.isoformat() for day in fresh]
        record(verb="office.closed", actor=actor, now=now, subject=office, days=told, why=reason)
    return fresh


def open_day(*, office: FieldOffice, day: date, actor: Actor, now: datetime) -> bool:
    """The office is open on this day after all; who was given time keeps it. False where it was open already."""
    with transaction.atomic():
        count, _ = ClosedDay.objects.filter(office=office, day=day).delete()
        record(verb="office.opens-after-all", actor=actor, now=now, subject=office, day=day.isoformat(), count=count)
    return count > 0


def turn_kiosk(*, staff: Staff, on: bool, now: datetime) -> None:
    """A member of staff makes a device a kiosk, or a usual one again; the device itself remembers it."""
    with transaction.atomic():
        record(verb="kiosk.turned-on" if on else "kiosk.turned-off", actor=staff.as_actor(), now=now, subject=staff)


def record_proof(*, staff: Staff, way: str, page: str, now: datetime) -> None:
    """Somebody has shown again who they are, by password or passkey, to sign on this page."""
    with transaction.atomic():
        record(verb="staff.proved", actor=staff.as_actor(), now=now, subject=staff, way=way, page=page)


def hire_staff(
    *,
    email: str,
    name: str,
    role: Role,
    office: FieldOffice | None,
    password: str,
    actor: Actor,
    now: datetime,
) -> Staff:
    """Give a person access in this role, or a new password, role and office to the one who has this e-mail."""
    with transaction.atomic():
        person = Staff.objects.select_for_update().filter(email__iexact=email).first() or Staff(email=email.lower())
        person.name, person.role, person.office, person.is_active = name[:120], role, office, True
        person.set_password(password)
        person.save()
        record(verb="staff.access-given", actor=actor, now=now, subject=person, role=role)
    return person


def check_password(*, email: str, password: str, network: str, now: datetime) -> Staff | None:
    """The member of staff whose password this is, or None; after too many tries None for a while, right or wrong.

    The password is hashed whether or not the account exists, so that the answer takes the same time.
    """
    account = keyed_hash(settings.SECRET_KEY, "account", email.strip().lower())
    origin = keyed_hash(settings.SECRET_KEY, "network", network)
    with transaction.atomic():
        since = now - timedelta(minutes=in_force(OfficesPolicy, now=now).tries_window_minutes)
        tries = count_sign_in_tries(account_hash=account, network_hash=origin, since=since, seen_by=RULES)
        staff = Staff.objects.filter(email=email.strip().lower(), is_active=True).first()
        is_right = (staff or Staff()).check_password(password)
        may_try = (
            tries.account < in_force(OfficesPolicy, now=now).tries_per_account
            and tries.network < in_force(OfficesPolicy, now=now).tries_per_network
        )
        if staff is not None and is_right and may_try:
            record(verb="staff.signed-in", actor=staff.as_actor(), now=now, subject=staff)
            return staff
        SignInTry.objects.create(at=now, account_hash=account, network_hash=origin)
        record(verb="staff.sign-in-refused", actor=STRANGER, now=now, policy=in_force(OfficesPolicy, now=now).version)
    return None


def admit_by_provider(*, email: str, provider: str, now: datetime) -> Staff | None:
    """The member of staff whom the agency's own sign-in service names, or None: it opens no access that Adsum gave not.

    Call this only with an e-mail address that the service signed and says it has verified.
    """
    with transaction.atomic():
        staff = Staff.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if staff is None:
            record(verb="staff.sign-in-refused", actor=STRANGER, now=now, way=provider)
            return None
        record(verb="staff.signed-in", actor=staff.as_actor(), now=now, subject=staff, way=provider)
    return staff


def keep_staff_passkey(*, staff: Staff, name: str, made: NewPasskey, challenge: Challenge, now: datetime) -> bool:
    """Let this member of staff sign in by the key that their device has made; False where it is known already."""
    with transaction.atomic():
        if StaffPasskey.objects.filter(credential_id=made.credential_id).exists():
            return False
        added = StaffPasskey.objects.create(
            staff=staff,
            name=clean_line(name, longest=60) or "Passkey",
            credential_id=made.credential_id,
            public_key=made.public_key,
            uses=made.uses,
            made_at=now,
            challenged_at=challenge.made_at,
        )
        record(verb="staff.passkey-made", actor=staff.as_actor(), now=now, subject=added)
    return True


def end_staff_passkey(*, staff: Staff, passkey_id: int, now: datetime) -> None:
    """One of their own keys works no more; nobody ends what is not theirs."""
    with transaction.atomic():
        held = StaffPasskey.objects.filter(pk=passkey_id, staff=staff, ended_at__isnull=True)
        if held.update(ended_at=now, credential_id=None, public_key=b""):
            record(verb="staff.passkey-ended", actor=staff.as_actor(), now=now, subject=staff)


def check_passkey(*, answer: str, site: Site, challenge: Challenge, now: datetime) -> Staff | None:
    """The member of staff whose key answered, unlocked, to this challenge; None where it is not right, or a replay."""
    with transaction.atomic():
        held = StaffPasskey.objects.filter(ended_at__isnull=True, challenged_at__lt=challenge.made_at)
        active = held.filter(staff__is_active=True).select_for_update(of=("self",)).select_related("staff__office")
        key = active.filter(credential_id=named_in(answer)).first()
        public_key, uses = (bytes(key.public_key), key.uses) if key else (b"", 0)
        used = count_shown(answer, site, challenge, public_key=public_key, uses=uses)
        if key is None or used is None:
            record(verb="staff.sign-in-refused", actor=STRANGER, now=now, way="passkey")
            return None
        StaffPasskey.objects.filter(pk=key.pk).update(uses=used, challenged_at=challenge.made_at)
        record(verb="staff.signed-in", actor=key.staff.as_actor(), now=now, subject=key.staff, way="passkey")
    return key.staff


def forget(*, before: datetime, now: datetime) -> None:
    """Erase failed sign-ins before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = SignInTry.objects.filter(at__lt=before).delete()
        StaffPasskey.objects.filter(ended_at__lt=before).delete()
        record(
            verb="sign-ins.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(OfficesPolicy, now=now).version,
            count=count,
        )
