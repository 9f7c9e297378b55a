"""/tasks/ holds everything that waits outdoors in one list, of every kind."""

import gzip
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings

from cases.surveys.to_go import surveys
from cases.to_go import kinds_for, waiting_for
from tests.cases.patrolling import planned
from tests.cases.surveying import begun
from tests.cases.whistling import blown, do

FIRST_PAGE = 150_000  # bytes, compressed
IMPORTED = re.compile(r"(?:from|^import)\s+'([\w/-]+)'", re.MULTILINE)


def html_of(client):
    return client.get("/tasks/").content.decode()


def kinds_of(user):
    return [one.kind.code for one in waiting_for(user)[0]]


def test_a_whistle_waits_for_the_called_until_they_reported_back(people):
    whistle = blown()
    assert kinds_of(people["handler"]) == ["whistle"]
    for verb in ("sign_for", "arrive"):
        do(whistle, verb, people["handler"])
        assert kinds_of(people["handler"]) == ["whistle"]
    move = next(m for m in whistle.process.moves if "report_call" in m.effects)
    reason = move.reasons[0]["code"] if move.reasons else ""
    do(whistle, move.verb, people["handler"], reason=reason, note="已处理")
    assert kinds_of(people["handler"]) == []


def test_the_worker_at_the_spot_sees_who_is_awaited(people, signed_in):
    blown()
    html = html_of(signed_in(people["grid_worker"]))
    assert 'data-kind="whistle"' in html
    assert kinds_of(people["outsider_worker"]) == []


def test_cases_and_the_rest_stand_in_one_order(signed_in, people, make_case):
    make_case("verify")
    begun(people["desk"])
    planned(people["desk"])
    html = html_of(signed_in(people["grid_worker"]))
    found = re.findall(r'<article class="task panel" data-kind="(\w+)"', html)
    assert sorted(found) == ["case", "patrol", "survey"]
    dues = re.findall(r'data-due="([^"]+)"', html)
    assert dues == sorted(dues)


def test_a_survey_is_one_card_with_all_its_places(signed_in, people):
    begun(people["desk"])
    html = html_of(signed_in(people["grid_worker"]))
    points = re.search(r'data-points="([^"]+)"', html)
    assert html.count('data-kind="survey"') == 1
    assert len(points[1].split()) == 4


def test_of_many_places_a_card_shows_some_and_counts_all(people, monkeypatch):
    monkeypatch.setattr("cases.surveys.to_go.MOST_POINTS", 3)
    survey = begun(people["desk"])
    (card,) = surveys(people["grid_worker"]).cards
    cells = survey.items.order_by("cell").values_list("place", flat=True)
    assert card.points == tuple((place.x, place.y) for place in cells[:3])
    assert "4" in card.detail


def test_only_a_mixed_list_can_be_narrowed(signed_in, people, make_case):
    make_case("verify")
    client = signed_in(people["grid_worker"])
    assert "data-only" not in html_of(client)
    begun(people["desk"])
    assert html_of(client).count("data-only") == 3


def test_a_volunteer_has_no_kind_of_task(people, signed_in):
    assert kinds_for(people["volunteer"]) == []
    assert signed_in(people["volunteer"]).get("/tasks/").status_code == 403


def test_the_fragment_holds_no_case(signed_in, people, make_case):
    make_case("verify")
    begun(people["desk"])
    html = signed_in(people["grid_worker"]).get("/tasks/others/").content.decode()
    assert 'data-kind="survey"' in html and 'data-kind="case"' not in html


def test_the_api_lists_them_too(signed_in, people, make_case):
    case = make_case("verify")
    begun(people["desk"])
    rows = signed_in(people["grid_worker"]).get("/api/v1/tasks/").json()
    assert {row["kind"] for row in rows} == {"case", "survey"}
    assert str(case.uuid) in {row["key"] for row in rows}
    assert signed_in(people["volunteer"]).get("/api/v1/tasks/").status_code == 403


def test_the_way_is_offered_where_the_site_names_a_navigation(
    signed_in, people, make_case, settings
):
    make_case("verify")
    client = signed_in(people["grid_worker"])
    assert "task-way" not in html_of(client)
    settings.NAVIGATION_URL = "geo:{lat},{lon}?q={gcj_lat},{gcj_lon}({name})"
    link = re.search(
        r'href="geo:([\d.]+),([\d.]+)\?q=([\d.]+),([\d.]+)', html_of(client)
    )
    lat, lon, gcj_lat, gcj_lon = map(float, link.groups())
    assert 0.0001 < gcj_lon - lon < 0.02 and abs(gcj_lat - lat) < 0.02


@pytest.mark.parametrize("kind", ["cases", "everything"])
def test_many_cost_as_few_queries_as_one(
    signed_in, people, make_case, django_assert_max_num_queries, kind
):
    for number in range(6):
        make_case("verify", cell=number % 4 + 1)
    if kind == "everything":
        begun(people["desk"])
        planned(people["desk"])
        blown()
    client = signed_in(people["grid_worker"])
    html_of(client)
    with django_assert_max_num_queries(17 if kind == "cases" else 23):
        html_of(client)


def test_the_first_page_is_light(signed_in, people, make_case):
    """Its text, styles and scripts, as a phone loads them, without the map."""
    make_case("verify")
    html = html_of(signed_in(people["grid_worker"]))
    page = re.sub(r"<template id=.map-head.*?</template>", "", html, flags=re.S)
    files = modules_of(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page))
    assert not [name for name in files if "map-core" in name or "maplibre" in name]
    total = sum(packed(on_disk(name).read_bytes()) for name in files)
    assert total + packed(page.encode()) < FIRST_PAGE


def on_disk(name):
    root = Path(settings.ROOT)
    name = unquote(name)
    library = name.removeprefix("lib/")
    return (
        root / "static" / name if library == name else root / "node_modules" / library
    )


def modules_of(files):
    """With what they import, and what that imports."""
    found, left = set(), set(files)
    while left:
        name = left.pop()
        found.add(name)
        if name.endswith(".js") and not name.startswith("lib/"):
            text = on_disk(name).read_text()
            left |= {f"{one}.js" for one in IMPORTED.findall(text)} - found
    return found


def packed(data):
    return len(gzip.compress(data, 6))
