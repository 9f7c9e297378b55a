"""Servers of pictures that really serve: XYZ and WMTS of our own, and MapServer."""

import io
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from PIL import Image

from accounts.models import Unit
from govmap.lib.sealed import Sealed
from layers.models import Layer, OutsideSource
from layers.models.outside import PICTURE
from tests.sites import package

MAPSERVER = Path("/usr/lib/cgi-bin/mapserv")
KEY = "abc123secret"
RED, BLUE = (200, 30, 30), (30, 60, 200)


def add_outside_layer(
    code: str, sensitivity: str = "internal", **fields: Any
) -> OutsideSource:
    """Of the district; of a server that nobody listed unless ``fields`` say another."""
    layer = Layer.objects.create(
        code=code,
        titles={"zh-hans": "影像"},
        kind=Layer.Class.IMAGERY,
        provider=Unit.objects.get(code=package.DISTRICT),
        geometry=PICTURE,
        sensitivity=sensitivity,
    )
    usual = {"address": "https://tiles.example.cn/{z}/{x}/{y}?tk={key}"}
    said = {**usual, "secret": Sealed.of(KEY), **fields}
    return OutsideSource.objects.create(layer=layer, **said)


def picture(colour: tuple[int, int, int], *, side: int = 256) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


@dataclass
class Server:
    """What it was asked, and what it answers instead of pictures."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    # (status, body, headers); None: what was asked for
    instead: tuple[int, bytes, dict[str, str]] | None = None
    draw: Any = None  # query -> picture
    cut: int = 0  # bytes of the end that never come

    def queries(self) -> list[dict[str, str]]:
        return [query_of(path) for path in self.asked]


def query_of(path: str) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(path).query).items()}


@contextmanager
def tiles() -> Iterator[Server]:
    """Answers each request with a red tile, and 304 to who has it."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            server.headers.append(dict(self.headers.items()))
            status, body, more = server.instead or (200, b"", {})
            if server.instead is None:
                body = (server.draw or (lambda _asked: picture(RED)))(self.path)
                more = {"ETag": '"one"'}
                if self.headers.get("If-None-Match") == '"one"':
                    status, body = 304, b""
            self.send_response(status)
            for name, text in more.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) - server.cut])

        def log_message(self, *args: Any) -> None:
            pass

    with _running(Handler) as url:
        server.url = url
        yield server


@contextmanager
def mapserver(mapfile: Path) -> Iterator[str]:
    """The WMS of a map file, by Debian's MapServer as a CGI program."""
    config = mapfile.with_suffix(".conf")
    config.write_text(f'CONFIG ENV "MS_MAP_PATTERN" "^{mapfile.parent}" END END')

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = f"map={mapfile}&{urlsplit(self.path).query}"
            environment = {
                **os.environ,
                **{"REQUEST_METHOD": "GET", "QUERY_STRING": query},
                "MAPSERVER_CONFIG_FILE": str(config),
            }
            made = subprocess.run(
                [MAPSERVER], env=environment, capture_output=True, check=False
            )
            head, _, body = made.stdout.partition(b"\r\n\r\n")
            kind = head.decode().partition(":")[2].strip()
            self.send_response(200)
            self.send_header("Content-Type", unquote(kind))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with _running(Handler) as url:
        yield f"{url}/wms"


@contextmanager
def _running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def has_mapserver() -> bool:
    return bool(shutil.which(str(MAPSERVER)))


# Red north of the latitude and blue south of it, over the test site.
MAPFILE = """
MAP
  NAME "site" SIZE 256 256 EXTENT -180 -85 180 85 UNITS DD
  PROJECTION "init=epsg:4326" END
  IMAGETYPE PNG
  WEB METADATA "ows_enable_request" "*" "ows_srs" "EPSG:4326 EPSG:3857 CRS:84"
    "ows_title" "site" "ows_onlineresource" "http://localhost/" END END
  LAYER NAME "north" TYPE POLYGON STATUS ON
    PROJECTION "init=epsg:4326" END
    METADATA "ows_title" "north" END
    FEATURE POINTS -180 {lat} 180 {lat} 180 85 -180 85 -180 {lat} END END
    CLASS STYLE COLOR 200 30 30 END END
  END
  LAYER NAME "south" TYPE POLYGON STATUS ON
    PROJECTION "init=epsg:4326" END
    METADATA "ows_title" "south" END
    FEATURE POINTS -180 -85 180 -85 180 {lat} -180 {lat} -180 -85 END END
    CLASS STYLE COLOR 30 60 200 END END
  END
END
"""
