"""What rules hold, since when and why; proposing a change and, as the second person, approving it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.console.access import staff_only
from adsum.console.proving import proved
from adsum.core.knobs import KnobDoc, Policy, knobs_of, known_policies
from adsum.ledger.rules import OPERATOR
from adsum.offices.queries import find_office, list_offices, staff_names
from adsum.offices.rules import Role
from adsum.orders.rules import Level
from adsum.policies.actions import approve_policy, propose_policy, withdraw_policy
from adsum.policies.queries import current_book, effect_of, find_policy_version, policy_versions
from adsum.policies.rules import BadPolicy, Scope, Version, read_typed, value_in_words

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.policies.models import PolicyVersion


@dataclass(frozen=True)
class Row:
    """One knob as the page shows it: what holds, what this scope itself has set, and the version that says so."""

    knob: KnobDoc
    value: str
    default: str
    own: str
    set_by: Version | None

    @property
    def span(self) -> str:
        """What is possible."""
        if self.knob.among:
            return f"of {', '.join(map(str, self.knob.among))}"
        return "yes or no" if self.knob.low is None else f"{self.knob.low} to {self.knob.high}"


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_safe
def policies(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every policy, what differs from the defaults here, and what waits for a second person."""
    now, book = timezone.now(), current_book()
    kinds = [
        {
            "name": name,
            "domain": _domain(kind),
            "says": (kind.__doc__ or "").strip(),
            "set": len(book.setting(kind, at=now, scope=Scope(staff.office_id))),
        }
        for name, kind in known_policies().items()
    ]
    versions = policy_versions(seen_by=staff.as_actor())
    page = {
        "staff": staff,
        "kinds": kinds,
        "waiting": _shown(version for version in versions if version.is_waiting),
        "scheduled": _shown(
            version
            for version in versions
            if version.approved_at and not version.withdrawn_at and version.valid_from > now
        ),
    }
    return render(request, "console/policies.html", page)


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, staff: Staff, kind: str) -> HttpResponse:
    """One policy in one scope: every knob with its source, its versions, and the form to propose another."""
    known = known_policies().get(kind)
    if known is None:
        raise Http404
    scope, refused = _scope(request, staff), ""
    may_propose = staff.role != Role.AUDITOR
    if request.method == "POST" and may_propose:
        try:
            version = _propose(request, staff, known, scope)
        except BadPolicy as fault:
            refused = str(fault)
        else:
            messages.success(request, "Proposed. A second person approves it before it begins.")
            return redirect("policy-version", version_id=version.pk)
    versions = policy_versions(seen_by=staff.as_actor()).filter(kind=kind)
    page = {
        "staff": staff,
        "kind": kind,
        "domain": _domain(known),
        "says": (known.__doc__ or "").strip(),
        "scope": scope,
        "scope_words": _scope_words(scope),
        "offices": _offices(staff),
        "levels": list(Level),
        "may_propose": may_propose,
        "rows": _rows(known, scope, request.POST),
        "versions": _shown(versions[:50]),
        "refused": refused,
        "given": request.POST,
        "from": request.POST.get("from") or _tomorrow(),
    }
    return render(request, "console/policy.html", page, status=400 if refused else 200)


@staff_only(Role.SUPERVISOR, Role.PROGRAMME, Role.AUDITOR)
@require_safe
def policy_version(request: HttpRequest, staff: Staff, version_id: int) -> HttpResponse:
    """One version with what it changes, its two people, its reason and its source."""
    version = _version_or_404(staff, version_id)
    return _version_page(request, staff, version)


@staff_only(Role.SUPERVISOR, Role.PROGRAMME)
@require_POST
@proved
def policy_decision(request: HttpRequest, staff: Staff, version_id: int) -> HttpResponse:
    """Approve a version as the second person, or withdraw one that has not begun."""
    version, me, now = _version_or_404(staff, version_id), staff.as_actor(), timezone.now()
    try:
        if request.POST.get("decision") == "approve":
            approve_policy(version_id=version.pk, approver=me, now=now)
            messages.success(request, "Approved. It begins on its day by itself.")
        else:
            withdraw_policy(version_id=version.pk, why=request.POST.get("why", ""), by=me, now=now)
            messages.success(request, "Withdrawn.")
    except BadPolicy as fault:
        return _version_page(request, staff, version, refused=str(fault))
    return redirect("policy-version", version_id=version.pk)


