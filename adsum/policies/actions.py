"""Proposing, approving and withdrawing versions of policies."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from adsum.core.knobs import Policy
from adsum.core.text import clean_text
from adsum.ledger.actions import record
from adsum.ledger.rules import Actor, ActorKind
from adsum.policies.models import PolicyVersion
from adsum.policies.policy import PoliciesPolicy
from adsum.policies.queries import find_policy_version, in_force, put_book_away
from adsum.policies.rules import BadPolicy, Scope, as_stored, read_values


def propose_policy(
    *,
    kind: type[Policy],
    values: Mapping[str, Any],
    scope: Scope,
    valid_from: datetime,
    valid_to: datetime | None = None,
    reason: str,
    source: str,
    author: Actor,
    now: datetime,
) -> PolicyVersion:
    """Write down a version that a second person can approve. No values means: what is wider holds. Raises BadPolicy."""
    who = _check_person(author)
    _check_scope(scope, author)
    read = read_values(kind, values, reach=scope.reach)
    why, whence = clean_text(reason, longest=2_000), clean_text(source, longest=500)
    if not why or not whence:
        raise BadPolicy("say why the rule changes, and the law, rule or memo it comes from")
    _check_time(valid_from, valid_to, now)
    with transaction.atomic():
        version = PolicyVersion.objects.create(
            kind=kind.__name__,
            office_id=scope.office_id,
            level=scope.level,
            values=as_stored(read),
            valid_from=valid_from,
            valid_to=valid_to,
            reason=why,
            source=whence,
            author_id=who,
            proposed_at=now,
        )
        _remember("policy.proposed", version, author, now)
    return version


def approve_policy(*, version_id: int, approver: Actor, now: datetime) -> PolicyVersion:
    """A second person lets it begin on its day. Raises BadPolicy."""
    with transaction.atomic():
        version = _locked(version_id, approver)
        if not version.is_waiting:
            raise BadPolicy("it has been approved or withdrawn already")
        who = _check_person(approver)
        if version.author_id == who:
            raise BadPolicy("a second person approves it: you have proposed it yourself")
        _check_time(version.valid_from, version.valid_to, now)
        version.approver_id, version.approved_at = who, now
        version.save(update_fields=["approver_id", "approved_at"])
        _remember("policy.approved", version, approver, now)
    put_book_away()
    return version


def withdraw_policy(*, version_id: int, why: str, by: Actor, now: datetime) -> PolicyVersion:
    """Take back what has not begun. What holds already is ended by a new version. Raises BadPolicy."""
    with transaction.atomic():
        version = _locked(version_id, by)
        if version.withdrawn_at is not None:
            raise BadPolicy("it has been withdrawn already")
        if version.approved_at is not None and version.valid_from < _soonest(now):
            raise BadPolicy("it holds already, or is about to: propose a new version that takes its place")
        version.withdrawn_by, version.withdrawn_at = _check_person(by), now
        version.withdrawn_why = clean_text(why, longest=2_000)
        if not version.withdrawn_why:
            raise BadPolicy("say why it is withdrawn")
        version.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
        _remember("policy.withdrawn", version, by, now)
    put_book_away()
    return version


def _locked(version_id: int, actor: Actor) -> PolicyVersion:
    found = find_policy_version(version_id=version_id, seen_by=actor)
    if found is None:
        raise BadPolicy("there is no such version in your office")
    _check_scope(found.scope, actor)
    return PolicyVersion.objects.select_for_update().get(pk=found.pk)


def _check_person(actor: Actor) -> int:
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise BadPolicy("a named member of staff sets policies, never a machine")
    return actor.id


def _check_scope(scope: Scope, actor: Actor) -> None:
    if not actor.sees_every_office and (scope.office_id is None or scope.office_id != actor.office_id):
        raise BadPolicy("a supervisor sets policies of their own office; the programme sets the others")


def _soonest(now: datetime) -> datetime:
    return now + timedelta(minutes=in_force(PoliciesPolicy, now=now).notice_minutes)


def _check_time(valid_from: datetime, valid_to: datetime | None, now: datetime) -> None:
    if valid_from < _soonest(now):
        raise BadPolicy(
            f"it can begin at {_soonest(now):%Y-%m-%d %H:%M} UTC at the earliest: the past is never changed"
        )
    if valid_to is not None and valid_to <= valid_from:
        raise BadPolicy("it would end before it begins")


def _remember(verb: str, version: PolicyVersion, actor: Actor, now: datetime) -> None:
    record(
        verb=verb,
        actor=actor,
        now=now,
        subject=version,
        policy=in_force(PoliciesPolicy, now=now).version,
        kind=version.kind,
        office=version.office_id,
        level=version.level,
        values=version.values,
        valid_from=version.valid_from.isoformat(),
    )
