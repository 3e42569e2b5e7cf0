"""Many people who open their link: each looks at it, types code and date of birth, and comes in. A light process.

Run as `python -m adsum.management.bench.opening_load`: a job as JSON on standard input, its outcome on standard output.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from queue import Empty, PriorityQueue
from random import Random
from threading import Lock, Thread
from typing import Any

from adsum.management.instruments.browser import Answer, Browser, Line, Lost

AT_ONCE = 48  # who waits for an answer in the same moment
AGAIN_SECONDS, MOST_TRIES = 75.0, 10


@dataclass(frozen=True)
class Opener:
    """What one person has: the code in the link, and what they type."""

    code: str
    typed: dict[str, str]


@dataclass
class Job:
    """Who opens links at this port, within how many seconds."""

    port: int
    people: list[Opener]
    seconds: float
    seed: int


@dataclass
class Outcome:
    """Who came in, what went wrong by kind, how often somebody got a place in line, and how long each page took."""

    came_in: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    in_line: int = 0
    took_ms: list[float] = field(default_factory=list)
    most_a_second: int = 0
    seconds: float = 0.0


class InLine(Exception):
    """The page gave a place in line: come again."""


class Opening:
    """People with a moment each; as many at once as there are threads."""

    def __init__(self, job: Job) -> None:
        random = Random(job.seed)  # noqa: S311 - a bench, no secret
        self.job, self.outcome, self.lock = job, Outcome(), Lock()
        self.errors: Counter[str] = Counter()
        self.by_second: Counter[int] = Counter()
        self.due: PriorityQueue[tuple[float, int, int]] = PriorityQueue()
        self.inside: dict[int, tuple[dict[str, str], str]] = {}
        self.left = len(job.people)
        for number in range(len(job.people)):
            self.due.put((random.triangular(0, job.seconds, 0), number, 1))

    def run(self) -> Outcome:
        """Have everybody come; returns when the last one is in or has given up."""
        self.began = time.perf_counter()
        threads = [Thread(target=self._work) for _ in range(min(AT_ONCE, max(1, self.left)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.outcome.seconds = time.perf_counter() - self.began
        self.outcome.errors = dict(self.errors)
        self.outcome.most_a_second = max(self.by_second.values(), default=0)
        return self.outcome

    def _work(self) -> None:
        while self.left > 0:
            try:
                at, number, tries = self.due.get(timeout=0.2)
            except Empty:
                continue
            if (early := self.began + at - time.perf_counter()) > 0:
                time.sleep(early)
            self._open(number, tries)

    def _open(self, number: int, tries: int) -> None:
        fault = ""
        try:
            self._come_in(number)
        except InLine:
            with self.lock:
                self.outcome.in_line += 1
            if tries < MOST_TRIES:
                self.due.put((time.perf_counter() - self.began + AGAIN_SECONDS, number, tries + 1))
                return
            fault = "never let in"
        except Lost as lost:
            fault = str(lost)
        except AssertionError as wrong:
            fault = str(wrong)
        with self.lock:
            self.left -= 1
            self.outcome.came_in += not fault
            self.errors.update([fault] if fault else [])

    def _come_in(self, number: int) -> None:
        """The link, the form, the first page. Who was put in line at the first page is signed in, and goes on there."""
        browser, one = Browser(self.job.port, Line(Random())), self.job.people[number]  # noqa: S311 - never breaks
        try:
            if number not in self.inside:
                page = self._timed(lambda: browser.get(f"/start/{one.code}/"), 200)
                form = {"csrfmiddlewaretoken": page.token, "code": one.code, **one.typed}
                came = self._timed(lambda: browser.post_form("/start/", form), 302)
                self.inside[number] = (browser.cookies, came.location)
            browser.cookies, location = self.inside[number]
            self._timed(lambda: browser.get(location), 200)
        finally:
            browser.close()

    def _timed(self, ask: Any, expected: int) -> Answer:
        began = time.perf_counter()
        answer: Answer = ask()
        took = (time.perf_counter() - began) * 1000
        if answer.status == 503:
            raise InLine
        with self.lock:
            self.outcome.took_ms.append(round(took, 2))
            self.by_second[int(began - self.began)] += 1
        if answer.status != expected:
            raise AssertionError(f"{answer.status} instead of {expected}")
        return answer


def read_job(text: str) -> Job:
    """A job from JSON."""
    said = json.loads(text)
    return Job(**{**said, "people": [Opener(**one) for one in said["people"]]})


if __name__ == "__main__":
    json.dump(asdict(Opening(read_job(sys.stdin.read())).run()), sys.stdout)
