"""Officers' desks: each in a thread of its own, it signs in at the console, reads the worklist and decides."""

import re
from random import Random
from threading import Event, Thread
from uuid import uuid4

from adsum.management.instruments.browser import Browser, Lost
from adsum.management.instruments.record import Decision, Record

_CARD = re.compile(r"/console/people/(\d+)/#flag-(\d+)")
_CHOICE = re.compile(r'name="decision" value="([^"]+)"')


class Desk(Thread):
    """One officer. A decision whose answer was lost is sent again; it counts once the console says “Decided”."""

    def __init__(self, access: dict[str, str], browser: Browser, record: Record, random: Random, stop: Event) -> None:
        super().__init__(daemon=True, name=access["email"])
        self._access, self._browser, self._record = access, browser, record
        self._random, self._stop_asked = random, stop
        self._tried: set[int] = set()

    def run(self) -> None:
        """Decide until told to stop."""
        while not self._stop_asked.is_set():
            try:
                if self._is_signed_in():
                    self._decide_next()
            except Lost:
                self._record.count("desk pages without an answer")
            self._stop_asked.wait(self._random.uniform(0.3, 1.2))
        self._browser.close()

    def _is_signed_in(self) -> bool:
        if "adsum_staff" not in self._browser.cookies:
            token = self._browser.get("/console/sign-in/").token
            fields = {"email": self._access["email"], "password": self._access["password"]}
            self._browser.post_form("/console/sign-in/", {"csrfmiddlewaretoken": token, **fields})
        return "adsum_staff" in self._browser.cookies

    def _decide_next(self) -> None:
        page = self._browser.get("/console/?of=office")
        if page.status == 302:
            self._browser.cookies.pop("adsum_staff")
            return
        cards = [(person, int(flag)) for person, flag in _CARD.findall(page.text) if int(flag) not in self._tried]
        if cards:
            person, flag = self._random.choice(cards)
            self._decide(person, flag)

    def _decide(self, person: str, flag: int) -> None:
        self._tried.add(flag)
        page = self._browser.get(f"/console/people/{person}/")
        form = page.text.partition(f'action="/console/flags/{flag}/decision/"')[2].partition("</form>")[0]
        choices = _CHOICE.findall(form)
        if not choices:
            return
        decision = Decision(flag, f"torture {uuid4()}")
        self._record.note_reason(decision)
        fields = {"decision": self._random.choice(choices), "reason": decision.reason}
        while not self._is_answered(decision, {"csrfmiddlewaretoken": page.token, **fields}):
            if self._stop_asked.wait(0.3):
                return

    def _is_answered(self, decision: Decision, fields: dict[str, str]) -> bool:
        """True when the console has answered, whatever it said; only its own words acknowledge a decision."""
        try:
            answer = self._browser.post_form(f"/console/flags/{decision.flag_id}/decision/", fields)
            if answer.status >= 500:
                return False
            if answer.status == 302 and "Decided:" in self._browser.get(answer.location).text:
                self._record.note_decision(decision)
        except Lost:
            return False
        return True
