"""What a visit weighs over the wire, for somebody with 200 MB left: asked of the real server as a browser asks."""

import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.stories.conftest import Service, activate, newcomer

FIRST_VISIT_BYTES = 60 * 1024
REPEAT_VISIT_BYTES = 5 * 1024


def weigh(service: Service, path: str, cookies: str, etag: str = "") -> tuple[int, str, str]:
    """The bytes of an answer with its headers, its tag, and its words where they are not compressed."""
    compressed = "identity" if path == "/service-worker.js" else "br, gzip"
    headers = {"Accept-Encoding": compressed, "Cookie": cookies, "Accept-Language": "es", "If-None-Match": etag}
    try:
        with urlopen(Request(service.url + path, headers=headers)) as answer:
            body, told = answer.read(), answer.headers
    except HTTPError as not_modified:
        assert not_modified.code == 304
        body, told = b"", not_modified.headers
    words = body.decode() if compressed == "identity" else ""
    return len(body) + len(str(told)), told.get("ETag", ""), words


def test_the_first_visit_and_the_next_ones_are_light(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in phone.context.cookies())
    script_weight, tag, script = weigh(service, "/service-worker.js", cookies)
    files = sorted(set(re.findall(r"/static/[^\"]+", script)))
    assert len(files) == 11
    icon = phone.get_attribute("link[rel=apple-touch-icon]", "href") or ""
    pages = ["/home/", "/check-in/", "/offline/", "/manifest.webmanifest"]
    first = script_weight + sum(weigh(service, path, cookies)[0] for path in [*pages, *files, icon])
    assert first <= FIRST_VISIT_BYTES
    for page in ("/home/", "/check-in/"):
        again = weigh(service, page, cookies)[0] + weigh(service, "/service-worker.js", cookies, tag)[0]
        assert again <= REPEAT_VISIT_BYTES, f"{page}: {again} bytes"
