"""`make lighthouse`: what Lighthouse says of the participant's pages on a phone; before a release, with a network.

Starts a service of its own with made-up people, signs one of them in, sends a check-in, and looks at each page with
Lighthouse's phone settings (Moto G Power, 1.6 Mbit/s with 150 ms, processor four times slower). A page below LEAST is
looked at again, up to `--runs` times, and the best counts: other work on the machine slows a run, nothing makes one
faster. The JSON has all of them, with how fast Lighthouse found the machine. Ends with 1 below LEAST.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

LIGHTHOUSE = "lighthouse@12.8.2"
CHROMIUM = "/usr/bin/chromium"
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def service(home: Path) -> Iterator[dict[str, Any]]:
    """`adsum run` with made-up people; yields what it says at its start, and `url`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    adsum = Path(sys.executable).with_name("adsum")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADSUM_", "DATABASE_"))}
    with (home / "run.log").open("w") as log:
        running = subprocess.Popen(
            [adsum, "run", "--port", port, "--people", "40", "--json"],
            env={**kept, "ADSUM_HOME": str(home), "ADSUM_PUBLIC_URL": url},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
        )
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        if not line:
            raise SystemExit((home / "run.log").read_text())
        yield {**json.loads(line), "url": url}
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


class Visitor:
    """The made-up person of the demo, by plain HTTP."""

    def __init__(self, welcome: dict[str, Any]) -> None:
        self.url, self.cookies = welcome["url"], CookieJar()
        self.web: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))
        born = datetime.strptime(welcome["participant_hint"].partition("born ")[2], "%B %d, %Y")  # noqa: DTZ007 - a day
        case_number = welcome["participant_case_number"]
        fields = {"from_file": case_number, "born_day": born.day, "born_month": born.month, "born_year": born.year}
        code = urlsplit(welcome["participant_url"]).path.split("/")[2]
        self.send("/start/", {**fields, "code": code})

    def send(self, path: str, fields: dict[str, Any]) -> str:
        """Send the page's form; returns the path where that led."""
        with self.web.open(self.url + path) as page:
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.read().decode()))
        with self.web.open(self.url + path, urlencode({**hidden, **fields}).encode()) as answer:
            return str(urlsplit(answer.geturl()).path)

    def headers(self) -> str:
        """What a browser sends to be this person, for Lighthouse's `--extra-headers`."""
        return json.dumps({"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)})


def look_at(url: str, headers: str, folder: Path) -> dict[str, float]:
    """One run of Lighthouse: the categories from 0 to 100, and how fast it found this machine."""
    found = folder / "found.json"
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", f"--only-categories={','.join(CATEGORIES)}"]
    ended = subprocess.run(
        [
            *command,
            "--chrome-flags=--headless=new --no-sandbox",
            "--output=json",
            f"--output-path={found}",
            f"--extra-headers={headers}",
        ],
        env={"CHROME_PATH": CHROMIUM} | os.environ,
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    if ended.returncode:  # a browser that did not come up says nothing about the page; the next run may
        sys.stderr.write(f"    {urlsplit(url).path}: no result. {ended.stderr.strip()[-300:]}\n")
        return dict.fromkeys(CATEGORIES, 0)
    said = json.loads(found.read_text())
    if urlsplit(said["finalDisplayedUrl"]).path != urlsplit(url).path:
        raise SystemExit(f"{url} led to {said['finalDisplayedUrl']}")
    scores = {name: 100 * said["categories"][name]["score"] for name in CATEGORIES}
    failed = [
        f"{one['id']} {said['audits'][one['id']].get('displayValue', '')}"
        for name in CATEGORIES
        for one in said["categories"][name]["auditRefs"]
        if one["weight"]
        and (said["audits"][one["id"]]["score"] or 0) < 0.9
        and said["audits"][one["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
    ]
    sys.stderr.write(f"    {urlsplit(url).path}: {scores} {'; '.join(failed)}\n")
    return {**scores, "benchmark_index": said["environment"]["benchmarkIndex"]}


def look_at_all(welcome: dict[str, Any], runs: int, wanted: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """Best scores and all runs of each page (or of those named in `wanted`); the signed-in ones first."""
    person = Visitor(welcome)
    receipt = person.send("/check-in/", {"lives_there": "yes"})
    of_person = ["/home/", "/check-in/", receipt, "/my-file/", "/help/", "/my-reminders/", "/language/"]
    pages = [(path, person.headers()) for path in of_person]
    pages += [(path, "{}") for path in ("/", "/start/", "/help/", "/receipts/", receipt, "/status/")]
    rows = []
    for path, headers in pages:
        name = "/receipts/<number>/" if path == receipt else path
        if wanted and name not in wanted:
            continue
        seen: list[dict[str, float]] = []
        while len(seen) < runs and not any(is_good(one) for one in seen):
            seen.append(look_at(welcome["url"] + path, headers, folder))
        best = {category: round(max(one[category] for one in seen)) for category in CATEGORIES}
        rows.append({"page": name, "signed_in": headers != "{}", **best, "runs": seen})
    return rows


def is_good(scores: dict[str, float]) -> bool:
    """No category below LEAST."""
    return all(scores[category] >= LEAST for category in CATEGORIES)


def main() -> int:
    """Run, print a table and JSON; 1 when a page stays below LEAST."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=5, help="of each page, at most")
    reader.add_argument("--page", action="append", default=[], help="only this one, such as /status/; may be repeated")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="adsum-lighthouse-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        with service(home) as welcome:
            rows = look_at_all(welcome, asked.runs, asked.page, home)
    lines = ["| page | signed in | performance | accessibility | best practices |", "|---|---|---|---|---|"]
    for row in rows:
        scores = " | ".join(str(row[name]) for name in CATEGORIES)
        lines.append(f"| `{row['page']}` | {'yes' if row['signed_in'] else 'no'} | {scores} |")
    lines.append(json.dumps({"lighthouse": LIGHTHOUSE, "least": LEAST, "pages": rows}))
    sys.stdout.write("\n".join([*lines, ""]))
    return int(not all(is_good(row) for row in rows))


if __name__ == "__main__":
    sys.exit(main())
