"""The phone's pages as an app: manifest, worker, whose it is, and its map."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from cases.field import cells, shell
from cases.models import Case
from cases.templatetags.field_tags import words_script
from tests.cases.driving import litter
from tests.sites import package
from workflow.models import PhoneClock

FETCH = {"X-Requested-With": "fetch"}


def test_the_manifest_speaks_the_language_that_is_asked(client, db):
    chinese = client.get("/manifest.webmanifest?lang=zh-hans").json()
    english = client.get("/manifest.webmanifest?lang=en").json()
    assert (chinese["short_name"], english["short_name"]) == ("网格员", "Grid worker")
    assert chinese["start_url"] == "/report/"
    for icon in chinese["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


def test_the_worker_rules_over_the_whole_site_and_names_every_file(client, db):
    answer = client.get("/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    text = answer.content.decode()
    for name in ("cases/report.js", "workflow/sending.css", "field/outbox.js"):
        assert f'"/static/{name}"' in text
    assert 'importScripts("/static/field/worker.js")' in text


def test_the_worker_changes_with_a_file_and_only_then(client, db, monkeypatch):
    shell._shell_kept.cache_clear()
    tag = client.get("/worker.js")["ETag"]
    assert client.get("/worker.js", headers={"If-None-Match": tag}).status_code == 304
    monkeypatch.setattr(shell, "_read", lambda name: b"another")
    shell._shell_kept.cache_clear()
    assert client.get("/worker.js")["ETag"] != tag
    shell._shell_kept.cache_clear()


def test_the_map_does_not_come_with_the_first_page():
    assert not [name for name in shell.shell().files if "maplibre" in name]
    assert [name for name in shell.map_files() if "maplibre-gl-worker" in name]


def test_whoever_asks_is_told_who_he_is(client, signed_in, people):
    assert client.get("/field/me/").status_code == 401
    told = signed_in(people["grid_worker"]).get("/field/me/").json()
    assert told["account"] == str(people["grid_worker"].uuid)


def test_pages_that_are_kept_say_whose_they_are(signed_in, people):
    client = signed_in(people["grid_worker"])
    page = client.get("/report/")
    assert page["X-Account"] == str(people["grid_worker"].uuid)
    assert 'data-pages="/report/ /tasks/ /my/ /field/"' in page.content.decode()
    assert "X-Account" not in client.get("/map/")


def test_the_page_without_a_network_holds_nothing_of_anybody(signed_in, people):
    user = people["grid_worker"]
    page = signed_in(user).get("/field/offline/").content.decode()
    assert str(user.uuid) not in page and str(user) not in page


def body() -> dict[str, str]:
    lon, lat = package.inside(1, 1, 1)
    return {
        "uuid": str(uuid4()),
        "category": str(litter().pk),
        "place": f"{lon},{lat},12",
    }


@pytest.mark.parametrize("writer", ["other_worker", "handler"])
def test_what_another_account_wrote_is_not_sent(signed_in, people, writer):
    headers = {**FETCH, "X-Sent-By": str(people[writer].uuid)}
    client = signed_in(people["grid_worker"])
    answer = client.post("/report/", body(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "SignedOut")
    assert not Case.objects.exists()


def test_what_was_written_by_oneself_is_sent(signed_in, people):
    user = people["grid_worker"]
    headers = {**FETCH, "X-Sent-By": str(user.uuid)}
    assert signed_in(user).post("/report/", body(), headers=headers).status_code == 201


def test_the_map_is_of_ones_own_cells_and_layers(signed_in, people):
    told = signed_in(people["grid_worker"]).get("/field/map/").json()
    west, south, east, north = told["bounds"]
    lon, lat = package.inside(1, 1, 1)
    assert west < lon < east and south < lat < north
    assert told["most"] == cells.MOST_BYTES
    assert json.dumps(told["styles"]).count("theme=") == 2


def test_who_has_no_cells_keeps_no_map(signed_in, people):
    told = signed_in(people["supervisor"]).get("/field/map/").json()
    assert told["tiles"] == []


def test_the_tiles_of_a_box_hold_its_corners():
    box = (116.36, 39.90, 116.38, 39.92)
    found = set(cells.tiles_of(box, [16]))
    for lon, lat in ((116.36, 39.90), (116.38, 39.92)):
        assert (16, *cells._tile(lon, lat, 16)) in found
    assert len(found) == len(cells.tiles_of(box, [16]))


def send(client, **more):
    return client.post("/report/", body() | more, headers=FETCH)


def test_a_wrong_clock_is_corrected_by_how_far_it_is_off(signed_in, people):
    now = timezone.now()
    fast = timedelta(hours=3)
    sent, seen = now + fast, now + fast - timedelta(minutes=40)
    client = signed_in(people["grid_worker"])
    answer = send(client, sent_at=sent.isoformat(), happened_at=seen.isoformat())
    assert "180" in answer.content.decode()
    case, noted = Case.objects.get(), PhoneClock.objects.get()
    assert abs(case.reported_at - (now - timedelta(minutes=40))) < timedelta(seconds=30)
    assert (noted.act_id, noted.written_at) == (case.uuid, seen)
    assert abs(noted.seconds_off - 3 * 3600) < 30


def test_a_good_clock_is_believed_and_nothing_is_kept_of_it(signed_in, people):
    now = timezone.now()
    seen = now - timedelta(hours=5)
    client = signed_in(people["grid_worker"])
    send(client, sent_at=now.isoformat(), happened_at=seen.isoformat())
    assert Case.objects.get().reported_at == seen
    assert not PhoneClock.objects.exists()


def test_words_end_no_script():
    said = words_script({"a": "</script>&中"}, "some")
    assert said.count("</script>") == 1 and "中" in said
    assert json.loads(said.split(">", 1)[1].rsplit("<", 1)[0])["a"] == "</script>&中"