def _version_page(request: HttpRequest, staff: Staff, version: PolicyVersion, *, refused: str = "") -> HttpResponse:
    kind = known_policies().get(version.kind)
    (shown,) = _shown([version])
    now = timezone.now()
    page = {
        "staff": staff,
        **shown,
        "changes": [
            (change.knob, value_in_words(change.before), value_in_words(change.after))
            for change in effect_of(version=version, kind=kind, seen_by=staff.as_actor())
        ]
        if kind
        else [],
        "holds": version.approved_at and not version.withdrawn_at and version.as_version().holds(now),
        "may_approve": staff.role != Role.AUDITOR and version.is_waiting and version.author_id != staff.pk,
        "may_withdraw": staff.role != Role.AUDITOR and not version.withdrawn_at and version.valid_from > now,
        "refused": refused,
    }
    return render(request, "console/policy_version.html", page, status=400 if refused else 200)


def _version_or_404(staff: Staff, version_id: int) -> PolicyVersion:
    version = find_policy_version(version_id=version_id, seen_by=staff.as_actor())
    if version is None:
        raise Http404
    return version


def _domain(kind: type[Policy]) -> str:
    return kind.__name__.removesuffix("Policy")


def _scope(request: HttpRequest, staff: Staff) -> Scope:
    """The scope that is looked at; a supervisor's own office where none is named or another is."""
    asked = request.POST if request.method == "POST" else request.GET
    level = asked.get("level", "")
    office_id = staff.office_id
    if staff.office_id is None and asked.get("office"):
        office = find_office(code=asked["office"], seen_by=staff.as_actor())
        if office is None:
            raise Http404
        office_id = office.pk
    return Scope(office_id, level if level in set(Level) else "")


def _offices(staff: Staff) -> list[Any]:
    return [] if staff.office_id else list(list_offices(seen_by=staff.as_actor()))


def _rows(kind: type[Policy], scope: Scope, typed: Any) -> list[Row]:
    now, book = timezone.now(), current_book()
    holding, set_by = book.find(kind, at=now, scope=scope), book.setting(kind, at=now, scope=scope)
    rows = []
    for doc in knobs_of(kind):
        version = set_by.get(doc.name)
        own = value_in_words(version.values[doc.name]) if version and version.scope == scope else ""
        value = value_in_words(getattr(holding, doc.name))
        rows.append(Row(doc, value, value_in_words(doc.default), typed.get(doc.name, own), version))
    return rows


def _propose(request: HttpRequest, staff: Staff, kind: type[Policy], scope: Scope) -> PolicyVersion:
    typed = request.POST
    values, faults = {}, []
    for doc in knobs_of(kind):
        if typed.get(doc.name, "").strip():
            try:
                values[doc.name] = read_typed(doc, typed[doc.name])
            except BadPolicy as fault:
                faults.append(str(fault))
    if faults:
        raise BadPolicy("; ".join(faults))
    until = typed.get("to", "").strip()
    return propose_policy(
        kind=kind,
        values=values,
        scope=scope,
        valid_from=_moment(typed.get("from", "")),
        valid_to=_moment(until) if until else None,
        reason=typed.get("reason", ""),
        source=typed.get("source", ""),
        author=staff.as_actor(),
        now=timezone.now(),
    )


def _moment(typed: str) -> datetime:
    """A moment of the office's day, as a browser's date-and-time field sends it."""
    try:
        return timezone.make_aware(datetime.fromisoformat(typed)) if typed else timezone.now()
    except (ValueError, OverflowError):
        raise BadPolicy("write the day and time as 2027-01-04T08:00") from None


def _tomorrow() -> str:
    return f"{timezone.localdate() + timedelta(days=1)}T00:00"


def _shown(versions: Any) -> list[dict[str, Any]]:
    found = list(versions)
    people = {person for one in found for person in (one.author_id, one.approver_id, one.withdrawn_by) if person}
    names = staff_names(ids=people, seen_by=OPERATOR)
    return [
        {
            "version": one,
            "scope_words": _scope_words(one.scope),
            "author": names.get(one.author_id, "?"),
            "approver": names.get(one.approver_id or 0, ""),
            "withdrawer": names.get(one.withdrawn_by or 0, ""),
        }
        for one in found
    ]


def _scope_words(scope: Scope) -> str:
    office = next((one.code for one in list_offices(seen_by=OPERATOR) if one.pk == scope.office_id), "")
    where = office or "the whole programme"
    return f"{where}, level {scope.level}" if scope.level else where
