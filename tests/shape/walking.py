"""Who walks through all the pages, what they find there, and the person whom not all of them may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from adsum.checkins.actions import make_reminders, submit_report
from adsum.checkins.models import Report
from adsum.checkins.rules import ReportContent
from adsum.core.ids import in_groups
from adsum.flags.models import Flag
from adsum.ledger.rules import OPERATOR
from adsum.notices.models import Message
from adsum.notices.rules import Channel
from adsum.offices.models import FieldOffice, Staff
from adsum.offices.rules import Role
from adsum.people.models import Participant
from adsum.places.actions import change_address
from adsum.places.rules import GivenAddress
from tests.factories import NOW, make_duty, make_participant, make_staff
from tests.shape.laws.addresses import Address

SignIn = Callable[[Participant | Staff], Client]
VISITORS = ("stranger", "neighbour", "far", "auditor", "person", "officer")


@dataclass(frozen=True)
class Page:
    """What each visitor gets: a status, or the page they are sent to; and which secrets its rightful visitor sees."""

    answers: dict[str, str]
    shows: frozenset[str]


def _page(answers: str, shows: str = "") -> Page:
    return Page(dict(zip(VISITORS, answers.split(), strict=True)), frozenset(shows.split()))


# The columns are VISITORS: nobody known, another participant of the office, an officer of another office, a role
# that no page names, the participant, an officer of their office.
WALK = {
    "welcome": _page("200 home 200 200 home 200"),
    "help": _page("200 200 200 200 200 200"),
    "start": _page("200 200 200 200 200 200"),
    "start-with-code": _page("200 200 200 200 200 200"),
    "home": _page("start 200 start start 200 start", shows="receipt"),
    "check-in": _page("start 200 start start 200 start", shows="address"),
    "receipt": _page("start 404 start start 200 start", shows="surname receipt message"),
    "receipt-proof": _page("start 404 start start 200 start", shows="receipt"),
    "my-file": _page("start 200 start start 200 start", shows="surname case receipt address"),
    "my-file-whole": _page("start 200 start start 200 start", shows="surname case receipt address message"),
    "language": _page("welcome welcome welcome welcome welcome welcome"),
    "sign-out": _page("welcome welcome welcome welcome welcome welcome"),
    "sign-in": _page("200 200 200 200 200 200"),
    "console-sign-out": _page("sign-in sign-in sign-in sign-in sign-in sign-in"),
    "worklist": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "search": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "person": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case receipt address message"),
    "invitation": _page("sign-in sign-in 404 403 sign-in 200", shows="surname case"),
    "flag-decision": _page("sign-in sign-in 404 403 sign-in worklist"),
    "my-messages": _page("start 200 start start 200 start"),
    "texts-again": _page("start my-messages start start my-messages start"),
    "letters": _page("sign-in sign-in 200 403 sign-in 200", shows="surname case"),
    "letter": _page("sign-in sign-in 404 403 sign-in 200", shows="surname address"),
    "letter-posting": _page("sign-in sign-in 404 403 sign-in letters"),
    "sms-events": _page("401 401 401 401 401 401"),
    "live": _page("200 200 200 200 200 200"),
    "ready": _page("200 200 200 200 200 200"),
}
SENT = {
    "language": {"language": "es"},
    "search": {"q": "Xochiquetzal"},
    "flag-decision": {"decision": "seen", "reason": "I looked at it"},
    "check-in": {"lives_there": "yes"},
}


@dataclass(frozen=True)
class World:
    """Two offices; in one of them a person with a check-in, a flag, and a name like nobody else's."""

    person: Participant
    neighbour: Participant
    officer: Staff
    far: Staff
    auditor: Staff
    report: Report
    flag: Flag
    letter: Message
    sign_in: SignIn

    def client(self, visitor: str) -> Client:
        """A browser with this visitor signed in, fresh each time."""
        return Client() if visitor == "stranger" else self.sign_in(getattr(self, visitor))

    def url(self, address: Address) -> str:
        """The address of this page about the person. A new argument has its value here."""
        values = {
            "code": "ABCDEFGHJK",
            "number": self.report.receipt_number,
            "participant_id": self.person.pk,
            "flag_id": self.flag.pk,
            "letter_id": self.letter.pk,
        }
        return reverse(address.name, kwargs={argument: values[argument] for argument in address.arguments})

    def secrets_in(self, response: HttpResponseBase) -> set[str]:
        """Which of the person's secrets this answer holds, in its text or its headers."""
        said = getattr(response, "content", b"").decode() + str(response.headers)
        receipt = self.report.receipt_number
        secrets = {
            "surname": ("Zubizarreta",),
            "case": ("A987654321",),
            "receipt": (receipt, in_groups(receipt)),
            "address": ("77 Quetzal Lane",),
            "message": ("Ojalatenango",),
        }
        return {name for name, forms in secrets.items() if any(form in said for form in forms)}


