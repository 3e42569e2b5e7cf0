"""What partners report: kept as theirs, put before an officer, changed or taken back while nobody has decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from adsum.api.partners.answering import (
    answer,
    cursor_after,
    handle_of,
    key_reused,
    must_match,
    once,
    read_cursor,
    tagged,
)
from adsum.api.partners.people import address_out, find_theirs
from adsum.api.partners.problems import Problem, not_found
from adsum.api.partners.schemas import AddressReport, ContactReport, OtherReport, ReportOut, ReportPage
from adsum.core.text import clean_line, clean_text
from adsum.partners.actions import (
    KeyUsed,
    ReportGone,
    ReportSettled,
    VersionPassed,
    change_partner_report,
    make_partner_report,
    withdraw_partner_report,
)
from adsum.partners.policy import PartnersPolicy
from adsum.partners.queries import Caller, find_partner_report, partner_reports
from adsum.partners.rules import ReportKind, ReportState, Said
from adsum.places.rules import GivenAddress
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.partners.models import PartnerReport

LIST = "reports"
Given = AddressReport | ContactReport | OtherReport


def make(request: HttpRequest, caller: Caller, handle: str, given: Given, key: str) -> HttpResponse:
    """Keep a new report; the same key gets the same answer."""
    person, said = find_theirs(caller, handle), _said(given)

    def kept() -> HttpResponse:
        try:
            report = make_partner_report(
                participant=person, partner=caller.partner, said=said, key=key, actor=caller.actor, now=timezone.now()
            )
        except KeyUsed as used:
            raise key_reused() from used
        where = {"ETag": _tag(report), "Location": f"/api/v1/reports/{report.pk}"}
        return answer(_told(caller, report), status=HTTPStatus.CREATED, **where)

    return once(request, caller, key, person.pk, kept)


def page(caller: Caller, *, state: ReportState | None, cursor: str | None, limit: int) -> HttpResponse:
    """The partner's own reports, the newest first."""
    what = f"{LIST}:{state or ''}"
    before = read_cursor(caller, what, cursor)
    found = partner_reports(seen_by=caller.actor, state=state)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = min(limit, in_force(PartnersPolicy, now=timezone.now()).page_rows)
    listed = list(found[: rows + 1])
    more, listed = len(listed) > rows, listed[:rows]
    told = [_told(caller, report) for report in listed]
    return answer(ReportPage(items=told, next=cursor_after(caller, what, listed[-1].pk) if more else None))


def one(request: HttpRequest, caller: Caller, report_id: int) -> HttpResponse:
    """One report, with the tag that a change of it needs."""
    report = _find(caller, report_id)
    return tagged(request, _told(caller, report), _tag(report))


def change(caller: Caller, report_id: int, given: Given, if_match: str) -> HttpResponse:
    """Say a report otherwise."""
    report = _find(caller, report_id)
    must_match(if_match, _tag(report))
    if given.kind != report.kind:
        said = f"Its kind stays {report.kind}: take it back and make another."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, said, kind="other-kind")
    try:
        changed = change_partner_report(
            report_id=report.pk, version=report.version, said=_said(given), actor=caller.actor, now=timezone.now()
        )
    except (ReportGone, ReportSettled, VersionPassed) as refusal:
        raise _problem(refusal) from refusal
    return answer(_told(caller, changed), ETag=_tag(changed))


def take_back(caller: Caller, report_id: int, if_match: str) -> HttpResponse:
    """Take a report back."""
    report = _find(caller, report_id)
    must_match(if_match, _tag(report))
    try:
        withdraw_partner_report(report_id=report.pk, version=report.version, actor=caller.actor, now=timezone.now())
    except (ReportGone, ReportSettled, VersionPassed) as refusal:
        raise _problem(refusal) from refusal
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _find(caller: Caller, report_id: int) -> PartnerReport:
    report = find_partner_report(report_id=report_id, seen_by=caller.actor)
    if report is None:
        raise not_found()
    return report


def _problem(refusal: Exception) -> Problem:
    if isinstance(refusal, ReportGone):
        return not_found()
    if isinstance(refusal, VersionPassed):
        return Problem(HTTPStatus.PRECONDITION_FAILED, str(refusal), kind="changed")
    return Problem(HTTPStatus.CONFLICT, str(refusal), kind="settled")


def _tag(report: PartnerReport) -> str:
    return f'"{report.version}-{report.state}"'


def _said(given: Given) -> Said:
    """What was sent, in the form in which it is kept. Raises Problem."""
    words = clean_text(given.words)
    if isinstance(given, AddressReport):
        lines = {name: clean_line(value) for name, value in given.address.dict().items()}
        said = Said(ReportKind.ADDRESS, words, GivenAddress(**lines))
    elif isinstance(given, ContactReport):
        said = Said(ReportKind.CONTACT, words, phone=given.phone, email=given.email)
    else:
        said = Said(ReportKind.OTHER, words)
    if said.is_empty:
        lacking = "It says nothing: an address, a number, an e-mail address or words are needed."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, lacking, kind="empty")
    return said


def _told(caller: Caller, report: PartnerReport) -> ReportOut:
    said = report.said
    told = ReportOut(
        id=report.pk,
        participant_id=handle_of(caller, report.participant_id),
        kind=said.kind.value,
        state=report.state,
        words=said.words,
        made_at=report.made_at,
        changed_at=report.changed_at,
    )
    if said.address:
        told.address = address_out(said.address)
    if said.kind is ReportKind.CONTACT:
        told.phone, told.email = said.phone, said.email
    return told
