"""Reviews of a level: what waits, the whole file with the decision on one screen, its signature, and its letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adsum.console.access import staff_only
from adsum.console.finder import days_come
from adsum.console.level_letters import Drafts, draft_letters, letter_paper
from adsum.console.like_cases import like_cases
from adsum.console.proving import proved
from adsum.console.scanning import keep_scan, why_not_kept
from adsum.documents.rules import DocumentRefused
from adsum.flags.policy import FlagsPolicy
from adsum.law.queries import clocks_about
from adsum.ledger.rules import RULES
from adsum.offices.rules import Role
from adsum.orders.queries import order_in_force
from adsum.orders.rules import Level
from adsum.people.actions import record_look
from adsum.people.queries import find_participant
from adsum.policies.queries import in_force
from adsum.reviews.actions import (
    AskRefused,
    ReviewRefused,
    ask_for_more,
    ask_for_review,
    decide_review,
    sign_decision,
)
from adsum.reviews.past_queries import assemble
from adsum.reviews.queries import (
    appeals_open,
    decisions_of,
    decisions_to_sign,
    find_decision,
    find_review,
    open_review,
    reviews_open,
)
from adsum.reviews.rules import (
    BECAUSE,
    LADDER,
    NOTED_BY_STAFF,
    OUTCOMES,
    WEIGHS,
    WISHES,
    Because,
    DecisionAsked,
    Way,
    Weighed,
    Wish,
    fault_in,
)
from adsum.reviews.rules.file import Fact, Topic

if TYPE_CHECKING:
    from adsum.offices.models import Staff
    from adsum.people.models import Participant
    from adsum.reviews.models import Review
    from adsum.reviews.rules.file import CaseFile


def reviews_waiting(staff: Staff) -> dict[str, int]:
    """For the worklist and the menu: how many reviews, signatures and appeals wait for this person."""
    me = staff.as_actor()
    supervises = staff.role == Role.SUPERVISOR
    return {
        "reviews_wait": reviews_open(seen_by=me).count(),
        "level_signatures": decisions_to_sign(seen_by=me).count() if supervises else 0,
        "appeals_wait": appeals_open(seen_by=me).count() if supervises else 0,
    }


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def reviews(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits: reviews by their clock, and for a supervisor signatures and appeals."""
    me, now = staff.as_actor(), timezone.now()
    supervises = staff.role == Role.SUPERVISOR
    size = in_force(FlagsPolicy, now=now, office_id=staff.office_id).page_size
    page = Paginator(reviews_open(seen_by=me), size).get_page(request.GET.get("page"))
    to_sign = list(decisions_to_sign(seen_by=me)) if supervises else []
    appeals = list(appeals_open(seen_by=me)) if supervises else []
    about = [one.about for one in page.object_list] + [one.about for one in appeals]
    shown = {
        "staff": staff,
        "page": page,
        "to_sign": to_sign,
        "appeals": appeals,
        "clocks": clocks_about(about=about, seen_by=me),
        "days_come": days_come(staff).count(),
        "today": timezone.localdate(),
    }
    return render(request, "console/reviews.html", shown)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def review_noted(request: HttpRequest, staff: Staff, participant_id: int) -> HttpResponse:
    """Somebody asked by phone or on paper, or the office looks on its own: the review begins, or joins the open one."""
    participant = find_participant(participant_id=participant_id, seen_by=staff.as_actor())
    if participant is None:
        raise Http404
    way, wish = request.POST.get("way", ""), request.POST.get("wish", "")
    because, now = [one for one in Because if one in request.POST.getlist("because")], timezone.now()
    try:
        review = ask_for_review(
            participant=participant,
            wish=Wish(wish) if wish in set(Wish) else Wish.LOOK,
            way=Way(way) if way in NOTED_BY_STAFF else Way.PHONE,
            because=because,
            words=request.POST.get("words", ""),
            document=keep_scan(request, participant, staff, now),
            noted_by=staff,
            now=now,
        )
    except DocumentRefused as refused:
        messages.error(request, why_not_kept(refused))
        return redirect("person", participant_id=participant.pk)
    except AskRefused:
        messages.error(request, "No order is in force for this person: there is nothing to review.")
        return redirect("person", participant_id=participant.pk)
    messages.success(request, "The review runs; the participant is told.")
    return redirect("review", review_id=review.pk)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, staff: Staff, review_id: int) -> HttpResponse:
    """One review: what was asked, the file, the criteria, the decision; sent, it shows the letter before signing."""
    found = _review_or_404(staff, review_id)
    if request.method == "POST":
        return _page(request, staff, found, drafting=True)
    record_look(participant=found.participant, actor=staff.as_actor(), now=timezone.now())
    return _page(request, staff, found)


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
@proved
def review_signed(request: HttpRequest, staff: Staff, review_id: int) -> HttpResponse:
    """Sign what was drafted: the decision holds, the letter goes out."""
    found = _review_or_404(staff, review_id)
    file, now = _file_of(found, staff), timezone.now()
    asked = _asked_in(request, file)
    try:
        drafts = _drafts(found, staff, asked, file)
        decision = decide_review(
            review_id=found.pk,
            officer=staff,
            asked=asked,
            criteria=[one.as_stored() for one in file.criteria],
            facts=[_kept(one) for one in file.facts],
            letter=drafts.as_stored() if drafts else {},
            now=now,
        )
    except ReviewRefused as refused:
        return _page(request, staff, found, error=str(refused))
    waits = decision.waits_for_second
    done = "Signed. It holds once a second person signs." if waits else "Signed: it holds, and the letter goes out."
    messages.success(request, f"{found.participant.full_name}: {done}")
    following = reviews_open(seen_by=staff.as_actor()).first()
    return redirect("review", review_id=following.pk) if following else redirect("reviews")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_POST
