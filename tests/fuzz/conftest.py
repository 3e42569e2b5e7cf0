"""Doors that stand open, with a device that is worn and a source that pushes."""

from pathlib import Path

import pytest
from pytest_django import Settings

from adsum.monitors.models import MonitorIssue
from adsum.people.models import Participant
from adsum.records.models import RecordSource
from adsum.records.rules import Transport
from tests.leads import make_source
from tests.monitors.worn import make_worn


@pytest.fixture(autouse=True)
def secrets(settings: Settings, tmp_path: Path) -> None:
    settings.RECORDS_SECRETS = str(tmp_path / "secrets")


@pytest.fixture
def worn(person: Participant) -> MonitorIssue:
    source = make_source("county")
    RecordSource.objects.filter(pk=source.pk).update(transport=Transport.PUSH, adapter="http_push")
    return make_worn(person)
