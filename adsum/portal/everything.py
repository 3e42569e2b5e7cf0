"""Everything that is held about one person, from every domain that holds anything."""

from adsum.appointments import queries as appointments
from adsum.checkins import queries as checkins
from adsum.counterparts import queries as counterparts
from adsum.court import queries as court
from adsum.documents import queries as documents
from adsum.enrolment import queries as enrolment
from adsum.families import queries as families
from adsum.flags import queries as flags
from adsum.funnel import queries as funnel
from adsum.handover import queries as handover
from adsum.law import queries as law
from adsum.leaving import queries as leaving
from adsum.ledger import queries as ledger
from adsum.ledger.rules import Actor, FilePart
from adsum.misses import queries as misses
from adsum.monitors import queries as monitors
from adsum.notices import queries as notices
from adsum.orders import queries as orders
from adsum.partners import queries as partners
from adsum.people import queries as people
from adsum.places import queries as places
from adsum.records import queries as records
from adsum.reviews import queries as reviews
from adsum.waves import queries as waves

DOMAINS = (
    people,
    funnel,
    enrolment,
    waves,
    orders,
    monitors,
    places,
    checkins,
    misses,
    reviews,
    law,
    leaving,
    families,
    appointments,
    records,
    court,
    counterparts,
    documents,
    partners,
    notices,
    flags,
    handover,
    ledger,
)


def everything_held(*, participant_id: int, seen_by: Actor) -> FilePart:
    """The whole file; what this person may not see is not in it."""
    held: FilePart = {}
    for domain in DOMAINS:
        held |= domain.everything_about(participant_id=participant_id, seen_by=seen_by)
    return held
