"""Participants' phones: each in a thread of its own, it gets in, checks in, and sends the same again until answered."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from threading import Event, Thread
from uuid import uuid4

from adsum.management.instruments.browser import Answer, Browser, Lost
from adsum.management.instruments.people import Person
from adsum.management.instruments.receipts import Verifier
from adsum.management.instruments.record import Activation, CheckIn, Record

TRIES_AFTER_THE_END = 40
_RECEIPT = re.compile(r"^/receipts/([^/]+)/$")


class Phone(Thread):
    """One participant. It keeps each check-in before it sends it, and sends it until it has the receipt."""

    def __init__(
        self, person: Person, browser: Browser, record: Record, verifier: Verifier, random: Random, stop: Event
    ) -> None:
        super().__init__(daemon=True, name=person.case_number)
        self.person, self._browser, self._record, self._verifier = person, browser, record, verifier
        self._random, self._stop_asked = random, stop
        self.is_in, self._tries_left = Event(), TRIES_AFTER_THE_END

    def run(self) -> None:
        """Get in, then check in until told to stop; what is on its way then is still brought to its end."""
        while not self._stop_asked.is_set() and self._shall_knock():
            self._stop_asked.wait(0.3)
        while not self._stop_asked.is_set() and self.is_in.is_set():
            self._check_in_once()
            self._stop_asked.wait(self._random.uniform(0.02, 0.25))
        self._browser.close()

    def _shall_knock(self) -> bool:
        """Try to get in; true when that should be tried again. A code whose answer was lost is used up."""
        try:
            token = self._browser.get("/start/").token
            answer = self._browser.post_form("/start/", {"csrfmiddlewaretoken": token, **self.person.fields})
        except Lost:
            return True
        if device := self._browser.cookies.get("adsum_device", ""):
            self._record.note_activation(Activation(self.person.case_number, device))
            self.is_in.set()
        elif is_refused := answer.status == 403 and "code" in answer.text:
            self._record.count("codes used up by a lost answer")
            return not is_refused
        return not device

    def _check_in_once(self) -> None:
        check_in = self._fill_in()
        self._record.note_sending(check_in)
        while not self._send(check_in):
            self._stop_asked.wait(self._random.uniform(0.05, 0.3))
            if not self.is_in.is_set() or self._gave_up():
                return
        if self._random.random() < 0.33:
            self._record.count("retries after a receipt")
            self._send(check_in)
        if self._random.random() < 0.05:
            self._record.count("conflicts")
            self._send(replace(check_in, fields={**check_in.fields, "lives_there": "", "wants_contact": "yes"}))

    def _send(self, check_in: CheckIn) -> bool:
        by_form = self._random.random() < 0.3
        return self._by_form(check_in) if by_form else self._by_script(check_in)

    def _gave_up(self) -> bool:
        """After the end was asked for, a phone tries for some seconds more, as a person would."""
        if not self._stop_asked.is_set():
            return False
        self._tries_left -= 1
        time.sleep(0.2)
        return self._tries_left < 0

    def _fill_in(self) -> CheckIn:
        key, taken_at = str(uuid4()), datetime.now(UTC).isoformat(timespec="microseconds")
        fields = {
            "key": key,
            "lives_there": "yes",
            "place_status": "granted",
            "latitude": "40.7",
            "longitude": "-73.9",
            "accuracy_m": "12",
            "taken_at": taken_at,
        }
        if self._random.random() < 0.12:
            fields |= {"place_status": "refused", "message": f"torture {key}"}
        return CheckIn(key, fields.get("message", f"{self.person.case_number} {taken_at}"), fields)

    def _by_script(self, check_in: CheckIn) -> bool:
        """Send it as the page's script does; true when the receipt is here."""
        left = time.monotonic()
        try:
            answer = self._browser.post_json("/check-in/", check_in.fields)
        except Lost:
            return False
        said = answer.as_json()
        if answer.status != 200 or "number" not in said:
            return self._was_put_off(answer)
        if why := self._verifier.fault_of(check_in, said):
            self._record.note_bad_receipt(check_in, why)
            return True
        self._record.note_receipt(check_in, said["number"], sent_at=left)
        return True

    def _by_form(self, check_in: CheckIn) -> bool:
        """Send it as a browser without scripts does; true when it is led to the receipt."""
        left = time.monotonic()
        try:
            token = self._browser.get("/check-in/").token
            answer = self._browser.post_form("/check-in/", {"csrfmiddlewaretoken": token, **check_in.fields})
            found = _RECEIPT.match(answer.location)
            if answer.status != 302 or not found:
                return self._was_put_off(answer)
            self._record.note_receipt(check_in, found[1], sent_at=left)
            if self._browser.get(answer.location).status == 404:
                self._record.note_bad_receipt(check_in, f"no page for {found[1]}")
        except Lost:
            return False
        return True

    def _was_put_off(self, answer: Answer) -> bool:
        """No receipt: mostly for later. A phone that is signed out was let down, and stays out."""
        self._record.count(f"answers {answer.status}")
        if answer.status == 302 and answer.location.startswith("/start"):
            self._record.count("phones signed out")
            self.is_in.clear()
        return False
