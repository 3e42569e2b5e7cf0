"""A phone's line breaks while it sends: half a form is no check-in. A stranger sends nothing large."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from adsum.documents.policy import DocumentsPolicy
from adsum.offices.models import Staff
from adsum.people.models import Participant
from adsum.portal.whole import whole_posts_only
from tests.factories import make_picture

POLICY = DocumentsPolicy()

FORM = urlencode({"lives_there": "no", "street": "77 New St", "message": "Please call me"}).encode()


def request_with(method: str, arrived: bytes, announced: str) -> HttpRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/check-in/",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": announced,
            "wsgi.input": BytesIO(arrived),
        }
    )


@pytest.mark.parametrize(
    ("method", "arrived", "announced", "status"),
    [
        ("POST", FORM, str(len(FORM)), 200),
        ("POST", FORM[:-1], str(len(FORM)), 400),
        ("POST", b"", str(len(FORM)), 400),
        ("POST", b"", "0", 200),
        ("POST", b"", "", 200),
        ("GET", b"", "5", 200),
    ],
)
def test_half_a_form_is_not_taken_for_the_whole(method: str, arrived: bytes, announced: str, status: int) -> None:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse("kept")

    assert whole_posts_only(view)(request_with(method, arrived, announced)).status_code == status
    assert len(seen) == (status == 200)


class Line(BytesIO):
    """The line on which a body comes; it knows whether anything of it was read."""

    touched = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.touched = True
        return super().read(size)


WITH_FILES = (
    "/address/proof/",
    "/check-in/",
    "/console/people/1/enrolment-photo/",
    "/excuses/",
    "/my-file/decisions/7/",
    "/photo/",
    "/represented/guessed/decisions/3/",
    "/represented/guessed/review/",
)


def post_form(browser: Client, path: str, line: Line, length: int) -> Any:
    sent: dict[str, Any] = {"wsgi.input": line, "CONTENT_LENGTH": str(length)}
    answer: Any = browser.generic("POST", path, CONTENT_TYPE="multipart/form-data; boundary=x", **sent)
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("path", WITH_FILES)
@pytest.mark.parametrize(
    "cookies", [{}, {"adsum_device": "guessed", "adsum_staff": "guessed"}], ids=["none", "guessed"]
)
@pytest.mark.parametrize("checked", [False, True], ids=["no-csrf", "csrf"])
def test_nothing_is_read_of_what_a_stranger_sends(path: str, cookies: dict[str, str], checked: bool) -> None:
    stranger, line = Client(enforce_csrf_checks=checked), Line(b"x" * 10_000)
    for name, value in cookies.items():
        stranger.cookies[name] = value
    answer = post_form(stranger, path, line, 15_000_000)
    assert not line.touched
    if path.startswith("/represented/"):
        assert answer.status_code == 404
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith(("/start/", "/console/sign-in/"))


@pytest.mark.django_db
def test_who_is_signed_in_sends_a_large_form(
    person: Participant, officer: Staff, sign_in: Callable[[Participant | Staff], Client]
) -> None:
    noise = make_picture(form="JPEG") + bytes(POLICY.largest_megabytes * 1_000_000 - 50_000)
    for sender, path in ((person, "/photo/"), (officer, f"/console/people/{person.pk}/enrolment-photo/")):
        file = BytesIO(noise)
        file.name = "large.jpg"
        answer = sign_in(sender).post(path, {"file": file})
        assert (answer.status_code, "sign-in" in answer["Location"]) == (302, False)
