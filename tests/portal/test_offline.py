"""The door for what was sealed on a phone, the pass that goes with a form, and what makes the portal an app."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from adsum.checkins.models import Report
from adsum.checkins.policy import CheckinPolicy
from adsum.offices.models import FieldOffice
from adsum.people.actions import sign_out_everywhere
from adsum.people.models import Participant
from adsum.people.rules import hash_token
from adsum.portal.cookies import DEVICE_COOKIE
from adsum.portal.offline import seal_key
from adsum.portal.passes import Pass, read_pass
from tests.factories import make_participant
from tests.portal.test_json_door import is_signed
from tests.sealing import seal

POLICY = CheckinPolicy()

SignIn = Callable[[Participant], Client]


@pytest.fixture
def other_person(office: FieldOffice) -> Participant:
    return make_participant(office)


def page_of(client: Client) -> str:
    answer = client.get("/check-in/")
    (form_pass,) = re.findall(r'name="pass" value="([^"]+)"', answer.content.decode())
    assert form_pass.endswith("." + answer.headers["Adsum-Pass"])
    return str(form_pass)


def fields_of(form_pass: str, **more: str) -> dict[str, str]:
    now = timezone.now().isoformat()
    return {"key": str(uuid4()), "pass": form_pass, "lives_there": "yes", "sent_at": now, "opened_at": now, **more}


def post(client: Client, fields: object) -> Any:
    envelope = seal(json.dumps(fields).encode(), seal_key())
    return client.post("/check-in/sealed/", json.dumps(envelope), content_type="application/json")


def test_what_was_sealed_is_a_report_of_whose_pass_it_holds_without_any_cookie(
    person: Participant, sign_in: SignIn
) -> None:
    fields = fields_of(page_of(sign_in(person)), message="From the field")
    answer = post(Client(enforce_csrf_checks=True), fields)
    report = Report.objects.get()
    assert (report.participant_id, report.message, str(report.key)) == (person.pk, "From the field", fields["key"])
    assert (answer.status_code, answer.json()["key"]) == (200, fields["key"])
    assert is_signed(answer.json())
    assert "device-signed-out" not in report.concerns
    assert report.form_given_at is not None
    assert report.clock_skew is not None
    assert abs(report.clock_skew) < timedelta(seconds=30)


def test_the_same_envelope_as_often_as_it_comes_is_one_report(person: Participant, sign_in: SignIn) -> None:
    fields = fields_of(page_of(sign_in(person)))
    assert len({post(Client(), fields).content for _ in range(3)}) == 1
    assert Report.objects.count() == 1


def test_straight_and_sealed_are_the_same_report(person: Participant, sign_in: SignIn) -> None:
    client = sign_in(person)
    fields = fields_of(page_of(client))
    straight = client.post("/check-in/", json.dumps(fields), content_type="application/json")
    assert post(client, fields).json() == straight.json()
    assert Report.objects.count() == 1


def test_on_a_shared_phone_it_is_still_of_who_made_it(
    person: Participant, sign_in: SignIn, other_person: Participant
) -> None:
    form_pass = page_of(sign_in(person))
    post(sign_in(other_person), fields_of(form_pass))
    assert Report.objects.get().participant_id == person.pk


def test_after_a_sign_out_it_is_accepted_and_an_officer_sees_it(person: Participant, sign_in: SignIn) -> None:
    form_pass = page_of(sign_in(person))
    sign_out_everywhere(participant=person, actor=person.as_actor(), now=timezone.now())
    assert post(Client(), fields_of(form_pass)).status_code == 200
    assert "device-signed-out" in Report.objects.get().concerns


def old_pass(client: Client, person: Participant) -> str:
    given_at = timezone.now() - timedelta(days=POLICY.pass_days + 1)
    return Pass(person.pk, hash_token(client.cookies[DEVICE_COOKIE].value), given_at).signed()


def test_an_old_pass_is_good_while_its_person_is_signed_in(
    person: Participant, sign_in: SignIn, other_person: Participant
) -> None:
    client = sign_in(person)
    form_pass = old_pass(client, person)
    assert post(Client(), fields_of(form_pass)).status_code == 200
    sign_out_everywhere(participant=person, actor=person.as_actor(), now=timezone.now())
    refused = [post(who, fields_of(form_pass)).status_code for who in (Client(), client, sign_in(other_person))]
    assert refused == [403, 403, 403]
    assert post(sign_in(person), fields_of(form_pass)).status_code == 200
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [{"pass": ""}, {"pass": "1.2.3.4"}, {"pass": "é"}, {"key": ""}, {"key": "x"}, {"pass": None}],
    ids=repr,
)
def test_without_pass_or_key_it_is_refused(person: Participant, sign_in: SignIn, changes: dict[str, str]) -> None:
    assert post(Client(), {**fields_of(page_of(sign_in(person))), **changes}).status_code == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", "no json", "[" * 100_000, '{"key_name": 7}', '"x"'])
def test_what_is_no_envelope_is_refused(db: None, body: str) -> None:
    answer = Client().post("/check-in/sealed/", body, content_type="application/json")
    assert (answer.status_code, set(answer.json())) == (422, {"error"})


def test_what_is_too_large_is_refused(db: None) -> None:
    answer = Client().post("/check-in/sealed/", "x" * 200_001, content_type="application/json")
    assert answer.status_code == 413


def test_odd_times_are_left_out_and_the_report_is_still_a_report(person: Participant, sign_in: SignIn) -> None:
    form_pass = page_of(sign_in(person))
    for odd in ("", "yesterday", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59Z", "\0"):
        assert post(Client(), fields_of(form_pass, sent_at=odd, opened_at=odd)).status_code == 200
    assert set(Report.objects.values_list("sent_at", "clock_skew")) == {(None, None)}


def test_a_pass_of_somebody_else_in_a_straight_post_says_nothing(
    person: Participant, sign_in: SignIn, other_person: Participant
) -> None:
    fields = fields_of(page_of(sign_in(other_person)))
    sign_in(person).post("/check-in/", json.dumps(fields), content_type="application/json")
    report = Report.objects.get()
    assert (report.participant_id, report.form_given_at, report.clock_skew) == (person.pk, None, None)


def test_a_changed_pass_is_none(person: Participant, sign_in: SignIn) -> None:
    form_pass = page_of(sign_in(person))
    parts = form_pass.split(".")
    assert read_pass(form_pass) is not None
    for at, wrong in ((0, str(person.pk + 1)), (1, str(int(parts[1]) - 1)), (2, "0" * 64), (3, "0" * 64)):
        assert read_pass(".".join([*parts[:at], wrong, *parts[at + 1 :]])) is None


def test_the_service_worker_is_served_from_the_root_and_asked_for_each_time(db: None) -> None:
    answer = Client().get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = Client().get("/service-worker.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_manifest_speaks_the_persons_language(db: None) -> None:
    told = [Client(headers={"Accept-Language": code}).get("/manifest.webmanifest").json() for code in ("en", "es")]
    assert [one["name"] for one in told] == ["Adsum: Check in", "Adsum: Registrarse"]
    assert {icon["purpose"] for icon in told[0]["icons"]} == {"any", "maskable"}


def test_the_offline_page_holds_nothing_about_anybody(person: Participant, sign_in: SignIn) -> None:
    page = sign_in(person).get("/offline/").content.decode()
    assert person.given_names not in page
    assert not re.search(r"csrf|signed-in", page)


def test_the_officer_sees_both_times_and_how_sure_we_are(person: Participant, sign_in: SignIn, officer: object) -> None:
    post(Client(), fields_of(page_of(sign_in(person))))
    page = sign_in(officer).get(f"/console/people/{person.pk}/").content.decode()  # type: ignore[arg-type]
    assert "by the phone’s clock" in page
    assert "Quite sure" in page
