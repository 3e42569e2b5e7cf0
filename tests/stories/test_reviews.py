"""Lives with a level: a step down, a refusal that is reversed, a lawyer who asks, a request on paper."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.stories.conftest import Service, activate, newcomer, sign_in_officer

OFFICER, SUPERVISOR = 0, 2
# What a finger does: a press, not the click that a label passes on to its radio button.
_COUNT = """
addEventListener("pointerdown", () => sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks")) + 1));
"""
_AT_ANKLE = "UPDATE adsum_order SET level = 'gps-ankle' WHERE ended_at IS NULL AND participant_id = %s"


@pytest.fixture
def wearer(service: Service) -> tuple[str, int]:
    """Somebody new who wears a device on the ankle: their case number and who they are in the database."""
    case_number = newcomer(service)
    [(who,)] = service.sql("SELECT id FROM adsum_participant WHERE case_number = %s", case_number)
    service.sql(_AT_ANKLE, who)
    return case_number, who


@pytest.fixture
def my_file(phone: Page, service: Service, wearer: tuple[str, int]) -> Page:
    """Their phone, in Spanish, at My file."""
    activate(phone, service, wearer[0])
    phone.set_default_timeout(15_000)
    phone.goto("/my-file/")
    return phone


@pytest.fixture
def review_page(desk: Page, service: Service, wearer: tuple[str, int]) -> Callable[[], Page]:
    """The officer's screen of this person's review."""

    def opened() -> Page:
        desk.set_default_timeout(15_000)
        desk.add_init_script(_COUNT)
        sign_in_officer(desk, service, OFFICER)
        [(review,)] = service.sql(
            "SELECT id FROM adsum_review WHERE participant_id = %s AND closed_at IS NULL", wearer[1]
        )
        desk.goto(f"/console/reviews/{review}/")
        desk.evaluate("sessionStorage.removeItem('clicks')")
        return desk

    return opened


def ask_in_two_taps(phone: Page) -> None:
    """From My file: the request, and send."""
    phone.locator("#my-level a").click()
    phone.locator("#send-file").click()
    expect(phone.locator("#asked")).to_contain_text("Usted recibe una respuesta a más tardar el", timeout=15_000)


def prove(desk: Page, service: Service, number: int, done: str) -> None:
    """The password again, where it has not been given a moment ago; then it is said that it is done."""
    password, said = desk.locator("[name=proof_password]"), desk.locator("[role=status]").first
    expect(password.or_(said).first).to_be_visible(timeout=15_000)
    if password.count():
        password.fill(service.welcome["sign_ins"][number]["password"])
        desk.locator("main form button").first.click()
    expect(said).to_contain_text(done, timeout=15_000)


def decide(desk: Page, service: Service, outcome: str, words: str, **choices: str) -> None:
    """One screen: the outcome, own words, the letter, the signature."""
    desk.locator(f"label:has([name=outcome][value={outcome}])").click()
    for name, value in choices.items():
        desk.select_option(f"[name={name}]", value)
    desk.fill("#words", words)
    desk.locator("#draft").click()
    expect(desk.locator("#sign")).to_be_visible(timeout=15_000)
    desk.locator("#sign").click()
    prove(desk, service, OFFICER, "Signed")


def level_of(service: Service, who: int) -> str:
    [(level,)] = service.sql("SELECT level FROM adsum_order WHERE participant_id = %s AND ended_at IS NULL", who)
    return str(level)


def letter_of(phone: Page) -> str:
    """Their paper, as text."""
    link = phone.locator("a[href$='letter.pdf']").first.get_attribute("href")
    assert link
    answer = phone.context.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)


def test_from_the_ankle_to_a_step_down(
    my_file: Page, review_page: Callable[[], Page], service: Service, wearer: tuple[str, int]
) -> None:
    ask_in_two_taps(my_file)
    desk = review_page()
    decide(desk, service, "step-down", "Le lastima el tobillo.", level="check-in")
    clicks = int(desk.evaluate("sessionStorage.getItem('clicks') || 0"))
    assert 1 <= clicks <= 6
    assert level_of(service, wearer[1]) == "check-in"
    my_file.goto("/my-file/")
    my_file.locator("#my-level a[href*='/decisions/']").click()
    expect(my_file.locator("h1")).to_have_text("Su nivel baja", timeout=15_000)
    letter = my_file.locator(".letter")
    expect(letter).to_have_attribute("lang", "es")
    expect(letter).to_contain_text("Le lastima el tobillo.")
    assert "Le lastima el tobillo." in letter_of(my_file)
    [(opened,)] = service.sql(
        "SELECT count(*) FROM adsum_reviewdecision WHERE participant_id = %s AND opened_at IS NOT NULL", wearer[1]
    )
    assert opened == 1


def test_a_refusal_is_appealed_and_reversed_by_who_had_no_part_in_it(
    my_file: Page,
    review_page: Callable[[], Page],
    service: Service,
    wearer: tuple[str, int],
    contexts: Callable[..., BrowserContext],
) -> None:
    ask_in_two_taps(my_file)
    decide(review_page(), service, "keep", "Dos registros más, por favor.")
    assert level_of(service, wearer[1]) == "gps-ankle"
    my_file.goto("/my-file/")
    my_file.locator("#my-level a[href*='/decisions/']").click()
    my_file.locator("#words").fill("Me lastima y siempre vine.")
    my_file.locator("#send-file").click()
    appeal = my_file.locator("[id^=appeal-]")
    expect(appeal).to_contain_text("La revisa un supervisor que no participó.", timeout=15_000)
    boss = contexts(viewport={"width": 1280, "height": 800}, base_url=service.url).new_page()
    boss.set_default_timeout(15_000)
    sign_in_officer(boss, service, SUPERVISOR)
    [(number,)] = service.sql(
        "SELECT a.id FROM adsum_appeal a JOIN adsum_reviewdecision d ON d.id = a.decision_id"
        " WHERE d.participant_id = %s",
        wearer[1],
    )
    boss.goto(f"/console/appeals/{number}/")
    boss.locator("label:has([name=answer][value=reversed])").click()
    boss.fill("#reason", "Siempre ha venido a tiempo.")
    boss.locator("#decision form button").click()
    prove(boss, service, SUPERVISOR, "They are told")
    assert level_of(service, wearer[1]) != "gps-ankle"
    my_file.reload()
    expect(appeal).to_contain_text("Usted tenía razón. La decisión queda anulada.", timeout=15_000)
    expect(appeal).to_contain_text("Siempre ha venido a tiempo.")


def test_a_lawyer_asks_for_them_reads_the_letter_and_appeals(
    my_file: Page,
    review_page: Callable[[], Page],
    service: Service,
    contexts: Callable[..., BrowserContext],
) -> None:
    my_file.goto("/my-file/representatives/")
    my_file.fill("[name=name]", "Lic. Ana Soto")
    my_file.locator("form:has([name=name]) button").click()
    shown = my_file.get_by_text("/represented/").first
    expect(shown).to_be_visible(timeout=15_000)
    link = next(word for word in shown.inner_text().split() if "/represented/" in word)
    lawyer = contexts(locale="es-US", base_url=service.url).new_page()
    lawyer.set_default_timeout(15_000)
    lawyer.goto(link)
    lawyer.locator("#not-asked summary").click()
    lawyer.fill("#words", "Está embarazada.")
    lawyer.locator("#not-asked form button").click()
    expect(lawyer.locator("#asked")).to_contain_text("La respuesta llega a más tardar el", timeout=15_000)
    my_file.goto("/my-file/level/")
    expect(my_file.locator("#asked")).to_contain_text("Está embarazada.", timeout=15_000)
    expect(my_file.locator("#asked")).to_contain_text("Lic. Ana Soto")
    decide(review_page(), service, "keep", "Dos registros más.")
    lawyer.goto(link)
    lawyer.locator("#decisions a").click()
    expect(lawyer.locator(".letter")).to_contain_text("Dos registros más.", timeout=15_000)
    assert "Dos registros más." in letter_of(lawyer)
    lawyer.fill("#words", "El médico lo dice.")
    lawyer.locator("label:has([name=hearing])").click()
    lawyer.locator("#send-appeal").click()
    appeal = lawyer.locator("[id^=appeal-]")
    expect(appeal).to_contain_text("La revisa un supervisor que no participó.", timeout=15_000)
    expect(appeal).to_contain_text("La respuesta llega a más tardar el")
    my_file.goto("/my-file/")
    expect(my_file.locator("#my-level")).to_contain_text("Lic. Ana Soto", timeout=15_000)
    my_file.locator("#my-level a[href*='/decisions/']").click()
    expect(my_file.locator("[id^=appeal-]")).to_contain_text("El médico lo dice.", timeout=15_000)


def test_what_came_on_paper_is_scanned_and_they_see_it(
    my_file: Page, desk: Page, service: Service, wearer: tuple[str, int]
) -> None:
    desk.set_default_timeout(15_000)
    sign_in_officer(desk, service, OFFICER)
    desk.goto(f"/console/people/{wearer[1]}/")
    form = desk.locator("#level-reviews form:has(#review-file)")
    desk.locator("#level-reviews details:has(#review-file) > summary").click()
    form.locator("[name=way]").select_option("paper")
    form.locator("[name=words]").fill("Carta escrita a mano")
    form.locator("#review-file").set_input_files({"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": _paper()})
    form.locator("button").click()
    expect(desk.get_by_role("link", name="Their paper").first).to_be_visible(timeout=15_000)
    my_file.goto("/my-file/level/")
    asked = my_file.locator("#asked")
    expect(asked).to_contain_text("Carta escrita a mano", timeout=15_000)
    paper = asked.locator("a[href*='document']").get_attribute("href")
    assert paper
    answer = my_file.context.request.get(paper)
    assert answer.headers["content-type"] == "image/jpeg"
    [(kept,)] = service.sql(
        "SELECT sha256 FROM adsum_document WHERE participant_id = %s AND kind = 'review'", wearer[1]
    )
    assert hashlib.sha256(answer.body()).hexdigest() == kept


def _paper() -> bytes:
    """A photo of a letter, with the place where it was taken hidden in it."""
    kept, hidden = BytesIO(), Image.Exif()
    hidden[0x010E] = "taken at home"
    Image.new("RGB", (400, 600), "white").save(kept, "JPEG", exif=hidden)
    return kept.getvalue()
