"""The pages for people, in a real browser."""

from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from open311.messages import translate
from tests.live.browsing import NARROW, complaints, open_page, requested, style

PAGES = (
    "/",
    "/open311/",
    "/open311/discovery.html",
    "/open311/test/discovery.html",
    "/wroclaw/open311/",
    "/krakow/open311/discovery.html",
)
LANGUAGES = ("pl", "en", "de")
DOCUMENTATION = "/open311/v2/docs/"
OPERATIONS = 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_in_every_language(
    browser: Chrome, server: str, page: str, language: str
) -> None:
    open_page(browser, f"{server}{page}?locale={language}")
    root = browser.find_element(By.TAG_NAME, "html")
    assert root.get_attribute("lang") == language
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    assert "Open311" in browser.title
    current = browser.find_element(By.CSS_SELECTOR, "nav [aria-current]")
    assert current.text == translate(language, "page-language-name")
    text = root.text
    assert translate(language, "page-developers") in text
    # Nothing of a template, of Python or of another sort of nothing has come through.
    for slip in ("{{", "}}", "None", "undefined", "page-"):
        assert slip not in text
    assert complaints(browser) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_narrow_screen(
    browser: Chrome, server: str, page: str, language: str
) -> None:
    open_page(browser, f"{server}{page}?locale={language}", NARROW)
    assert browser.execute_script("return innerWidth") == NARROW[0]
    assert browser.execute_script("return document.documentElement.scrollWidth") <= NARROW[0]
    # Nor is anything cut off at the side.
    overhanging = """
        return [...document.querySelectorAll("main *, header *")]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
            .map(one => one.outerHTML.slice(0, 80))
    """
    assert browser.execute_script(overhanging) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_with_its_stylesheet_and_nothing_from_elsewhere(
    browser: Chrome, server: str, page: str
) -> None:
    open_page(browser, server + page)
    assert style(browser, "body", "borderTopStyle") == "solid"
    assert {urljoin(url, "/") for url in requested(browser)} == {server + "/"}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(browser: Chrome, server: str, page: str) -> None:
    open_page(browser, server + page)
    found = browser.find_elements(By.CSS_SELECTOR, "a[href], link[href]")
    links = {link.get_property("href") for link in found}
    assert len(links) > 8
    for link in sorted(links):
        assert link.startswith(server)
        response = requests.get(link, timeout=10)
        assert response.status_code == 200, link
        fragment = urlsplit(link).fragment
        assert not fragment or f'id="{fragment}"' in response.text


def test_the_language_is_the_browsers_unless_another_is_chosen(
    browser: Chrome, server: str
) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    wanted = {"headers": {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}}
    browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", wanted)
    try:
        open_page(browser, f"{server}/open311/")
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "de"
        browser.find_element(By.LINK_TEXT, "Polski").click()
        WebDriverWait(browser, 5).until(lambda it: "locale=pl" in it.current_url)
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "pl"
        # The choice is kept on the way to a city.
        browser.find_element(By.LINK_TEXT, "Wrocław").click()
        WebDriverWait(browser, 5).until(lambda it: "/wroclaw/" in it.current_url)
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "pl"
    finally:
        browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {}})


def test_the_keyboard_reaches_the_content_at_once(browser: Chrome, server: str) -> None:
    open_page(browser, f"{server}/open311/?locale=en")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.text == translate("en", "page-skip")
    assert skip.is_displayed()
    assert skip.rect["y"] >= 0
    skip.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"


def test_the_page_is_readable_in_the_dark(browser: Chrome, server: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        open_page(browser, f"{server}/open311/")
        grounds.append((style(browser, "body", "backgroundColor"), style(browser, "h1", "color")))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert len(set(grounds)) == 2


def test_no_script_runs_on_the_page(server: str) -> None:
    response = requests.get(f"{server}/open311/", timeout=10)
    policy = response.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'self'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_stylesheet_is_one(server: str) -> None:
    response = requests.get(f"{server}/open311/static/georeport.css", timeout=10)
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    unchanged = {"If-None-Match": response.headers["ETag"]}
    again = requests.get(response.url, headers=unchanged, timeout=10)
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/open311/static/", "/open311/static/../blueprint.py"])
def test_nothing_but_the_stylesheet_is_given_out(server: str, path: str) -> None:
    with requests.Session() as session:
        request = requests.Request("GET", server + path).prepare()
        request.url = server + path  # as it is, with the dots
        response = session.send(request, timeout=10)
    assert response.status_code == 404


class TestDocumentation:
    """Swagger UI, from its package alone."""

    @pytest.fixture(autouse=True)
    def _opened(self, browser: Chrome, server: str) -> None:
        open_page(browser, server + DOCUMENTATION)
        WebDriverWait(browser, 15).until(
            lambda it: it.find_elements(By.CSS_SELECTOR, ".opblock, .errors-wrapper")
        )

    def test_it_shows_every_operation(self, browser: Chrome) -> None:
        assert len(browser.find_elements(By.CSS_SELECTOR, ".opblock")) == OPERATIONS
        assert browser.find_elements(By.CSS_SELECTOR, ".errors-wrapper") == []
        assert "Open311 GeoReport v2" in browser.find_element(By.CSS_SELECTOR, ".info").text
        assert complaints(browser) == []

    def test_nothing_is_asked_of_another_host(self, browser: Chrome, server: str) -> None:
        urls = requested(browser)
        assert any(url.endswith("swagger-ui-bundle.js") for url in urls)
        assert any(url.endswith("openapi.json") for url in urls)
        assert {url for url in urls if not url.startswith((server, "data:"))} == set()

    def test_a_call_can_be_tried(self, browser: Chrome) -> None:
        wait = WebDriverWait(browser, 10)
        operation = "#operations-georeport-get_services_json "

        def click(selector: str) -> None:
            found = wait.until(lambda it: it.find_element(By.CSS_SELECTOR, operation + selector))
            browser.execute_script("arguments[0].click()", found)

        click(".opblock-summary-control")
        click(".try-out__btn")
        click(".execute")
        answer = wait.until(
            lambda it: it.find_element(
                By.CSS_SELECTOR, operation + ".live-responses-table .response .response-col_status"
            )
        )
        wait.until(lambda _: answer.text)
        assert answer.text.startswith("200")
        assert complaints(browser) == []

    def test_it_is_kept_to_this_host(self, server: str) -> None:
        response = requests.get(server + DOCUMENTATION, timeout=10)
        directives = dict(
            directive.split(maxsplit=1)
            for directive in response.headers["Content-Security-Policy"].split("; ")
        )
        assert directives["default-src"] == "'self'"
        for sources in directives.values():
            assert set(sources.split()) <= {"'self'", "'unsafe-inline'", "data:"}
        assert "data:" not in directives["script-src"]


def test_a_city_that_is_not_served_has_no_page(server: str) -> None:
    response = requests.get(f"{server}/atlantis/open311/", timeout=10)
    assert response.status_code == 404
    assert Path(response.url).name == "open311"
