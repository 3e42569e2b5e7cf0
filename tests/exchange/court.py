"""What the tests of the court feed share."""

from pathlib import Path

from django.utils import timezone

from adsum.court.models import CourtAside, CourtProceeding
from adsum.court.queries import states_of_all
from adsum.exchange.court.loading import Loaded, load_folder
from adsum.ledger.rules import OPERATOR


def load(folder: Path) -> Loaded:
    """Load it as the command does."""
    return load_folder(folder, actor=OPERATOR, now=timezone.now())


def states() -> dict[str, str]:
    """Where each case stands, by case number."""
    return {one.case_number: one.state.value for one in states_of_all(seen_by=OPERATOR)}


def rows_kept() -> tuple[int, int]:
    """How many versions of proceedings there are, and how many lines set aside."""
    return CourtProceeding.objects.count(), CourtAside.objects.count()
