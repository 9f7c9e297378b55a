"""Finding a place by what people type: cell, region, address or a feature's key."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Func, Q, TextField
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from layers.addresses import finding as addresses
from layers.at import end_of
from layers.models import Feature, GridCell, Layer, Region

MOST = 12  # results shown
EACH = 6  # of one kind, while other kinds have some too
SHORTEST_KEY = 3
PUNCTUATION = re.compile(r"[\s,，、.。·—–()#'\"“”-]")
# 号院, 院 and 号 after a number are one thing to whoever asks the way.
COURT = re.compile(r"号院|(?<=[0-9])院")
NUMERALS = re.compile(
    "([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)(?=号|院|楼|单元|层|室)"
)


class Outline(Func):
    """GeoJSON for highlighting: about a metre exact, 6 decimals."""

    template = "ST_AsGeoJSON(ST_SimplifyPreserveTopology(%(expressions)s, 0.00001), 6)"
    output_field = TextField()


KINDS = {
    "cell": _("Grid cell"),
    "region": _("Region"),
    "place": _("Road or estate"),
    "address": _("Address"),
    "feature": _("Feature"),
}


@dataclass(frozen=True)
class Found:
    """One line of the results; ``geometry`` is GeoJSON text."""

    kind: str
    title: str
    detail: str
    geometry: str

    @property
    def kind_title(self) -> str:
        return str(KINDS[self.kind])


def search(text: str, user: User, *, day: date | None = None) -> list[Found]:
    """What ``user`` may find by ``text``, the likeliest first.

    ``day``: among the cells and features of that day; the others keep no history.
    """
    text = text.replace("\x00", "").strip()
    form = form_of(text)
    if not form:
        return []
    layers = list(Layer.objects.visible_to(user).filter(published__isnull=False))
    feeds = {layer.feeds for layer in layers}
    sources: list[tuple[bool, Callable[[], Iterator[Found]]]] = [
        (Layer.Feeds.CELLS in feeds and form.isdigit(), lambda: _cells(form, day)),
        (Layer.Feeds.REGIONS in feeds, lambda: _regions(form)),
        (Layer.Feeds.ADDRESSES in feeds, lambda: _addresses(text)),
        (len(form) >= SHORTEST_KEY, lambda: _features(text, layers, day)),
    ]
    found = [list(source()) for wanted, source in sources if wanted]
    first = [one for several in found for one in several[:EACH]]
    rest = [one for several in found for one in several[EACH:]]
    return [*first, *rest][:MOST]


def form_of(text: str) -> str:
    """Full-width digits, spaces, case, 号 and 号院 made alike, as search_form() does.

    三号楼 becomes 3号楼 here alone: registers write digits. Of words that are searched
    in texts; addresses have a form of their own (`layers.addresses.signs`).
    """
    plain = PUNCTUATION.sub("", unicodedata.normalize("NFKC", text[:100]).upper())
    return COURT.sub("号", NUMERALS.sub(_digits, plain))


def _digits(match: re.Match[str]) -> str:
    """Chinese numerals below a hundred in digits."""
    digits = " 一二三四五六七八九"
    tens, ones = digits.find(match[1] or " "), digits.find(match[3] or " ")
    if match[2]:
        return str(max(tens, 1) * 10 + ones)
    return str(tens or ones or "")


def _cells(form: str, day: date | None) -> Iterator[Found]:
    cells = (
        GridCell.objects.valid_at(end_of(day) if day else timezone.now())
        .filter(code__contains=form)
        .select_related("community")
        .annotate(outline=Outline("geometry"))
        .order_by(Length("code"), "code")
    )
    for cell in cells[:MOST]:
        yield Found("cell", cell.code, str(cell.community), cell.outline)


def _regions(form: str) -> Iterator[Found]:
    regions = (
        Region.objects.select_related("unit__parent")
        .filter(
            Q(unit__name__icontains=form)
            | Q(unit__name_en__icontains=form)
            | Q(unit__code=form)
        )
        .annotate(outline=Outline("geometry"), length=Length("unit__name"))
        .order_by("length", "unit__code")
    )
    for region in regions[:MOST]:
        unit = region.unit
        above = str(unit.parent) if unit.parent else ""
        detail = " · ".join(filter(None, (unit.get_kind_display(), above)))
        yield Found("region", str(unit), detail, region.outline)


def _addresses(text: str) -> Iterator[Found]:
    """Roads and estates by name alone, addresses by whatever of them was typed."""
    if len(form_of(text)) < 2:
        return  # one sign names nothing, and no index knows it
    answer = addresses.look(text, most=MOST)
    for place in answer.named:
        points = {"type": "MultiPoint", "coordinates": place.points}
        yield Found("place", place.title, place.detail, json.dumps(points))
    for one in answer.found:
        row = one.row
        outline = {"type": "Point", "coordinates": (row.lon, row.lat)}
        detail = row.cell if one.is_whole else one.why
        yield Found("address", row.text, detail, json.dumps(outline))


def _features(text: str, layers: list[Layer], day: date | None) -> Iterator[Found]:
    """Features whose key is, or begins with, what was typed."""
    titles = {layer.pk: layer.title for layer in layers}
    features = Feature.objects.of_layers(titles)
    features = features.on_day(day) if day else features.current()
    rows = (
        features.filter(key__gte=text, key__lt=text + "\U0010ffff")
        .annotate(outline=Outline("geometry"))
        .order_by("key")
    )
    registers = {layer.pk for layer in layers if layer.feeds in {"cells", "addresses"}}
    for row in rows[: MOST + len(registers)]:
        if row.layer_id not in registers:
            yield Found("feature", row.key, titles[row.layer_id], row.outline)
