"""From a mail to the pages of residents, as somebody with a telephone goes there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import Engine

from open311.messages import translate
from tests.live.browsing import NARROW, complaints, open_page, requested, style
from tests.live.serving import free_port, serving, until
from tests.mailbox import Mailbox, open_mailbox
from tests.reporting import MIDDLE
from tests.residents.people import close, only_key, row_of

CITY = "krakow.pl"
LANGUAGES = ("pl", "en", "de")

# What has no name for who cannot see it, and what is cut off at the side.
UNNAMED = """
    return [...document.querySelectorAll("input, textarea, button, a")]
        .filter(one => !(one.labels?.length || one.ariaLabel || one.textContent.trim()
                         || one.querySelector("img[alt]")))
        .map(one => one.outerHTML)
"""
OVERHANGING = """
    return [...document.querySelectorAll("main *, header *")]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
        .map(one => one.outerHTML.slice(0, 80))
"""


@dataclass(frozen=True)
class Site:
    """The service with its worker, and the mail that it sends."""

    address: str
    mailbox: Mailbox

    def link(self, email: str, page: str) -> str:
        """Return the link to a page in the mail to somebody, when it has come."""

        def found() -> str | None:
            texts = [one.text for one in self.mailbox.messages if one.recipients == [email]]
            links = re.findall(rf"{re.escape(self.address)}/my/{page}/\S+", "\n".join(texts))
            return links[-1] if links else None

        link: str = until(found)
        return link


@pytest.fixture(scope="module")
def site(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("residents") / "log"
    url = engine.url.render_as_string(hide_password=False)
    with (
        open_mailbox() as mailbox,
        serving(url, log, port, OPEN311_PUBLIC_URL=address, **mailbox.settings),
    ):
        yield Site(address, mailbox)


def report(site: Site, key: str, email: str, language: str) -> None:
    form = {"jurisdiction_id": CITY, "api_key": key, "service_code": "graffiti", "email": email,
            "locale": language, "description": "A <b>wall</b>", **MIDDLE[CITY]}  # fmt: skip
    answer = requests.post(f"{site.address}/open311/v2/requests.json", data=form, timeout=10)
    assert answer.status_code == 200, answer.text


def look_over(browser: Chrome, site: Site, language: str) -> None:
    """Check what holds for every page."""
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    assert browser.title
    assert browser.execute_script(UNNAMED) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= NARROW[0]
    assert browser.execute_script(OVERHANGING) == []
    # Both stylesheets have come, and nothing from elsewhere.
    assert style(browser, "body", "borderTopStyle") == "solid"
    assert {urljoin(url, "/") for url in requested(browser)} == {f"{site.address}/"}
    assert complaints(browser) == []
    text = browser.find_element(By.TAG_NAME, "html").text
    for slip in ("{{", "}}", "None", "undefined", "my-", "mail-"):
        assert slip not in text


def press(browser: Chrome, selector: str, heading: str) -> None:
    """Press something, and wait for the page to which it leads."""
    browser.find_element(By.CSS_SELECTOR, selector).click()
    # Asked in one step, as the old page may go between two.
    said = "return document.querySelector('h1')?.textContent"
    WebDriverWait(browser, 10).until(lambda it: it.execute_script(said) == heading)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_leads_to_the_request_and_to_an_opinion_of_it(
    browser: Chrome, site: Site, engine: Engine, key: str, language: str
) -> None:
    email = f"anna-{language}@example.com"
    report(site, key, email, language)
    link = site.link(email, "requests")
    open_page(browser, link, NARROW)
    look_over(browser, site, language)
    assert "A <b>wall</b>" in browser.find_element(By.TAG_NAME, "main").text
    request = only_key(engine, CITY)
    close(engine, request)
    opinion = site.link(email, "opinion")

    open_page(browser, link, NARROW)
    assert browser.find_elements(By.CSS_SELECTOR, 'a.button[href^="/my/opinion/"]')
    open_page(browser, opinion, NARROW)
    look_over(browser, site, language)
    open_page(browser, opinion, NARROW)
    browser.find_element(By.CSS_SELECTOR, "[name=resolved][value=no]").click()
    browser.find_element(By.CSS_SELECTOR, "[name=rating][value='2']").click()
    browser.find_element(By.ID, "comment").send_keys("Still there")
    press(browser, "main button", translate(language, "my-thanks"))
    look_over(browser, site, language)
    main = browser.find_element(By.TAG_NAME, "main").text
    assert translate(language, "my-thanks-reopened") in main
    assert row_of(engine, request).state == "reopened"
    # The link back keeps what was said where officers read it.
    browser.find_element(By.CSS_SELECTOR, "main a").click()
    WebDriverWait(browser, 10).until(lambda it: "/my/requests/" in it.current_url)
    assert "Still there" not in browser.find_element(By.TAG_NAME, "main").text


def test_a_link_by_mail_opens_the_list_and_leaving_closes_it(
    browser: Chrome, site: Site, key: str
) -> None:
    email = "list@example.com"
    report(site, key, email, "en")
    open_page(browser, f"{site.address}/my/?locale=en", NARROW)
    look_over(browser, site, "en")
    browser.find_element(By.ID, "email").send_keys(email)
    press(browser, "main button", translate("en", "my-sent"))
    open_page(browser, site.link(email, "login") + "?locale=en", NARROW)
    look_over(browser, site, "en")
    press(browser, "main button", translate("en", "my-list"))
    assert len(browser.find_elements(By.TAG_NAME, "article")) == 1
    assert browser.execute_script(OVERHANGING) == []
    assert browser.execute_script("return document.cookie") == ""
    press(browser, "main form button", translate("en", "my-enter"))
    open_page(browser, f"{site.address}/my/requests?locale=en", NARROW)
    assert browser.find_element(By.TAG_NAME, "h1").text == translate("en", "my-login-needed")


def test_one_unsubscribes_and_subscribes_again_with_a_button(
    browser: Chrome, site: Site, key: str
) -> None:
    email = "enough@example.com"
    report(site, key, email, "en")
    open_page(browser, site.link(email, "unsubscribe"), NARROW)
    look_over(browser, site, "en")
    press(browser, "main button", translate("en", "my-unsubscribed"))
    press(browser, "main button", translate("en", "my-subscribed"))
    look_over(browser, site, "en")
