"""The caching proxy: pictures of other servers by ours, and what it does without."""

import io
import logging
import struct
import time
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from govmap.lib.sealed import Sealed
from layers.models import OutsideAnswer
from layers.outside import keeping, proxy, views
from layers.outside.grid import tile_at
from tests.layers.outside import serving
from tests.sites import package

pytestmark = pytest.mark.django_db
LON, LAT = package.inside(1, 1, 1)
TILE = tile_at(LON, LAT, 14)
URL = f"/outside/sky/{TILE.z}/{TILE.x}/{TILE.y}"
WMTS = {
    **{"protocol": "wmts", "names": "img", "style": "default"},
    "format": "tiles",
}


@pytest.fixture
def worker(signed_in, people):
    return signed_in(people["grid_worker"])


def pixels(response: Any) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(response.content)).convert("RGB"))


def test_a_tile_is_fetched_once_and_kept(source, server, worker):
    source()
    first, second = worker.get(URL), worker.get(URL)
    assert (first.status_code, first["Content-Type"]) == (200, "image/png")
    assert first.content == second.content == serving.picture(serving.RED)
    assert server.asked == [f"/{TILE.z}/{TILE.x}/{TILE.y}.png?tk={serving.KEY}"]


def test_what_the_browser_has_is_not_sent_again(source, worker):
    source()
    tag = worker.get(URL)["ETag"]
    again = worker.get(URL, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_no_longer_fresh_is_asked_for_by_its_etag(
    source, server, worker, monkeypatch
):
    source(keep_hours=1)
    worker.get(URL)
    now = time.time()
    monkeypatch.setattr(keeping.time, "time", lambda: now + 7200)
    assert worker.get(URL).content == serving.picture(serving.RED)
    assert server.headers[1]["If-None-Match"] == '"one"'
    worker.get(URL)  # fresh again
    assert len(server.asked) == 2


def test_a_server_that_is_down_is_drawn_and_noted(source, server, worker):
    row = source()
    server.instead = (500, b"oops", {})
    response = worker.get(URL)
    assert (response.content, response["Cache-Control"]) == (views.DOWN, "no-store")
    answered = OutsideAnswer.objects.get(source=row)
    assert (answered.trouble, answered.is_down) == ("broken", True)


def test_what_is_kept_is_drawn_while_the_server_is_down(
    source, server, worker, monkeypatch
):
    source(keep_hours=1)
    worker.get(URL)
    now = time.time()
    monkeypatch.setattr(keeping.time, "time", lambda: now + 7200)
    server.instead = (503, b"", {})
    assert worker.get(URL).content == serving.picture(serving.RED)


def test_a_source_that_fails_again_and_again_rests(source, server, worker):
    source()
    server.instead = (500, b"", {})
    for column in range(6):
        worker.get(f"/outside/sky/14/{column}/1")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (403, b"", "refused"),
        (302, b"", "broken"),
        (200, b"<ServiceException/>", "no_picture"),
        (200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_picture"),
    ],
)
def test_what_is_no_picture_is_told_apart(source, server, worker, status, body, why):
    source()
    server.instead = (status, body, {"Location": f"{server.url}/elsewhere"})
    assert worker.get(URL)["X-Govmap-Source"] == why
    assert len(server.asked) == 1  # no redirect is followed


def test_a_picture_that_broke_off_is_not_kept(source, server, worker):
    source()
    server.cut = 20
    assert worker.get(URL)["X-Govmap-Source"] == "unreached"
    server.cut = 0
    assert worker.get(URL).content == serving.picture(serving.RED)


def test_a_secret_that_no_key_opens_is_no_error_of_ours(source, worker):
    source(secret=Sealed("sealed by a key that is gone"))
    assert worker.get(URL)["X-Govmap-Source"] == "refused"


