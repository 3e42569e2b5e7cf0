"""Schemathesis over the whole API for partners, against a real server: `--fuzz-seconds` says for how long.

Each operation gets its share of the time, once with a token that may everything and once with none. What it finds is an
answer that the document does not describe, an error that is our mistake, or a door that lets in who shows no token.
"""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer
from schemathesis.config import ChecksConfig, PositiveDataAcceptanceConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from adsum.api.partners.describing import document
from adsum.partners.models import Partner, PartnerReport, PartnerToken
from adsum.partners.policy import PartnersPolicy
from adsum.policies.queries import in_force
from tests.factories import make_appointment, make_office, make_participant
from tests.partners.known import Program, make_partner

pytestmark = pytest.mark.django_db(transaction=True)
