"""A phone's line breaks while it sends: half a form is no check-in."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from adsum.portal.whole import whole_posts_only

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
