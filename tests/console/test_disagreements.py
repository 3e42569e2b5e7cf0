"""An officer sees both values side by side and decides which holds; the next one is shown."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adsum.counterparts.actions import decide_disagreement, note_away, note_their_answer
from adsum.counterparts.models import Counterpart, Disagreement
from adsum.flags.models import Flag
from adsum.ledger.models import LedgerLine
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.outbox.models import OutboxEvent
from adsum.people.models import Participant
from adsum.portal.everything import everything_held
from tests.counterparts.tracker import differs, make_counterpart, says_of
from tests.factories import NOW, make_participant, make_staff

pytestmark = pytest.mark.django_db
SignIn = Callable[[Participant | Staff], Client]
LIST = "/console/disagreements/"
MOVED = "9 Elm St\nAlbany\nNY\n12207"


@pytest.fixture
def tracker(db: None) -> Counterpart:
    return make_counterpart()


def read(client: Client, address: str) -> str:
    return unescape(" ".join(client.get(address).text.split()))


def test_both_values_stand_side_by_side_with_who_owns_it_and_whose_clock(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    asked = differs(tracker, person, address=MOVED)
    client = sign_in(officer)
    page = read(client, LIST)
    assert "1 value on which two systems differ" in page
    assert "123 Main St Apt 4<br>Brooklyn, NY 11226" in page and "9 Elm St<br>Albany, NY 12207" in page
    assert "<dt>Both said before</dt><dd>123 Main St Apt 4<br>" in page
    assert "We own addresses" in page and "It was changed there, and we own it" in page
    assert "by our clock" in page and "11/20/2026 09:15:00</span>, by their clock" in page
    assert not LedgerLine.objects.filter(verb="file.viewed").exists()
    assert "Decide as Ana Rivera" in read(client, f"{LIST}{asked.pk}/")
    assert LedgerLine.objects.filter(verb="file.viewed", participant_id=person.pk).count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"names": "Lopez, Maria Elena"},
            ("County tracker owns names", "have never said the same", "Lopez, Maria Elena"),
        ),
        ({"date_of_birth": "1990-02-01"}, ("County tracker owns dates of birth", "March 14, 1988", "Feb. 1, 1990")),
        ({"phone": "+12125550199"}, ("We own phone numbers", "+12125550199", "<br>Nothing")),
    ],
)
def test_where_they_meet_with_different_values(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn, said: dict[str, str],
    words: tuple[str, ...],
) -> None:  # fmt: skip
    says_of(tracker, person, now=NOW, as_of="", **said)
    page = read(sign_in(officer), LIST)
    assert [one for one in words if one not in page] == []


def test_deciding_shows_the_next_and_keeps_who_and_why(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    now, other = timezone.now(), make_participant(person.office, given_names="Jose")
    late, early = differs(tracker, other, now=now), differs(tracker, person, now=now - timedelta(days=2))
    client = sign_in(officer)
    page = read(client, LIST)
    assert page.index(f"disagreement-{early.pk}") < page.index(f"disagreement-{late.pk}")
    told = OutboxEvent.objects.filter(kind="counterpart.differs").count()
    answer = client.post(f"{LIST}{early.pk}/", {"holds": "ours", "reason": "She showed me her phone"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}{late.pk}/", 302)]
    assert "Maria Lopez Garcia, phone number: what our file says holds." in answer.text
    decided = Disagreement.objects.get(pk=early.pk)
    assert (decided.holds, decided.decided_by, decided.reason) == ("ours", officer, "She showed me her phone")
    assert OutboxEvent.objects.filter(kind="counterpart.differs").count() == told + 1
    last = client.post(f"{LIST}{late.pk}/", {"holds": "theirs", "reason": "He called from it"}, follow=True)
    assert last.redirect_chain == [(LIST, 302)]
    assert "what County tracker says holds" in last.text and "Nothing to decide" in last.text
    page = read(client, f"/console/people/{person.pk}/")
    assert "Our value holds: “She showed me her phone”, Ana Rivera" in page
    assert "It is done on both sides when they answer" in page
    assert "decided which of two values holds" in page and "Phone number; our value holds" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"holds": "ours", "reason": " "}, "Write how you know"),
        ({"reason": "She told me"}, "Choose which value holds"),
        ({"holds": "both", "reason": "She told me"}, "Choose which value holds"),
        ({"holds": "theirs", "reason": "She told me"}, "cannot be kept"),
    ],
)
def test_what_cannot_be_decided_so_is_said_and_what_was_typed_stays(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn, sent: dict[str, str], said: str
) -> None:
    asked = differs(tracker, person, phone="5")
    answer = sign_in(officer).post(f"{LIST}{asked.pk}/", sent)
    assert answer.status_code == 400
    assert said in answer.text
    assert (sent["reason"].strip() or "<textarea") in answer.text
    assert answer.text.count(" checked>") == (sent.get("holds") in ("ours", "theirs"))
    assert Disagreement.objects.get().decided_at is None


def test_who_comes_second_reads_who_decided_and_keeps_the_words(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    asked, colleague = differs(tracker, person), make_staff(person.office, name="Daniel Chen")
    decide_disagreement(
        disagreement_id=asked.pk, holds="ours", reason="I called her", officer=colleague, now=timezone.now()
    )
    answer = sign_in(officer).post(f"{LIST}{asked.pk}/", {"holds": "theirs", "reason": "A paper says so"})
    assert answer.status_code == 400
    page = unescape(answer.text)
    assert "Somebody has decided this" in page
    assert "“I called her”, Daniel Chen" in page and "You wrote: " in page and "A paper says so" in page
    assert 'name="holds"' not in page
    assert Disagreement.objects.get().reason == "I called her"


def test_what_ended_by_itself_is_said_so(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    asked = differs(tracker, person)
    says_of(tracker, person)
    page = read(sign_in(officer), f"{LIST}{asked.pk}/")
    assert "Nobody had to decide: it ended by itself" in page and "None waits" in page


def test_strangers_other_offices_and_operators_do_not_see_it(
    tracker: Counterpart, person: Participant, other_office: FieldOffice, sign_in: SignIn
) -> None:
    asked = differs(tracker, person)
    address = f"{LIST}{asked.pk}/"
    far = sign_in(make_staff(other_office))
    assert "Lopez" not in far.get(LIST).text
    sent = {"holds": "theirs", "reason": "Mine now"}
    assert (far.get(address).status_code, far.post(address, sent).status_code) == (404, 404)
    assert far.post(f"{LIST}{asked.pk + 1}/", sent).status_code == 404
    for role in (Role.OPERATOR, Role.PROGRAMME, Role.AUDITOR):
        one = sign_in(make_staff(None, role))
        assert (one.get(LIST).status_code, one.post(address, sent).status_code) == (403, 403)
    assert Client().get(LIST).headers["Location"].startswith("/console/sign-in/")
    assert Disagreement.objects.get().decided_at is None


def test_what_they_say_is_never_read_as_a_page(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    differs(tracker, person, address="<b>9 Elm</b>\n<script>\nNY\n1")
    page = sign_in(officer).get(LIST).text
    assert "&lt;b&gt;9 Elm&lt;/b&gt;<br>&lt;script&gt;, NY 1" in page
    assert "<script>," not in page


def test_the_worklist_and_the_persons_page_say_it(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    client = sign_in(officer)
    assert "two systems differ" not in read(client, "/console/")
    assert "What other systems say" not in read(client, f"/console/people/{person.pk}/")
    differs(tracker, person)
    says_of(tracker, person, phone="+12125550199", custody="detained", hearing="2026-12-01T09:30")
    worklist = read(client, "/console/")
    assert "<strong>1 value</strong> on which two systems differ waits for a decision" in worklist
    flag = Flag.objects.get(reason="other-file")
    told = "County tracker says under custody: detained</li><li>Before: nothing"
    page = read(client, f"/console/people/{person.pk}/")
    assert told in worklist and told in page and f"flag-{flag.pk}" in page
    assert "<dt>Custody</dt><dd>detained</dd>" in page
    assert "<dt>Next hearing</dt><dd>Dec. 1, 2026, 09:30</dd>" in page
    assert "Waits for a decision" in page


def test_while_their_system_is_down_the_persons_page_says_what_that_means(
    tracker: Counterpart, person: Participant, officer: Staff, sign_in: SignIn
) -> None:
    says_of(tracker, person, custody="released")
    client, page = sign_in(officer), f"/console/people/{person.pk}/"
    assert "It does not answer" not in read(client, page)
    note_away(counterpart=tracker, error="no answer within 20 seconds", now=timezone.now() - timedelta(hours=3))
    assert "3 hours). What was changed there since then is not here yet" in read(client, page)
    assert "before a step that rests on it, call them" in read(client, page)
    note_their_answer(counterpart=tracker, now=timezone.now())
    assert "It does not answer" not in read(client, page)


def test_the_lists_cost_the_same_with_one_row_and_with_five(
    tracker: Counterpart, office: FieldOffice, officer: Staff, sign_in: SignIn
) -> None:
    client, asked = sign_in(officer), []
    differs(tracker, make_participant(office))
    client.get(LIST)
    for more in (0, 4):
        for _ in range(more):
            differs(tracker, make_participant(office))
        with CaptureQueriesContext(connection) as queries:
            assert f"{1 + more} value" in client.get(LIST).text
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_person_finds_it_in_their_whole_file(tracker: Counterpart, person: Participant, officer: Staff) -> None:
    asked = differs(tracker, person)
    decide_disagreement(disagreement_id=asked.pk, holds="ours", reason="Seen", officer=officer, now=timezone.now())
    held = everything_held(participant_id=person.pk, seen_by=person.as_actor())
    assert held["other_files"][0]["system"] == "County tracker"
    assert held["disagreements"][0]["reason"] == "Seen"
    neighbour = make_participant(person.office)
    held = everything_held(participant_id=person.pk, seen_by=neighbour.as_actor())
    assert (held["other_files"], held["disagreements"]) == ([], [])
