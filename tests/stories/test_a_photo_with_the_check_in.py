"""Somebody owes a photo beside a check-in: it goes up as soon as it is chosen, and the answers stay in the form."""

from playwright.sync_api import FilePayload, Page, expect

from tests.stories.conftest import Service, activate, assert_accessible, newcomer
from tests.stories.test_upload_cut_in_the_middle import photo

_ASK = (
    "WITH who AS (SELECT id FROM adsum_participant WHERE case_number = %s), plan AS ("
    " INSERT INTO adsum_plan (participant_id, kind, level, interval_days, weekdays, month_day, next_due_on, started_at,"
    " reason) SELECT id, 'photo', '', 0, 0, 1, current_date + 40, now() - interval '1 day', '' FROM who"
    " RETURNING id, participant_id)"
    " INSERT INTO adsum_duty (plan_id, participant_id, due_on, made_at, opens_at, due_at, missed_after, set_aside)"
    " SELECT id, participant_id, current_date + 2, now(), now() - interval '1 day', now() + interval '3 days',"
    " now() + interval '4 days', '' FROM plan"
)


def test_a_photo_goes_up_beside_the_check_in(phone: Page, service: Service) -> None:
    number = newcomer(service)
    activate(phone, service, number)
    service.sql(_ASK, number)
    phone.goto("/check-in/")
    assert_accessible(phone)
    phone.fill("[name=message]", "Buenos días")
    me: FilePayload = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    phone.set_input_files("#file", files=me)
    expect(phone.locator("#upload-status")).to_have_text("Tenemos su foto", timeout=30_000)
    expect(phone.locator("#photo-choices")).to_be_hidden()
    expect(phone.locator("[name=message]")).to_have_value("Buenos días")
    phone.check("[name=lives_there][value=yes]")
    phone.click("#send")
    phone.wait_for_url("**/receipts/**", timeout=30_000)
    kinds = service.sql(
        "SELECT r.kind FROM adsum_report r JOIN adsum_participant p ON p.id = r.participant_id"
        " WHERE p.case_number = %s ORDER BY r.kind",
        number,
    )
    assert kinds == [("check-in",), ("photo",)]
