"""What was done with GPS devices, records, clocks, reviews and other files, in the words of the console's timeline."""

from adsum.console.counterpart_words import COUNTERPART_VERBS
from adsum.console.law_words import LAW_VERBS
from adsum.console.partners import PARTNER_VERBS
from adsum.console.record_words import RECORD_VERBS
from adsum.console.review_words import REVIEW_VERBS

FURTHER_VERBS = (
    RECORD_VERBS
    | LAW_VERBS
    | REVIEW_VERBS
    | COUNTERPART_VERBS
    | PARTNER_VERBS
    | {
        "event.parked": "put a fact for another system aside, refused too often",
        "event.given-up": "decided that a fact is never sent to another system",
        "monitor.issued": "handed out a GPS device",
        "monitor.returned": "took back a GPS device",
        "monitor.charged": "charged a GPS device",
        "monitor.swapped": "took a GPS device off, to swap it",
        "monitor.faulty": "noted a GPS device as faulty",
        "monitor.mended": "noted a GPS device as mended",
        "monitor.alert": "got an alert of the GPS device",
        "monitor.alert-judged": "judged an alert of the GPS device",
        "participant.bundled": "made a file of everything about this person",
        "participant.taken-over": "took this person over from another Adsum site",
        "duties.carried": "counted the open check-ins by the days of this office",
        "appeal.sent-out": "took the complete file for the outside body",
        "court.case-parted": "found that a court case is about somebody else",
        "review.texted": "asked for a review by text",
        "order.terms": "wrote down the terms of the order",
        "order.review-day": "set the day on which the level is looked at again",
    }
)
