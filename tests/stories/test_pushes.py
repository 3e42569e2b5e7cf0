"""“Tell me on this phone”, in a browser. Without internet no browser can subscribe, so what it would get stands in."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.stories.conftest import Service, activate, assert_accessible, newcomer

# What `PushManager.subscribe` gives in a browser that has internet; here the keys are those of the fake push service.
SUBSCRIBED = """(made) => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const given = () => ({
    endpoint: made.endpoint,
    options: { applicationServerKey: bytes(localStorage.getItem("test-push")).buffer },
    getKey: (name) => bytes(made.keys[name]).buffer,
    unsubscribe: async () => { localStorage.removeItem("test-push"); return true; },
  });
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("test-push") ? given() : null);
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly) throw new Error("browsers take no silent pushes");
    localStorage.setItem("test-push", btoa(String.fromCharCode(...applicationServerKey)));
    return given();
  };
}"""
NOTIFICATIONS = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, lang, tag }) => ({ title, body, lang, tag }));
}"""
# What a browser tells its worker when it has moved a subscription. The keys are any that are well made.
RENEWED = """async () => {
  const keys = {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
  };
  let done;
  const event = new Event("pushsubscriptionchange");
  event.waitUntil = (promise) => { done = promise; };
  event.oldSubscription = { endpoint: OLD, options: { applicationServerKey: null } };
  event.newSubscription = { endpoint: OLD + "?moved", toJSON: () => ({ keys }) };
  self.dispatchEvent(event);
  await done;
}"""
CARD = "#push"


@pytest.fixture
def gateway(service: Service) -> str:
    """The fake one that `adsum run` starts for the demo; it comes up after the web."""
    url = str(service.welcome["texts_url"])
    deadline = time.monotonic() + 20
    while True:
        try:
            with urlopen(url):
                return url
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def with_internet(page: Page, gateway: str) -> None:
    with urlopen(Request(f"{gateway}push/", method="POST")) as answer:
        made = answer.read().decode()
    page.add_init_script(f"({SUBSCRIBED})({made})")


def on(service: Service) -> int:
    return int(service.sql("SELECT count(*) FROM adsum_pushsubscription WHERE ended_at IS NULL")[0][0])


