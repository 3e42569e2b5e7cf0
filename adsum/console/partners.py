"""What other agencies report of a person, for the officer's eye."""

from typing import Any

from adsum.ledger.rules import Actor
from adsum.partners.queries import partner_reports

PARTNER_VERBS = {
    "partner.added": "let another agency's system ask through the API",
    "partner.changed": "changed what another agency's system may see",
    "partner.paused": "paused another agency's system",
    "partner.resumed": "let another agency's system in again",
    "partner.ended": "ended another agency's system",
    "partner.rotated": "gave another agency's system a new secret",
    "partner.let-in": "was given a token",
    "partner-report.made": "reported something to look at",
    "partner-report.changed": "changed what it had reported",
    "partner-report.withdrawn": "took back what it had reported",
    "partner-reports.forgotten": "erased old reports of other agencies",
    "partner-tokens.forgotten": "erased spent tokens of other agencies",
}


def reported_of(*, participant_id: int, seen_by: Actor) -> dict[str, Any]:
    """The last reports about a person, by id, for the flags that are about them."""
    found = partner_reports(seen_by=seen_by).filter(participant=participant_id)[:60]
    return {"partner_reports_by_id": {report.pk: report for report in found}}
