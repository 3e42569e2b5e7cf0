"""Fixtures for all tests."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as limits
from pytest_django import DjangoDbBlocker, Settings

from adsum.console.letting_in import PROVED_AT
from adsum.offices.models import FieldOffice, Staff
from adsum.people.actions import sign_in_device
from adsum.people.models import Participant
from adsum.policies.queries import put_book_away
from adsum.portal.cookies import DEVICE_COOKIE
from tests.emptying import empty_tables
from tests.factories import NOW, make_office, make_participant, make_staff

# A busy machine draws slowly; how long an example takes is nothing that a test of ours says.
limits.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)
limits.register_profile("long", limits.get_profile("ci"), max_examples=20_000)
limits.load_profile("ci")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many lives, or seconds of two systems, tests go through; how long the API is fuzzed, 0: each operation."""
    parser.addoption("--lives", default="30")
    parser.addoption("--fuzz-seconds", default="0")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """One test database, made as its owner; the tests work in it with the app's rights."""
    owner, app = connections["owner"], connections["default"]
    before = owner.settings_dict["NAME"]
    app.settings_dict["OPTIONS"].pop("pool")  # a test ends its connections; the stories run with the pool
    with django_db_blocker.unblock():
        app.settings_dict["TEST"]["MIRROR"] = "owner"  # so that Django does not flush it: the ledger refuses
        app.settings_dict["NAME"] = owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        owner.creation.destroy_test_db(before, verbosity=0)


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    """No hashed file names, and a password hash that takes no time."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _policies_as_in_the_database() -> None:
    """No test works by the versions of another."""
    put_book_away()


@pytest.fixture(autouse=True)
def _nothing_is_left(request: pytest.FixtureRequest) -> None:
    """A test that commits leaves no row to the next one, whether it asked for `committed` or not."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("committed")


@pytest.fixture
def office(db: None) -> FieldOffice:
    return make_office()


@pytest.fixture
def other_office(db: None) -> FieldOffice:
    return make_office("LAX", "America/Los_Angeles")


@pytest.fixture
def officer(office: FieldOffice) -> Staff:
    return make_staff(office)


@pytest.fixture
def person(office: FieldOffice) -> Participant:
    return make_participant(office)


@pytest.fixture
def sign_in() -> Callable[[Participant | Staff], Client]:
    """A browser in which this participant or member of staff is signed in."""

    def signed_in(who: Participant | Staff) -> Client:
        client = Client()
        if isinstance(who, Staff):
            client.force_login(who)
            session = client.session
            session[PROVED_AT] = timezone.now().timestamp()
            session.save()
        else:
            token = sign_in_device(participant=who, browser="test", now=timezone.now())
            client.cookies[DEVICE_COOKIE] = token
        return client

    return signed_in


@pytest.fixture
def committed(transactional_db: None) -> Iterator[str]:
    """For tests that need real commits: yields the test database's address, and empties it afterwards."""
    options = {
        k: v
        for k, v in django_settings.DATABASES["owner"]["OPTIONS"].items()
        if k not in ("options", "server_side_binding", "prepare_threshold", "pool")
    }
    url = psycopg.conninfo.make_conninfo(dbname=connection.settings_dict["NAME"], **options)
    yield url
    connection.close()
    empty_tables(url)


__all__ = ["NOW"]