def push(page: Page, service: Service, data: str) -> None:
    """What the push service does: wake the worker with these words, and again where it was not to be woken."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(5):
        found: list[dict[str, Any]] = []
        cdp = page.context.new_cdp_session(page)
        cdp.on("ServiceWorker.workerRegistrationUpdated", lambda said, to=found: to.extend(said["registrations"]))
        cdp.send("ServiceWorker.enable")
        deadline = time.monotonic() + 10
        while not (ours := [one["registrationId"] for one in found if not one["isDeleted"]]):
            assert time.monotonic() < deadline, found
            page.wait_for_timeout(100)
        said = {"origin": service.url, "registrationId": ours[-1], "data": data}
        cdp.send("ServiceWorker.deliverPushMessage", said)
        for _ in range(50):
            if page.evaluate(NOTIFICATIONS):
                cdp.detach()
                return
            page.wait_for_timeout(100)
        cdp.detach()


def test_a_tap_turns_it_on_the_message_arrives_and_signing_out_ends_it(
    phone: Page, service: Service, gateway: str
) -> None:
    with_internet(phone, gateway)
    activate(phone, service, newcomer(service))
    phone.context.grant_permissions(["notifications", "geolocation"])
    phone.goto("/my-reminders/")
    expect(phone.locator(CARD)).to_contain_text("Otras personas solo ven: «Tiene un mensaje de Adsum»")
    assert on(service) == 0
    assert_accessible(phone)
    phone.click("text=Avíseme en este teléfono")
    expect(phone.locator(f"{CARD} [data-state=on]").first).to_be_visible()
    assert on(service) == 1
    assert_accessible(phone)
    said = {"title": "Tiene un mensaje de Adsum", "body": "Tóquelo para leerlo.", "language": "es"}
    push(phone, service, json.dumps(said))
    expect_shown(phone, [{"title": said["title"], "body": said["body"], "lang": "es", "tag": "adsum"}])
    (worker,) = phone.context.service_workers
    [(before,)] = service.sql("SELECT endpoint FROM adsum_pushsubscription WHERE ended_at IS NULL")
    worker.evaluate(RENEWED.replace("OLD", json.dumps(before)))
    [(endpoint,)] = service.sql("SELECT endpoint FROM adsum_pushsubscription WHERE ended_at IS NULL")
    assert endpoint.endswith("?moved")
    phone.goto("/my-file/")
    phone.click("form[action='/sign-out/'] button")
    phone.wait_for_url("**/")
    assert on(service) == 0
    expect_shown(phone, [])


def expect_shown(page: Page, wanted: list[dict[str, str]]) -> None:
    """These notifications, within twenty seconds."""
    for _ in range(200):
        if page.evaluate(NOTIFICATIONS) == wanted:
            return
        page.wait_for_timeout(100)
    assert page.evaluate(NOTIFICATIONS) == wanted


def test_what_cannot_be_read_is_shown_all_the_same_and_a_tap_opens_the_home_page(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    phone.context.grant_permissions(["notifications"])
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    push(phone, service, "<b>no json</b>")
    expect_shown(phone, [{"title": "Adsum", "body": "", "lang": "", "tag": "adsum"}])
    phone.goto("/check-in/")
    (worker,) = phone.context.service_workers
    opened = worker.evaluate(
        """async () => {
          const opened = [];
          Clients.prototype.openWindow = async (url) => { opened.push(url); };
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
          while (!opened.length) await new Promise((done) => setTimeout(done, 50));
          return opened;
        }"""
    )
    assert opened == ["/home/"]
    expect_shown(phone, [])


def test_nobody_is_asked_before_a_tap_and_a_no_is_explained(phone: Page, service: Service, gateway: str) -> None:
    before = on(service)
    with_internet(phone, gateway)
    phone.add_init_script(
        "let said = 'default';"
        "Object.defineProperty(Notification, 'permission', { get: () => said });"
        "Notification.requestPermission = async () => { window.asked = true; return (said = 'denied'); };"
    )
    activate(phone, service, newcomer(service))
    phone.goto("/my-reminders/")
    expect(phone.locator("text=Avíseme en este teléfono")).to_be_visible()
    assert phone.evaluate("window.asked") is None
    phone.click("text=Avíseme en este teléfono")
    expect(phone.locator(f"{CARD} [data-state=refused]")).to_contain_text("Notificaciones")
    expect(phone.locator("text=Avíseme en este teléfono")).to_be_hidden()
    assert_accessible(phone)
    assert on(service) == before


def test_a_browser_without_internet_says_that_it_did_not_work(phone: Page, service: Service) -> None:
    activate(phone, service, newcomer(service))
    phone.context.grant_permissions(["notifications"])
    phone.goto("/my-reminders/")
    phone.click("text=Avíseme en este teléfono")
    expect(phone.locator(f"{CARD} p[data-state=failed]")).to_contain_text("No es culpa suya")
    expect(phone.locator("text=Avíseme en este teléfono")).to_be_enabled()
    assert_accessible(phone)


def test_a_browser_that_cannot_says_so(phone: Page, service: Service) -> None:
    phone.add_init_script("delete window.PushManager")
    activate(phone, service, newcomer(service))
    phone.goto("/my-reminders/")
    expect(phone.locator(f"{CARD} [data-state=impossible]")).to_contain_text("iPhone")
    expect(phone.locator("text=Avíseme en este teléfono")).to_be_hidden()
    assert_accessible(phone)


def test_it_is_turned_off_by_a_tap_and_without_a_script_too(
    phone: Page, service: Service, gateway: str, contexts: Callable[..., BrowserContext]
) -> None:
    with_internet(phone, gateway)
    activate(phone, service, newcomer(service))
    phone.context.grant_permissions(["notifications"])
    plain = contexts(java_script_enabled=False, base_url=service.url)
    plain.add_cookies(phone.context.cookies())  # type: ignore[arg-type]
    page, before = plain.new_page(), on(service)
    page.goto("/my-reminders/")
    expect(page.locator(CARD)).to_be_hidden()
    for one in (phone, page):
        phone.goto("/my-reminders/")
        phone.click("text=Avíseme en este teléfono")
        expect(phone.locator("text=No más mensajes en este teléfono")).to_be_visible()
        assert on(service) == before + 1
        one.goto("/my-reminders/")
        one.click("text=No más mensajes en este teléfono")
        one.wait_for_url("**/?saved=1")
        assert on(service) == before
