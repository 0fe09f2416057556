"""A page of a widget in Chromium, on which nothing may go wrong."""

import pytest
from headless import served
from widget_pages import write_pages


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("widget_pages")
    write_pages(made)
    return made


@pytest.fixture(scope="module")
def address(folder):
    with served(folder) as url:
        yield {"http": url, "file": folder.as_uri()}


@pytest.fixture
def open_page(browser):
    """Open a page at a width; at the end nothing may have gone wrong on it."""
    contexts, complaints = [], []

    def check_request(route):
        url = route.request.url
        if url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:")):
            return route.continue_()
        complaints.append(f"request to {url}")
        return route.abort()

    def open_(url, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.route("**/*", check_request)
        page.on("pageerror", lambda error: complaints.append(f"page error {error}"))
        page.on("console", lambda message: complaints.append(f"console {message.text}"))
        page.on(
            "response",
            lambda response: (
                complaints.append(f"{response.status} {response.url}")
                if response.status >= 400
                else None
            ),
        )
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