def test_a_picture_of_a_mile_is_none(source, server, worker):
    size = struct.pack(">2I5B", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", b""))
    head = b"\x89PNG\r\n\x1a\n"
    for name, said in parts:
        check = zlib.crc32(name + said)
        head += struct.pack(">I4s", len(said), name) + said + struct.pack(">I", check)
    server.draw = lambda _path: head
    source(**WMTS, address=f"{server.url}/", matrix_set="c", system="EPSG:4490")
    assert worker.get(URL)["X-Govmap-Source"] == "no_picture"


def test_too_many_of_ours_say_nothing_of_the_source(source, worker, monkeypatch):
    source()
    monkeypatch.setattr(proxy, "PATIENCE", 0.01)
    for _turn in range(proxy.AT_ONCE):
        proxy.GATE.turns.acquire()
    assert worker.get(URL).content == views.DOWN
    assert not OutsideAnswer.objects.exists()


def test_where_the_source_has_nothing_the_tile_is_empty(source, server, worker):
    source()
    server.instead = (404, b"", {})
    assert worker.get(URL).content == views.EMPTY


def test_a_private_address_is_not_reached_unless_it_is_listed(
    source, server, worker, settings
):
    source()
    settings.OUTSIDE_NETWORKS = ["10.0.0.0/8"]
    assert worker.get(URL)["X-Govmap-Source"] == "closed"
    assert not server.asked


def test_a_host_that_is_listed_no_more_is_not_asked(source, server, worker, settings):
    source()
    settings.OUTSIDE_HOSTS = ["tiles.example.cn"]
    assert worker.get(URL)["X-Govmap-Source"] == "closed"
    assert not server.asked


def test_the_key_stands_in_no_log_and_no_answer(source, server, worker, caplog):
    source()
    server.instead = (500, b"", {})
    with caplog.at_level(logging.DEBUG):
        response = worker.get(URL)
    assert serving.KEY not in caplog.text
    assert serving.KEY not in str(response.headers)


def test_a_sensitive_layer_is_for_stewards(source, worker, signed_in, people):
    source(sensitivity="sensitive")
    assert worker.get(URL).status_code == 404
    assert signed_in(people["steward"]).get(URL).status_code == 200


def test_a_layer_out_of_use_is_drawn_by_nobody(source, worker):
    source(in_use=False)
    assert worker.get(URL).status_code == 404


def test_wmts_is_asked_by_key_and_value(source, server, worker):
    address = f"{server.url}/img_w/wmts?tk={{key}}"
    source(**WMTS, address=address, matrix_set="w")
    worker.get(URL)
    assert server.queries() == [
        {
            **{"tk": serving.KEY, "SERVICE": "WMTS", "REQUEST": "GetTile"},
            **{"VERSION": "1.0.0", "LAYER": "img", "STYLE": "default"},
            **{"TILEMATRIXSET": "w", "TILEMATRIX": "14", "FORMAT": "tiles"},
            **{"TILEROW": str(TILE.y), "TILECOL": str(TILE.x)},
        }
    ]


def test_wmts_in_degrees_is_drawn_anew_where_it_lies(source, server, worker):
    """Above the latitude of the tile's middle red, below blue: as on our map."""
    middle = TILE.latitude(0.5)

    def draw(path: str) -> bytes:
        high = 360 / 2**14
        top = 90 - int(serving.query_of(path)["TILEROW"]) * high
        down = top - (np.arange(256) + 0.5) / 256 * high
        rows = np.where(down[:, None] > middle, serving.RED, serving.BLUE)
        shown = np.repeat(rows[:, None, :], 256, axis=1).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(shown).save(file, "PNG")
        return file.getvalue()

    server.draw = draw
    address = f"{server.url}/img_c/wmts?tk={{key}}"
    source(**WMTS, address=address, matrix_set="c", system="EPSG:4490")
    shown = pixels(worker.get(URL))
    assert tuple(shown[120, 5]) == serving.RED
    assert tuple(shown[136, 250]) == serving.BLUE


def test_a_wmts_template_of_its_own_is_filled_in(source, server, worker):
    path = "{Layer}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    source(
        **WMTS,
        address=f"{server.url}/{path}",
        matrix_set="g",
        matrix="EPSG:3857:{z}",
    )
    worker.get(URL)
    assert server.asked == [f"/img/g/EPSG:3857:14/{TILE.y}/{TILE.x}.png"]


@pytest.mark.parametrize(
    ("system", "version"),
    [
        ("EPSG:3857", "1.1.1"),
        ("EPSG:4326", "1.1.1"),
        ("EPSG:3857", "1.3.0"),
        ("EPSG:4326", "1.3.0"),
        ("CRS:84", "1.3.0"),  # which came with it
    ],
)
@pytest.mark.skipif(not serving.has_mapserver(), reason="no MapServer (cgi-mapserver)")
def test_a_real_wms_is_drawn_where_it_lies(
    source, worker, settings, tmp_path, system, version
):
    mapfile = tmp_path / "site.map"
    mapfile.write_text(serving.MAPFILE.format(lat=TILE.latitude(0.5)))
    with serving.mapserver(mapfile) as url:
        settings.OUTSIDE_HOSTS = [url]
        names = {"protocol": "wms", "names": "north,south"}
        source(**names, address=url, system=system, version=version)
        shown = pixels(worker.get(URL))
    assert tuple(shown[122, 128]) == serving.RED
    assert tuple(shown[134, 128]) == serving.BLUE
