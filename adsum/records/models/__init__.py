"""Tables of outside records: where they come from, what they say, who may be meant, what people and agencies said."""

from adsum.records.models.checks import RecordCheck, Screening, Watched
from adsum.records.models.leads import Lead
from adsum.records.models.outside import OutsideRecord, RecordVersion
from adsum.records.models.refusals import RefusedPush
from adsum.records.models.said import Confirmation, Judgement
from adsum.records.models.sources import Delivery, RecordSource, SetAside, Subscription
from adsum.records.models.weights import MatchFigures, MatchModel

__all__ = [
    "Confirmation",
    "Delivery",
    "Judgement",
    "Lead",
    "MatchFigures",
    "MatchModel",
    "OutsideRecord",
    "RecordCheck",
    "RecordSource",
    "RecordVersion",
    "RefusedPush",
    "Screening",
    "SetAside",
    "Subscription",
    "Watched",
]
