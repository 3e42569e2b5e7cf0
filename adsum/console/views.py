"""The officers' pages. A view reads the request, makes one call, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.checkins.queries import duties_of, latest_reports, reports_of
from adsum.console.access import anyone, staff_only
from adsum.console.appointments import appointments_shown
from adsum.console.disagreements import other_files_for
from adsum.console.evidence import evidence_for
from adsum.console.excuses import excuses_for
from adsum.console.families import family_for
from adsum.console.home import waiting_beside_flags
from adsum.console.keys import sign_in_page
from adsum.console.leaving import leaving_for
from adsum.console.letting_in import let_in
from adsum.console.misses import miss_page, story_of_misses, take_decision
from adsum.console.monitors import monitor_for
from adsum.console.partners import reported_of
from adsum.console.phones import unconfirmed_phone
from adsum.console.records import checks_for, records_for, records_waiting
from adsum.console.reviews import review_for, reviews_waiting
from adsum.console.schedule import schedule_for
from adsum.core.ids import in_groups
from adsum.core.languages import written_in
from adsum.core.network import origin_of
from adsum.core.squares import draw_square
from adsum.core.text import clean_line
from adsum.enrolment.actions import issue_invitation
from adsum.enrolment.queries import enrolment_of, phone_changes_of
from adsum.flags.actions import AlreadyDecided, DecisionRefused
from adsum.flags.policy import FlagsPolicy
from adsum.flags.queries import count_by_reason, find_flag, flags_of, worklist
from adsum.flags.rules import without_twins
from adsum.notices.queries import notices_of
from adsum.offices.actions import check_password
from adsum.offices.queries import staff_names
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force, shared_points, sharing_of
from adsum.people.actions import record_look, sign_out_everywhere
from adsum.people.queries import find_participant, history_of, search_participants
from adsum.places.queries import addresses
from adsum.policies.queries import in_force

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.people.models import Participant

TIMELINE = 60


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password, then the worklist."""
    failed = False
    if request.method == "POST":
        staff = check_password(
            email=clean_line(request.POST.get("email", "")),
            password=request.POST.get("password", ""),
            network=origin_of(request.META, behind_proxy=settings.BEHIND_PROXY),
            now=timezone.now(),
        )
        if staff is not None:
            return let_in(request, staff, request.POST.get("next", ""))
        failed = True
    page = {
        "failed": failed,
        "email": request.POST.get("email", ""),
        "next": request.POST.get("next", "") or request.GET.get("next", ""),
    }
    return sign_in_page(request, page, status=403 if failed else 200)