def make_world(office: FieldOffice, other_office: FieldOffice, sign_in: SignIn) -> World:
    """The world of the walk, made through the real actions."""
    person = make_participant(office, given_names="Xochiquetzal", surnames="Zubizarreta", case_number="A987654321")
    home = GivenAddress("77 Quetzal Lane", "Apt 9", "Brooklyn", "NY", "11226")
    change_address(participant=person, given=home, actor=OPERATOR, now=NOW)
    content = ReportContent(lives_there=True, message="We moved here from Ojalatenango")
    report = submit_report(participant=person, key=uuid4(), content=content, now=NOW)
    neighbour = make_participant(office)
    submit_report(participant=neighbour, key=uuid4(), content=ReportContent(lives_there=True), now=NOW)
    return World(
        person=person,
        neighbour=neighbour,
        officer=make_staff(office),
        far=make_staff(other_office),
        auditor=make_staff(None, Role.AUDITOR),
        report=report,
        flag=Flag.objects.get(participant=person),
        letter=_letter_to(person),
        sign_in=sign_in,
    )


def _letter_to(person: Participant) -> Message:
    """A letter that waits for an officer to post it."""
    make_duty(person, due_on=NOW.date() + timedelta(days=6))
    make_reminders(can=[Channel.LETTER], now=NOW)
    return Message.objects.get(participant=person)


def find_trespasses(world: World, address: Address) -> list[str]:
    """What visitors get or see there that is not theirs, and what its rightful visitor does not see."""
    page, url = WALK[address.name], world.url(address)
    found: list[str] = []
    for visitor in VISITORS:
        response = visit(world.client(visitor), url, SENT.get(address.name, {}))
        got, seen = answer_of(response), world.secrets_in(response)
        expected, owed = page.answers[visitor], page.shows if visitor == rightful(address) else frozenset()
        found += [f"{visitor} gets {got}, not {expected}"] if got != expected else []
        found += [f"{visitor} does not see {secret}" for secret in sorted(owed - seen)]
        found += [f"{visitor} sees {secret}" for secret in sorted(seen) if visitor != rightful(address)]
    return found


def rightful(address: Address) -> str:
    """Who may see the person there."""
    return "officer" if is_of_staff(address) else "person"


def is_guarded(address: Address) -> bool:
    """True where not everybody may enter."""
    return address.who_may_enter not in ("anyone", "machine")


def is_of_staff(address: Address) -> bool:
    """True where roles are named."""
    return is_guarded(address) and address.who_may_enter != "participant"


def visit(client: Client, url: str, sent: dict[str, str]) -> HttpResponseBase:
    """Open the page; where it can only be sent to, send."""
    response = client.get(url, sent)
    return client.post(url, sent) if response.status_code == 405 else response


def answer_of(response: HttpResponseBase) -> str:
    """The status, or the name of the page one is sent to."""
    if response.status_code != 302:
        return str(response.status_code)
    return resolve(response.headers["Location"].partition("?")[0]).url_name or ""
