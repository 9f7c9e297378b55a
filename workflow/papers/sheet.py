"""A paper as a whole document: page, fonts, page numbers, photos, stamps."""

import base64
import io
import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils.html import escape
from PIL import Image

from workflow.attachments import path_of
from workflow.models import Attachment, PaperSize
from workflow.papers.vocabulary import PICTURE

SHEET = "workflow/paper-sheet.css"
VOID = "作废"
IMAGE = re.compile(rf'src="{PICTURE}([0-9a-f-]{{36}})"')
SIDE, QUALITY = 900, 80  # pixels and JPEG quality of a photo on paper
# Margins as on official letters (GB/T 9704): the left wider, for the binding.
PAGE = """@page { size: %(size)s; margin: 20mm 22mm 19mm 25mm;
  @bottom-center { content: "第 " counter(page) " 页　共 " counter(pages) " 页";
    font: 9pt "Noto Serif CJK SC", serif; color: #333 }
  @bottom-left { content: "%(left)s";
    font: 9pt "Noto Serif CJK SC", serif; color: #333 }
  @top-right { content: "%(stamp)s"; font: 10.5pt "Noto Sans CJK SC", sans-serif;
    color: #b00020 } }
@page :first { @bottom-left { content: "" } }
"""


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The same sheet that the page shows papers with."""
    path = finders.find(SHEET)
    assert isinstance(path, str)
    return Path(path).read_text("utf-8")


def document(
    body: str, *, size: str, title: str, left: str = "", stamp: str = ""
) -> str:
    """Whole HTML to be set. ``left`` stands at the foot from the second page on.

    ``stamp`` stands at the head of every page: 重印, 作废.
    """
    mark = f'<div class="p-void-mark">{VOID}</div>' if stamp == VOID else ""
    page = PAGE % {"size": PaperSize(size), "left": _css(left), "stamp": _css(stamp)}
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{stylesheet()}\n{page}</style></head>"
        f'<body class="paper-sheet">{mark}{with_photos(body)}</body></html>'
    )


def _css(text: str) -> str:
    """As a text in a stylesheet within a page: letters, digits and plain signs."""
    return "".join(f"\\{ord(one):x} " if not one.isalnum() else one for one in text)


def with_photos(body: str) -> str:
    """With the photos themselves, smaller; one that is gone leaves its place empty."""
    names = set(IMAGE.findall(body))
    rows = Attachment.objects.filter(uuid__in=names) if names else []
    data = {str(row.uuid): _as_data(row) for row in rows}
    return IMAGE.sub(lambda found: f'src="{data.get(found[1], "")}"', body)


def with_addresses(body: str) -> str:
    """As the page shows it: photos come by their own addresses."""
    return IMAGE.sub(
        lambda found: f'src="{reverse("workflow:file", args=[found[1]])}"', body
    )


def _as_data(row: Attachment) -> str:
    path = path_of(row.sha256)
    if row.is_voice or not path.exists():
        return ""
    with Image.open(path) as image:
        image.draft("RGB", (SIDE, SIDE))
        image.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
