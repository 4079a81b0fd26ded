"""The page that shows the API, in a real browser under the strict policy."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import violations
from tests.support.server import Server


@pytest.mark.parametrize("viewport", ["desktop", "phone"], indirect=True)
def test_docs_show_every_operation_of_the_description(page: Page, served: Server):
    """The `page` fixture fails on console errors, policy violations and foreign requests."""
    document = httpx2.get(f"{served.url}/api").json()
    operations = [
        (verb.upper(), path) for path, verbs in document["paths"].items() for verb in verbs
    ]
    page.goto(f"{served.url}/docs")
    shown = page.locator("main details")
    expect(shown).to_have_count(len(operations))
    heads = [head.split("\n") for head in page.locator("main summary").all_inner_texts()]
    assert {(verb, path) for verb, path, *_ in heads} == set(operations)

    every = shown.filter(has_text="/collections/{collection}/items").first
    every.locator("summary").click()
    for parameter in ("limit", "bbox", "datetime", "lang"):
        expect(every.get_by_text(parameter, exact=True).first).to_be_visible()
    assert violations(page) == []
    width = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


def test_docs_link_to_what_can_be_read_at_once_and_back_to_the_map(page: Page, served: Server):
    page.goto(f"{served.url}/docs")
    conformance = page.locator("main details").filter(has_text="/conformance")
    conformance.locator("summary").click()
    assert conformance.get_by_role("link").get_attribute("href") == "/conformance"
    expect(page.locator('main p > a[href="/"]').first).to_be_visible()
