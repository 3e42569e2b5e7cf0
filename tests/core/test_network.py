"""What can be called, and why nobody answered, in words for an operator."""

import socket
import ssl
from http.client import HTTPConnection, RemoteDisconnected

import pytest

from adsum.core.network import is_web_address, why_no_answer


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://county.example.gov/hooks?a=1", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:80/", True),
        ("http://[", False),
        ("http://a:b/", False),
        ("http://a:99999/", False),
        ("https://", False),
        ("//county.example.gov", False),
        ("ftp://county.example.gov", False),
        ("", False),
        (None, False),
        ([], False),
    ],
    ids=str,
)
def test_an_address_can_be_called_or_not(text: object, is_one: bool) -> None:
    assert is_web_address(text) is is_one


def test_a_port_where_nothing_listens_is_said_so() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with pytest.raises(OSError) as refused:
        HTTPConnection("127.0.0.1", port, timeout=2).connect()
    assert why_no_answer(refused.value, seconds=2) == "no connection: nothing listens there"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TimeoutError(), "no answer within 20 seconds"),
        (socket.gaierror(-2, "Name or service not known"), "no answer: its name is not known here"),
        (ssl.SSLCertVerificationError("expired"), "no answer: its certificate or encryption does not hold"),
        (RemoteDisconnected(""), "no answer: the connection broke off"),
        (ConnectionResetError(), "no answer: the connection broke off"),
        (OSError("secret.example"), "no answer (OSError)"),
    ],
    ids=str,
)
def test_silence_has_words_that_quote_nothing(error: Exception, says: str) -> None:
    assert why_no_answer(error, seconds=20) == says
