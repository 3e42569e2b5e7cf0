"""A photo of a bill goes up over a bad network: cut in the middle, the page reloaded, and it ends whole."""

import hashlib
import os
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.stories.conftest import Service, activate, assert_accessible, newcomer, sign_in_officer


def photo() -> bytes:
    """A photo that does not pack: about 900 KB, some fifteen pieces."""
    written = BytesIO()
    Image.frombytes("RGB", (700, 600), os.urandom(700 * 600 * 3)).save(written, "JPEG", quality=95)
    return written.getvalue()


def test_an_upload_cut_in_the_middle_goes_on_and_ends_whole(phone: Page, desk: Page, service: Service) -> None:
    number, content = newcomer(service), photo()
    activate(phone, service, number)
    phone.goto("/address/")
    assert_accessible(phone)
    phone.check("[name=lives_there][value=no]")
    phone.fill("[name=street]", "55 Water Street")
    phone.click("main form button.wide")
    phone.wait_for_url("**/address/proof/")
    assert_accessible(phone)
    sent: list[int] = []

    def sometimes(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
        if route.request.method == "PATCH" and len(sent) == 4:
            route.abort("connectionreset")
        elif route.request.method == "PATCH" and len(sent) > 7:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    phone.route("**/documents/uploads/**", sometimes)
    bill: FilePayload = {"name": "bill.jpg", "mimeType": "image/jpeg", "buffer": content}
    phone.set_input_files("#file", files=bill)
    phone.click("#send-file")
    for _ in range(200):
        if len(sent) > 7:
            break
        phone.wait_for_timeout(100)
    expect(phone.locator("#upload-status")).to_contain_text("No hay internet", timeout=20_000)
    assert sent[:5] == [0, 64_000, 128_000, 192_000, 192_000]

    phone.unroute("**/documents/uploads/**")
    phone.reload()
    again: list[int] = []
    phone.on("request", lambda r: again.append(int(r.headers["upload-offset"])) if r.method == "PATCH" else None)
    phone.set_input_files("#file", files=bill)
    phone.click("#send-file")
    phone.wait_for_url("**/address/", timeout=30_000)
    assert again[0] == sent[-1] > 0
    expect(phone.locator("main")).to_contain_text("Un oficial lo mirará")
    assert_accessible(phone)
    for path in ("/address/forms/", "/address/forms/court/", "/photo/", "/home/", "/my-file/"):
        phone.goto(path)
        assert_accessible(phone)
    [(document, sha)] = service.sql(
        "SELECT d.id, d.sent_sha256 FROM adsum_document d JOIN adsum_participant p ON p.id = d.participant_id"
        " WHERE p.case_number = %s",
        number,
    )
    assert sha == hashlib.sha256(content).hexdigest()
    assert service.sql("SELECT count(*) FROM adsum_upload") == [(0,)]

    sign_in_officer(desk, service, 2)
    desk.fill("[name=q]", number)
    desk.press("[name=q]", "Enter")
    desk.click("main a[href*='/console/people/']")
    picture = desk.locator(f"img[src='/console/documents/{document}/']")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 700
    assert_accessible(desk)
