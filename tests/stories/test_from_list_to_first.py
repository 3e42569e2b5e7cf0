"""A supervisor goes from a list to the first active participant by what the pages say, in so many clicks."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from adsum.enrolment.rules import COLUMNS
from tests.factories import make_row
from tests.stories.conftest import Service, assert_accessible, sign_in_officer

SUPERVISOR = 2
WORKER_LOOKS = 70_000  # it looks every minute, and is woken when somebody waits
MOST_TO_THE_POST, MOST_TO_A_NEW_CODE, MOST_TAPS_AT_HOME = 8, 4, 7


class Clicks:
    """Whoever clicks on what a page says, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, kind: str, words: str) -> None:
        """The one `link`, `button`, or `summary`, whose words begin so."""
        self.count += 1
        self.page.locator(kind, has_text=re.compile(rf"^\s*{re.escape(words)}")).first.click()


def write_list(path: Path) -> dict[str, str]:
    """Two people whom only a letter reaches, each the first of their language, and a row of nobody; their birthdays."""
    due = (date.today() + timedelta(days=14)).isoformat()
    home = {"phone": "", "email": "", "first_due_on": due, "unit": "Apt 4C", "city": "Brooklyn"}
    rows = [
        make_row(2, surnames="Ixchel", language="es", date_of_birth="1990-03-14", **home).values,
        make_row(3, surnames="Toussaint", language="ht", date_of_birth="1985-11-02", **home).values,
        make_row(4, case_number="24087", **home).values,
    ]
    path.write_text("\n".join([",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows), ""]))
    return {row["surnames"]: row["case_number"] for row in rows[:2]}


def codes_on_paper(path: Path) -> dict[str, str]:
    """The link of each letter, by the name above its address."""
    found = {}
    for page in PdfReader(path).pages:
        link = re.search(r"http\S+/start/\w+/", text := page.extract_text())
        assert link, text
        found["Ixchel" if "Ixchel" in text else "Toussaint"] = link[0]
    return found


def come_in(phone: Page, link: str, born: tuple[int, int, int], digits: str) -> None:
    phone.goto(link)
    year, month, day = map(str, born)
    phone.fill("[name=born_day]", day)
    phone.select_option("[name=born_month]", month)
    phone.fill("[name=born_year]", year)
    phone.fill("[name=from_file]", digits)
    phone.click("main form button")


def reached(desk: Page, step: str) -> str:
    row = desk.locator("tr", has=desk.get_by_role("rowheader", name=step, exact=True)).first
    return row.locator("td").first.inner_text()


def test_from_a_list_to_the_first_active_participant(
    desk: Page, phone: Page, contexts: Callable[..., BrowserContext], service: Service, tmp_path: Path
) -> None:
    numbers = write_list(tmp_path / "list.csv")
    wave = f"story-{uuid4().hex[:8]}"
    sign_in_officer(desk, service, SUPERVISOR)
    hand = Clicks(desk)

    hand.on("nav a", "Waves")
    assert_accessible(desk)
    desk.fill("[name=name]", wave)
    desk.set_input_files("[name=file]", tmp_path / "list.csv")
    hand.on("button", "Try this list")
    expect(desk.get_by_text("2 people would be enrolled")).to_be_visible(timeout=WORKER_LOOKS)
    expect(desk.get_by_text("1 row would be rejected")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("2 can be reached by a paper letter only")
    assert_accessible(desk)
    hand.on("button", "Enrol them")
    expect(desk.get_by_text("Nobody is invited yet")).to_be_visible(timeout=WORKER_LOOKS)
    hand.on("button", "Start stage 1")
    expect(desk.locator("main")).to_contain_text("2 letters wait for you")
    hand.on("main a", "print them")
    with desk.expect_download() as printed:
        hand.on("button", "Print the next run")
    printed.value.save_as(tmp_path / "letters.pdf")
    hand.on("main a", "load this page again")
    hand.on("button", "They are in the post")
    expect(desk.locator("main")).to_contain_text("2 messages have gone")
    expect(desk.get_by_text("Print the next run")).to_have_count(0)
    assert_accessible(desk)
    assert hand.count <= MOST_TO_THE_POST, hand.count

    links = codes_on_paper(tmp_path / "letters.pdf")
    come_in(phone, links["Ixchel"], (1990, 3, 14), numbers["Ixchel"][-3:])
    phone.wait_for_url("**/home/")
    thumb = Clicks(phone)
    thumb.on("main a", "Prepárese")
    thumb.on("button", "Probar mi lugar y seguir")
    thumb.on("button", "Enviar para practicar")
    thumb.on("main a", "Registrarse ahora")
    thumb.count += 1
    phone.check("#lives-yes")
    thumb.on("button", "Enviar con mi ubicación")
    expect(phone.locator("#receipt-number")).to_be_visible()
    assert thumb.count <= MOST_TAPS_AT_HOME, thumb.count

    other = contexts(viewport={"width": 360, "height": 740}, base_url=service.url).new_page()
    come_in(other, links["Toussaint"], (1985, 11, 2), "000" if numbers["Toussaint"][-3:] != "000" else "111")
    expect(other.locator("[role=alert]")).to_be_visible()

    desk.reload()
    expect(desk.locator("main")).to_contain_text("1 is active by now")
    helping = Clicks(desk)
    helping.on("main a", "Who is how far")
    assert [reached(desk, step) for step in ("On the list", "Code tried", "First check-in done")] == ["2", "2", "1"]
    assert_accessible(desk)
    desk.get_by_label("1 who stand at: Code tried").click()
    helping.count += 1
    expect(desk.locator("main")).to_contain_text("Code, birthday or answer did not match")
    helping.on("main .rows a", "Help")
    assert_accessible(desk)
    helping.on("summary", "Make a new code")
    assert helping.count <= MOST_TO_A_NEW_CODE, helping.count
    desk.get_by_role("button", name="Yes, make a new code now").click()
    fresh = desk.get_by_text(re.compile(r"/start/\w+/")).first.inner_text()
    come_in(other, fresh, (1985, 11, 2), numbers["Toussaint"][-3:])
    other.wait_for_url("**/home/")
