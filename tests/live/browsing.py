"""A real browser, and what it says of a page."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

NARROW, WIDE = (360, 740), (1280, 900)


def programs() -> tuple[str, str]:
    """Return where the browser and its driver are."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        pytest.fail(
            "These tests need Chromium and its driver: run script/setup --for test, or install"
            " Debian's packages chromium and chromium-driver."
        )
    return browser, driver


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """Run Chromium as it comes, without a profile of somebody's and without talk of its own."""
    program, driver = programs()
    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        f"--user-data-dir={profile}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with Chrome(options, ChromeService(driver)) as browser:
        yield browser


def open_page(browser: Chrome, url: str, size: tuple[int, int] = WIDE) -> None:
    """Open a page in a window whose content has a size, whatever the window's least is."""
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(url)


def complaints(browser: Chrome) -> list[str]:
    """Return what the browser's console says of the page."""
    return [entry["message"] for entry in browser.get_log("browser")]


def requested(browser: Chrome) -> set[str]:
    """Return all that the page had the browser ask for."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }


def style(browser: Chrome, selector: str, name: str) -> Any:
    """Return a computed property of an element."""
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return browser.execute_script(script, selector, name)