@anyone
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave the console."""
    logout(request)
    return redirect("sign-in")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def my_worklist(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What needs a decision and why; below it, what came in lately and needs none."""
    me = staff.as_actor()
    only_mine = staff.role == Role.OFFICER and request.GET.get("of") != "office"
    counts = count_by_reason(seen_by=me, only_mine=only_mine)
    pages = Paginator(worklist(seen_by=me, only_mine=only_mine), in_force(FlagsPolicy, now=timezone.now()).page_size)
    pages.count = sum(counts.values())  # known already: a hundred thousand flags are counted once
    page = {
        "staff": staff,
        "page": pages.get_page(request.GET.get("page")),
        "counts": counts,
        "only_mine": only_mine,
        "latest": latest_reports(seen_by=me),
        **records_waiting(staff, timezone.now()),
        **reviews_waiting(staff),
        **waiting_beside_flags(staff),
    }
    return render(request, "console/worklist.html", page)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def search(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Find a person by case number or name."""
    words = clean_line(request.GET.get("q", ""))
    found = search_participants(words=words, seen_by=staff.as_actor()) if words else []
    return render(request, "console/search.html", {"staff": staff, "sought": words, "found": found})


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def person(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """One person: what is to decide, then the whole story. The look is recorded."""
    participant = _participant_or_404(staff, participant_id)
    record_look(participant=participant, actor=staff.as_actor(), now=timezone.now())
    return _person_page(request, staff, participant)


def _participant_or_404(staff: Staff, participant_id: int) -> Participant:
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    return participant


def _person_page(
    request: HttpRequest,
    staff: Staff,
    participant: Participant,
    *,
    error: str = "",
    flag_id: int = 0,
) -> HttpResponse:
    me = staff.as_actor()
    flags = list(flags_of(participant_id=participant.pk, seen_by=me))
    reports = list(reports_of(participant_id=participant.pk, seen_by=me)[:TIMELINE])
    lines = list(history_of(participant_id=participant.pk, seen_by=me)[:TIMELINE])
    page = {
        "staff": staff,
        "participant": participant,
        "open_flags": without_twins([flag for flag in flags if flag.cleared_at is None]),
        "decided_flags": [flag for flag in flags if flag.cleared_at is not None],
        "reports": reports,
        "reports_by_id": {report.pk: report for report in reports},
        "duties": duties_of(participant_id=participant.pk, seen_by=me)[:12],
        "addresses": addresses(participant_id=participant.pk, seen_by=me)[:5],
        "order": order_in_force(participant_id=participant.pk, seen_by=me),
        "sharing": sharing_of(participant_id=participant.pk, at=timezone.now(), seen_by=me),
        "points": shared_points(participant_id=participant.pk, seen_by=me, most=20),
        "enrolment": enrolment_of(participant_id=participant.pk, seen_by=me),
        "unconfirmed_phone": unconfirmed_phone(participant, reports),
        "phone_changes": phone_changes_of(participant_id=participant.pk, seen_by=me)[:5],
        "notices": notices_of(participant_id=participant.pk, seen_by=me)[:10],
        "lines": lines,
        "names": staff_names(ids={line.actor_id for line in lines if line.actor_id}, seen_by=me),
        "error": error,
        "error_flag": flag_id,
        "typed": request.POST,
        **evidence_for(participant_id=participant.pk, seen_by=me),
        **appointments_shown(participant_id=participant.pk, at=timezone.now(), seen_by=me),
        **schedule_for(participant_id=participant.pk, seen_by=me),
        **review_for(participant, staff),
        **excuses_for(participant=participant, now=timezone.now(), seen_by=me),
        **story_of_misses(participant, now=timezone.now(), seen_by=me),
        **family_for(participant, seen_by=me),
        **monitor_for(participant, now=timezone.now(), seen_by=me),
        **leaving_for(participant_id=participant.pk, seen_by=me),
        **other_files_for(participant_id=participant.pk, seen_by=me),
        **records_for(participant, staff),
        **checks_for(reports, seen_by=me),
        **reported_of(participant_id=participant.pk, seen_by=me),
    }
    return render(request, "console/person.html", page, status=400 if error else 200)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def flag_decision(request: HttpRequest, staff: Staff, flag_id: int) -> HttpResponse:
    """The officer decides about a flag, with a reason."""
    queue = request.POST.get("queue") == "yes"
    whose = "&of=office" if request.POST.get("of") == "office" else ""
    try:
        flag = take_decision(flag_id=flag_id, staff=staff, sent=request.POST.dict(), now=timezone.now())
    except AlreadyDecided as decided:
        messages.warning(request, str(decided))
        return redirect(f"/console/misses/?after={flag_id}{whose}") if queue else redirect("worklist")
    except DecisionRefused as refusal:
        found = find_flag(flag_id=flag_id, seen_by=staff.as_actor())
        if queue and found is not None and found.about_id("duty"):
            return miss_page(request, staff, found, error=str(refusal))
        participant = _participant_of_flag_or_404(staff, flag_id)
        return _person_page(request, staff, participant, error=str(refusal), flag_id=flag_id)
    messages.success(request, f"Decided: {flag.decision_words} ({flag.participant.full_name}).")
    if queue:
        return redirect(f"/console/misses/?after={flag_id}{whose}")
    rest = flags_of(participant_id=flag.participant_id, seen_by=staff.as_actor()).filter(cleared_at__isnull=True)
    return redirect("person", participant_id=flag.participant_id) if rest.exists() else redirect("worklist")


def _participant_of_flag_or_404(staff: Staff, flag_id: int) -> Participant:
    flag = find_flag(flag_id=flag_id, seen_by=staff.as_actor())
    if flag is None:
        raise Http404
    return _participant_or_404(staff, flag.participant_id)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def invitation(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """A new one-time code, shown once, as link and QR."""
    participant = _participant_or_404(staff, participant_id)
    if request.POST.get("lost") == "yes":
        sign_out_everywhere(participant=participant, actor=staff.as_actor(), now=timezone.now())
    code = issue_invitation(participant=participant, actor=staff.as_actor(), now=timezone.now())
    link = f"{settings.PUBLIC_URL}/start/{code}/"
    drawing = draw_square(link, error="m", scale=6)
    page = {
        "staff": staff,
        "participant": participant,
        "code": in_groups(code, 5),
        "link": link,
        "qr": drawing,
        "language": written_in(participant.language),
    }
    return render(request, "console/invitation.html", page)
