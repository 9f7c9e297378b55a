"""What axe finds on the pages of the desk: nothing that keeps somebody from working."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'best-practice']})
    .then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"""


def found_in_both_themes(page, watch) -> dict[str, list[list[str]]]:
    """What axe finds by theme, where it finds something; the page is opened light."""
    troubles = {"light": found(page, watch)}
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    troubles["dark"] = found(page, watch)
    return {theme: one for theme, one in troubles.items() if one}


def found(page, watch) -> list[list[str]]:
    page.wait_for_timeout(300)
    watch.check()
    # axe itself tries a style element, which the policy rightly forbids.
    watch.pardoned = "Applying inline style violates"
    page.evaluate(AXE.read_text())
    return page.evaluate(RUN)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize(
    ("name", "path"),
    [
        (None, "/accounts/login/"),
        ("desk", "/desk/?view=all&case={case}"),
        ("supervisor", "/review/?case={case}"),
        ("desk", "/cases/{case}/"),
    ],
)
def test_nothing_keeps_somebody_from_working(
    open_page, people, make_case, watch, name, path
):
    case = make_case("done" if name == "supervisor" else "collect")
    user = people[name] if name else None
    page = open_page(user, path.format(case=case.uuid))
    assert found_in_both_themes(page, watch) == {}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("desk", "/desk/"),
        ("supervisor", "/review/"),
        ("supervisor", "/cases/{case}/"),
        ("grid_worker", "/my/"),
        ("other_worker", "/tasks/"),
        ("steward", "/data/planning/"),
    ],
)
def test_a_page_fits_360_pixels(open_page, people, make_case, name, path):
    phase = "verify" if name == "other_worker" else "done"
    case = make_case(
        phase, address="北京市测试区东街街道很长的胡同名称十六号院三号楼二单元"
    )
    url = path.format(case=case.uuid)
    page = open_page(people[name], url, viewport=(360, 740))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", ["/desk/?case={case}", "/cases/{case}/"])
def test_a_page_works_at_twice_the_size(open_page, people, make_case, path):
    """A desk's screen at 200 % has half its width and height in CSS pixels."""
    case = make_case()
    page = open_page(people["desk"], path.format(case=case.uuid), viewport=(720, 450))
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    page.get_by_role("button", name="立案", exact=True).click()
    page.wait_for_selector('[data-case][data-events="2"]')
