"""The sentences of a decision's letter. Each is looked up in the language of the letter when it is said."""

from django.utils.translation import gettext_noop as _

from adsum.orders.rules import Level
from adsum.reviews.letters.facts import Criterion
from adsum.reviews.rules import Met, Outcome, Weighs

TITLES = {
    Outcome.KEEP: _("Our decision: your level stays"),
    Outcome.STEP_DOWN: _("Our decision: you get a lower level"),
    Outcome.END: _("Our decision: your monitoring ends"),
    Outcome.STEP_UP: _("Our decision: you get a higher level"),
}
OUTCOMES = {
    Outcome.KEEP: _("Your level stays as it is."),
    Outcome.STEP_DOWN: _("From %(day)s you have the lower level."),
    Outcome.END: _("From %(day)s you do not check in with us any more. Your dates in court stay."),
    Outcome.STEP_UP: _("From %(day)s you have the higher level."),
}
LEVELS = {
    Level.NONE: _("No check-ins"),
    Level.CHECK_IN: _("Check-in by phone or computer"),
    Level.PHONE_CALL: _("Check-in by phone call"),
    Level.GPS_WRIST: _("A GPS watch on the wrist"),
    Level.GPS_ANKLE: _("A GPS device on the ankle"),
}
CRITERIA = {
    Criterion.MONTHS: _("Months at this level"),
    Criterion.ON_TIME: _("Check-ins on time, out of 100"),
    Criterion.MISSES: _("Check-ins that did not come"),
    Criterion.HEARINGS: _("Court dates that you did not come to"),
    Criterion.RECORDS: _("Open records of other agencies about you"),
    Criterion.ALERTS: _("Alarms of your device that a person found true"),
}
AT_LEAST = _("%(has)s. The rule asks for %(wants)s or more.")
AT_MOST = _("%(has)s. The rule allows %(wants)s.")
STANDS = {
    Met.MET: _("This is as it should be."),
    Met.NOT_MET: _("This is not yet as it should be."),
    Met.NO_DATA: _("We do not know this yet. It does not count against you."),
}
WEIGHS = {
    Weighs.FOR: _("For the officer it speaks for a lower level."),
    Weighs.AGAINST: _("For the officer it speaks against a lower level."),
    Weighs.NEITHER: _("For the officer it does not decide it."),
}

NUMBER = _("Number of this decision")
UNTIL_NOW = _("Your level until now")
FROM_NOW = _("Your level from now on")
ASKED = _("You asked us on %(day)s to look at your level. An officer, a person, has read your file and decided.")
NOT_ASKED = _("An officer, a person, has read your file and decided about your level.")
WHY = _("Why")
OFFICERS_WORDS = _("The officer wrote:")
LOOKED_AT = _("What we looked at")
NOT_COUNTED = _("This never counts against you: days when Adsum did not work, excuses that we accepted, and asking.")
NO_AGREEMENT = _("If you do not agree")
APPEAL = _(
    "Is this wrong? You can say so until %(day)s: open “My file” and choose “I do not agree”. A supervisor who had no"
    " part in it reads it. A lawyer can help you."
)
ASK_AGAIN = _("You can ask for a lower level again at any time. It does you no harm.")
HELP = _("Do you need help? Call %(phone)s. You can ask for someone who speaks your language.")
SIGNED = _("Signed by %(name)s on %(day)s")

IN_TIME = _("Check-ins that arrived in time: %(number)s")
EXCUSED = _("Excused, so they count as done: %(number)s")
MISSING = _("Check-ins that did not arrive in time: %(number)s")
ATTENDED = _("Appointments you came to: %(number)s")
