"""Answers in Brotli: what was sent is what is read, and its length is not always the same."""

import brotli
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from adsum.management.compressing import LONGEST_PAD, pack

pytestmark = pytest.mark.django_db


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200_000))
def test_what_is_packed_is_unpacked(body: bytes) -> None:
    assert brotli.decompress(pack(body)) == body


def test_the_length_says_little_about_the_page() -> None:
    lengths = {len(pack(b"the same page " * 100)) for _ in range(200)}
    assert len(lengths) > LONGEST_PAD // 2
    assert max(lengths) - min(lengths) < LONGEST_PAD


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.9, gzip", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip, br;q=0.000", "gzip"),
        ("gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_each_browser_gets_what_it_reads(client: Client, accepts: str, encoding: str | None) -> None:
    plain = client.get("/help/")
    answer = client.get("/help/", headers={"accept-encoding": accepts})
    assert answer.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer["Vary"]
    assert int(answer["Content-Length"]) == len(answer.content)
    if encoding == "br":
        assert len(answer.content) < len(plain.content) / 2
        assert b"</html>" in brotli.decompress(answer.content)


def test_a_304_says_only_what_is_new(client: Client) -> None:
    first = client.get("/service-worker.js", headers={"accept-encoding": "br"})
    assert first["Content-Security-Policy"]
    again = client.get("/service-worker.js", headers={"accept-encoding": "br", "if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert set(again.headers) <= {"Cache-Control", "ETag", "Vary", "Set-Cookie"}
