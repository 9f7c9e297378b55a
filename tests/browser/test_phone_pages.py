"""The phone's pages for whoever cannot see them well, in both languages and themes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.sites import package

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Axe styles what it measures, which our policy forbids.
PHONE = {"mobile": True, "bypass_csp": True}
HERE = (*package.inside(1, 1, 1), 9)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOOKS = [("zh-hans", "light"), ("en", "dark")]


def troubles(page: Page) -> list[str]:
    """What axe finds wrong: rule, place and why."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_reporting(open_page, people, language, theme):
    look = {"language": language, "theme": theme, **PHONE, "place": HERE}
    page = open_page(people["grid_worker"], "/report/", **look)
    expect(page.locator(".place-more")).to_be_visible()
    page.locator("[data-send]").tap()
    page.locator("#class-query").fill("l")
    assert troubles(page) == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_tasks(open_page, people, make_case, language, theme):
    make_case("resolve", cell=2)
    make_case("resolve", state="handling")
    look = {"language": language, "theme": theme, **PHONE}
    page = open_page(people["handler"], "/tasks/", **look)
    page.locator(".task-do").last.tap()
    expect(page.locator(".task-open move-form").first).to_be_visible()
    assert troubles(page) == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_my_reports(open_page, people, make_case, language, theme):
    make_case("resolve")
    make_case()
    look = {"language": language, "theme": theme, **PHONE}
    page = open_page(people["grid_worker"], "/my/", **look)
    assert troubles(page) == []
