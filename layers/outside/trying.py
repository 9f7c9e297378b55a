"""Trying a source: its picture of the middle of the site, or why there is none."""

import base64
import time
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import Site
from layers.models import OutsideSource
from layers.outside.drawing import as_png, draw, opened
from layers.outside.fetching import Fetched, fetch
from layers.outside.grid import SIDE, Tile, tile_at
from layers.outside.proxy import GATE, note
from layers.outside.trouble import NotFetched

ZOOM = 14
AROUND = ((0, 0), (1, 0), (0, 1), (1, 1))


@dataclass(frozen=True)
class Tried:
    ok: bool
    said: str
    status: int | None = None
    picture: bytes = b""  # PNG
    zoom: int = 0
    milliseconds: int = 0

    @property
    def data(self) -> str:
        """As an <img> shows it."""
        return f"data:image/png;base64,{base64.b64encode(self.picture).decode()}"


def attempt(source: OutsideSource, *, noted: bool = True) -> Tried:
    """Asked anew, past what is kept; nothing of it is kept.

    ``noted``: it is the source as it stands in the catalogue, whose state this says.
    """
    noted = noted and bool(source.pk)
    began = time.monotonic()
    zoom = min(max(ZOOM, source.first), source.last)
    whole = Image.new("RGBA", (2 * SIDE, 2 * SIDE))
    nothing = True
    try:
        for right, down in AROUND:
            came = draw(source, _tile(zoom, right, down), _fetched)
            if came.body:
                nothing = False
                picture = opened(came.body).resize((SIDE, SIDE))
                whole.paste(picture, (right * SIDE, down * SIDE))
    except NotFetched as error:
        if noted:
            note(source, error.why)
        return Tried(False, error.text, error.status)
    if noted:
        GATE.open(source.pk)
        note(source, "")
    spent = round((time.monotonic() - began) * 1000)
    if nothing:
        said = _("The server answers, but has no picture of this site.")
        return Tried(False, said, zoom=zoom)
    return Tried(True, _("The server drew this."), 200, as_png(whole), zoom, spent)


def _fetched(_name: str, url: str) -> Fetched:
    return fetch(url)


def _tile(zoom: int, right: int, down: int) -> Tile:
    center = Site.objects.values_list("center", flat=True).first() or [0, 0]
    first = tile_at(float(center[0]), float(center[1]), zoom)
    side = 2**zoom
    return Tile(zoom, (first.x + right) % side, min(first.y + down, side - 1))
