"""What the tests of the console share."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from adsum.offices.models import Staff
from adsum.offices.rules import Role
from tests.factories import make_staff


@pytest.fixture
def operator(db: None, sign_in: Callable[[Staff], Client]) -> Client:
    """The operator's browser."""
    return sign_in(make_staff(None, Role.OPERATOR, name="Olga Operator"))


def words_of(client: Client, address: str) -> str:
    """A page as one line of text and tags; it must be there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(" ".join(answer.text.split()))
