"""What is kept of a device: families, nothing that points to one person."""

import pytest

from adsum.funnel.rules import FAILURES, STEPS, Device, Failed, Step, is_robot, read_device

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        ("", "", ""),
        ("something of its own", "Other", "Other"),
        (f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
        (f"{ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet", "Android"),
        (f"{ANDROID} Version/4.0 Chrome/78.0 UCBrowser/13.4 Mobile Safari/537.36", "UC Browser", "Android"),
        (f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36 OPR/76", "Opera", "Android"),
        ("Mozilla/5.0 (Linux; Android 13; SM-A1; wv) Chrome/124 Mobile [FBAN/EMA]", "In-app", "Android"),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari", "iOS"),
        (f"{IPHONE} CriOS/125.0 Mobile/15E148 Safari/604.1", "Chrome", "iOS"),
        (f"{IPHONE} FxiOS/126.0 Mobile/15E148 Safari/605.1.15", "Firefox", "iOS"),
        (f"{WINDOWS} AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0", "Edge", "Windows"),
        (f"{WINDOWS.replace('x64', 'x64; rv:126.0')} Gecko/20100101 Firefox/126.0", "Firefox", "Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15", "Safari", "macOS"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/124.0 Safari/537.36", "Chrome", "ChromeOS"),
        ("Mozilla/5.0 (Mobile; Nokia_8110; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5", "Firefox", "KaiOS"),
        ("WhatsApp/2.23.20.0 A", "Robot", "Other"),
    ],
)
def test_browser_and_system_are_read_as_families(said: str, browser: str, system: str) -> None:
    assert read_device(said) == Device(browser, system)


def test_robots_are_known_as_such() -> None:
    assert is_robot(read_device("facebookexternalhit/1.1"))
    assert not is_robot(read_device(f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36"))


@pytest.mark.parametrize(("given", "kept"), [("wifi", "wifi"), ("10.0.0.7", ""), ("", ""), ("x" * 999, "")])
def test_of_the_network_only_its_kind_is_kept(given: str, kept: str) -> None:
    assert read_device("", network=given).network == kept


def test_every_step_and_failure_has_words() -> None:
    assert set(STEPS) == set(Step)
    assert set(FAILURES) == set(Failed)
