"""The operations of `/api/v1/`: each names its scope, reads what was sent, makes one call."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Form, Header, NinjaAPI, Path, Query
from ninja.errors import HttpError, ValidationError

from adsum.api.partners import people, reports
from adsum.api.partners.letting_in import Needs, token_for
from adsum.api.partners.problems import Problem, of_status, tell, tell_faults, told
from adsum.api.partners.reading import StrictParser
from adsum.api.partners.schemas import (
    HANDLE,
    AppointmentList,
    Day,
    DutiesOut,
    ParticipantOut,
    ParticipantPage,
    PartnerOut,
    ReportIn,
    ReportOut,
    ReportPage,
    TokenAsked,
    TokenOut,
)
from adsum.partners.queries import Caller
from adsum.partners.rules import ReportState, Scope

ABOUT = (
    "Other agencies' systems ask about the people of their offices and report what an officer then decides about. "
    "Each look is written down, and the person sees it. Errors are RFC 9457 problems; `docs/partners.md` says how "
    "to begin."
)
api = NinjaAPI(
    title="Adsum for partners",
    version="1.0.0",
    description=ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="partners",
    parser=StrictParser(),
)
api.add_exception_handler(Problem, tell)
api.add_exception_handler(ValidationError, tell_faults)

Handle = Annotated[str, Path(pattern=HANDLE, description="A participant's id, as a list gave it to you.")]
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Rows = Annotated[int, Query(ge=1, le=1000, description="So many rows at most; the programme may set fewer.")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Tag = Annotated[str, Header(alias="If-Match", min_length=1, max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before.")]
CASE_NUMBER = r"^[AX][0-9]{9}$"


@api.exception_handler(HttpError)
def tell_unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What django-ninja could not read, and why if our parser knows."""
    cause = error.__cause__
    return told(cause if isinstance(cause, Problem) else of_status(error.status_code))


def _by(scope: Scope | None) -> dict[str, Any]:
    return {"auth": Needs(scope), "openapi_extra": {"x-scope": [scope] if scope else []}}


def _caller(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


@api.post("/token", response=TokenOut, url_name="partner-token", operation_id="give_token", tags=["token"])
def give_token(request: HttpRequest, asked: Form[TokenAsked]) -> HttpResponse:
    """A token for an hour, by client credentials (RFC 6749, 4.4). HTTP Basic, or client_id and client_secret."""
    return token_for(request)


@api.get(
    "/partner",
    response=PartnerOut,
    url_name="partner-itself",
    operation_id="get_partner",
    tags=["partner"],
    **_by(None),
)
def get_partner(request: HttpRequest) -> HttpResponse:
    """Who you are to us: whose people you may see, what of them, by which law."""
    return people.partner_itself(_caller(request))


@api.get(
    "/participants",
    response=ParticipantPage,
    url_name="partner-participants",
    operation_id="list_participants",
    tags=["participants"],
    **_by(Scope.FIND),
)
def list_participants(
    request: HttpRequest,
    case_number: Annotated[str | None, Query(pattern=CASE_NUMBER)] = None,
    office: Annotated[str | None, Query(max_length=20, pattern=r"^[A-Z0-9-]+$")] = None,
    cursor: Cursor = None,
    limit: Rows = 50,
) -> HttpResponse:
    """The participants of your offices, page by page; or the one with a case number, which needs no further scope."""
    return people.people_page(
        request, _caller(request), case_number=case_number, office=office, cursor=cursor, limit=limit
    )


@api.get(
    "/participants/{participant_id}",
    response=ParticipantOut,
    url_name="partner-participant",
    operation_id="get_participant",
    tags=["participants"],
    **_by(Scope.FIND),
)
def get_participant(request: HttpRequest, participant_id: Handle) -> HttpResponse:
    """One participant, with the fields that your scopes allow."""
    return people.one_person(request, _caller(request), participant_id)


@api.get(
    "/participants/{participant_id}/duties",
    response=DutiesOut,
    url_name="partner-duties",
    operation_id="get_duties",
    tags=["participants"],
    **_by(Scope.DUTIES),
)
def get_duties(request: HttpRequest, participant_id: Handle) -> HttpResponse:
    """How somebody's check-ins stand: due, missed, last made. Missed is no judgement: a person decides about each."""
    return people.duties_summary(request, _caller(request), participant_id)


@api.get(
    "/participants/{participant_id}/appointments",
    response=AppointmentList,
    url_name="partner-appointments",
    operation_id="list_appointments",
    tags=["participants"],
    **_by(Scope.APPOINTMENTS),
)
def list_appointments(
    request: HttpRequest, participant_id: Handle, since: Annotated[Day | None, Query()] = None
) -> HttpResponse:
    """Hearings and appointments from a day on (today), the first hundred; also those that were moved or cancelled."""
    return people.appointment_list(request, _caller(request), participant_id, since)


@api.post(
    "/participants/{participant_id}/reports",
    response={201: ReportOut},
    url_name="partner-reports-of",
    operation_id="make_report",
    tags=["reports"],
    **_by(Scope.REPORT),
)
def make_report(
    request: HttpRequest, participant_id: Handle, report: Annotated[ReportIn, Body()], key: Key
) -> HttpResponse:
    """Report another address or number, or anything else. Nothing changes by it: an officer looks and decides."""
    return reports.make(request, _caller(request), participant_id, report, key)


@api.get(
    "/reports",
    response=ReportPage,
    url_name="partner-reports",
    operation_id="list_reports",
    tags=["reports"],
    **_by(Scope.REPORT),
)
def list_reports(
    request: HttpRequest,
    state: Annotated[ReportState | None, Query()] = None,
    cursor: Cursor = None,
    limit: Rows = 50,
) -> HttpResponse:
    """Your reports, the newest first."""
    return reports.page(_caller(request), state=state, cursor=cursor, limit=limit)


@api.get(
    "/reports/{int:report_id}",
    response=ReportOut,
    url_name="partner-report",
    operation_id="get_report",
    tags=["reports"],
    **_by(Scope.REPORT),
)
def get_report(request: HttpRequest, report_id: Number) -> HttpResponse:
    """One report of yours, and whether an officer has decided."""
    return reports.one(request, _caller(request), report_id)


@api.put(
    "/reports/{int:report_id}",
    response=ReportOut,
    url_name="partner-report",
    operation_id="change_report",
    tags=["reports"],
    **_by(Scope.REPORT),
)
def change_report(
    request: HttpRequest, report_id: Number, report: Annotated[ReportIn, Body()], if_match: Tag
) -> HttpResponse:
    """Say a report otherwise, all of it, while it is open."""
    return reports.change(_caller(request), report_id, report, if_match)


@api.api_operation(
    ["DELETE"],
    "/reports/{int:report_id}",
    response={204: None},
    url_name="partner-report",
    operation_id="withdraw_report",
    tags=["reports"],
    **_by(Scope.REPORT),
)
def withdraw_report(request: HttpRequest, report_id: Number, if_match: Tag) -> HttpResponse:
    """Take a report back while it is open; it goes from the officer's worklist."""
    return reports.take_back(_caller(request), report_id, if_match)