def review_more(request: HttpRequest, staff: Staff, review_id: int) -> HttpResponse:
    """Ask the participant for a paper or an answer."""
    found = _review_or_404(staff, review_id)
    try:
        ask_for_more(review_id=found.pk, officer=staff, words=request.POST.get("more", ""), now=timezone.now())
        messages.success(request, "They are asked. The clock waits until it comes, or until their own has run out.")
    except AskRefused as refused:
        messages.error(request, str(refused))
    return redirect("review", review_id=found.pk)


@staff_only(Role.SUPERVISOR)
@require_POST
@proved
def level_signature(request: HttpRequest, staff: Staff, decision_id: int) -> HttpResponse:
    """The second signature under a step up, or its refusal."""
    if find_decision(decision_id=decision_id, seen_by=staff.as_actor()) is None:
        raise Http404
    agrees, reason = request.POST.get("answer") == "sign", request.POST.get("reason", "")
    try:
        sign_decision(decision_id=decision_id, supervisor=staff, agrees=agrees, reason=reason, now=timezone.now())
    except ReviewRefused as refused:
        messages.error(request, str(refused))
    else:
        done = "Signed: it holds, and the person is told." if agrees else "Refused: an officer decides again."
        messages.success(request, done)
    return redirect("reviews")


@staff_only(Role.OFFICER, Role.SUPERVISOR)
@require_safe
def level_letter(request: HttpRequest, staff: Staff, decision_id: int) -> HttpResponse:
    """The letter of a decision, as it was signed."""
    decision = find_decision(decision_id=decision_id, seen_by=staff.as_actor())
    if decision is None:
        raise Http404
    return HttpResponse(letter_paper(decision), content_type="application/pdf")


def _kept(fact: Fact) -> dict[str, str]:
    return {"words": fact.words, "source": fact.source, "on": fact.on.isoformat() if fact.on else ""}


def _review_or_404(staff: Staff, review_id: int) -> Review:
    found = find_review(review_id=review_id, seen_by=staff.as_actor())
    if found is None:
        raise Http404
    return found


def _file_of(found: Review, staff: Staff) -> CaseFile:
    return assemble(
        participant=found.participant, seen_by=staff.as_actor(), now=timezone.now(), grounds=_grounds(found)
    )


def _grounds(found: Review) -> list[Fact]:
    """Health, care and other grounds, as they were asked for."""
    return [
        Fact(Topic.GROUNDS, BECAUSE[Because(one)], f"Request {asked.came}", asked.asked_at.date(), quote=asked.words)
        for asked in found.asks.all()
        for one in asked.because
    ]


def _asked_in(request: HttpRequest, file: CaseFile) -> DecisionAsked:
    posted = request.POST
    keys = [one.key.value for one in file.criteria]
    weighed = {key: Weighed(posted.get(f"weighs-{key}", ""), posted.get(f"words-{key}", "")) for key in keys}
    return DecisionAsked(
        outcome=posted.get("outcome", ""),
        level=posted.get("level", ""),
        weighed=weighed,
        words=posted.get("words", ""),
        evidence=posted.get("evidence", ""),
    )


def _drafts(found: Review, staff: Staff, asked: DecisionAsked, file: CaseFile) -> Drafts | None:
    """The letter in both languages, where what was entered is enough for one."""
    level_now = _level_now(found.participant)
    if fault_in(asked, level_now=level_now, criteria=[one.key.value for one in file.criteria]):
        return None
    return draft_letters(review=found, officer=staff, asked=asked, file=file, level_now=level_now, now=timezone.now())


def _level_now(participant: Participant) -> Level:
    order = order_in_force(participant_id=participant.pk, seen_by=RULES)
    return Level(order.level) if order else Level.NONE


def _page(
    request: HttpRequest, staff: Staff, found: Review, *, drafting: bool = False, error: str = ""
) -> HttpResponse:
    me, participant = staff.as_actor(), found.participant
    file, level = _file_of(found, staff), _level_now(participant)
    asked = _asked_in(request, file)
    drafts = None
    if drafting:
        error = fault_in(asked, level_now=level, criteria=[one.key.value for one in file.criteria])
        drafts = None if error else _drafts(found, staff, asked, file)
    order = order_in_force(participant_id=participant.pk, seen_by=me)
    rung = LADDER.index(level)
    page = {
        "staff": staff,
        "review": found,
        "participant": participant,
        "order": order,
        "file": file,
        "clocks": clocks_about(about=[found.about], seen_by=me),
        "outcomes": list(OUTCOMES.items()),
        "weighs": list(WEIGHS.items()),
        "lower": list(reversed(LADDER[1:rung])),
        "higher": list(LADDER[rung + 1 :]),
        "before": decisions_of(participant_id=participant.pk, seen_by=me)[:5],
        "asked": asked,
        "drafts": drafts,
        "today": timezone.localdate(),
        "may_decide": found.is_open and found.not_by_id != staff.pk and (not order or order.decided_by_id != staff.pk),
        "error": error,
        **like_cases(file, chosen=asked.outcome if drafts else "", seen_by=me, now=timezone.now()),
    }
    return render(request, "console/review.html", page, status=400 if error else 200)


def review_for(participant: Participant, staff: Staff) -> dict[str, Any]:
    """On the page of a person: the review that runs, earlier decisions, and the form to note a request."""
    me = staff.as_actor()
    return {
        "review": open_review(participant_id=participant.pk, seen_by=me),
        "level_decisions": decisions_of(participant_id=participant.pk, seen_by=me)[:10],
        "review_wishes": list(WISHES.items()),
        "review_because": list(BECAUSE.items()),
    }
