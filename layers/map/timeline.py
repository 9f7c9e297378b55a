"""The days on which the map changed: what its time slider shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import F, Min
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.models import Feature, Layer, Version


@dataclass(frozen=True)
class Tick:
    """A day on which a layer changed on the ground."""

    day: date
    layer: str  # its code
    title: str
    what: str


@dataclass(frozen=True)
class Timeline:
    """From the first day anything is known of to today; ``day`` is the one shown."""

    first: date
    today: date
    day: date | None
    ticks: list[Tick]
    is_open: bool = False

    @property
    def shown(self) -> date:
        return self.day or self.today


def timeline_of(
    layers: Iterable[Layer], day: date | None, *, is_open: bool
) -> Timeline:
    """Of these published layers; the newest days first."""
    known = {layer.pk: layer for layer in layers}
    today = timezone.localdate()
    ticks = {(tick.layer, tick.day): tick for tick in _own_days(known.values())}
    ticks |= {(tick.layer, tick.day): tick for tick in _versions(known)}
    past = [tick for tick in ticks.values() if tick.day <= today]
    past.sort(key=lambda tick: (tick.day, tick.title), reverse=True)
    first = min([tick.day for tick in past] + [day or today, today])
    return Timeline(first, today, day if day != today else None, past, is_open)


def _versions(layers: dict[int, Layer]) -> Iterator[Tick]:
    """Of several versions of one day the last one counts."""
    rows = Version.objects.ever_published().filter(layer__in=list(layers))
    for pk, day, number in rows.order_by("number").values_list(
        "layer", "as_of", "number"
    ):
        layer = layers[pk]
        what = _("version %(number)s") % {"number": number}
        yield Tick(day, layer.code, layer.title, what)


def _own_days(layers: Iterable[Layer]) -> Iterator[Tick]:
    for layer in layers:
        if "valid_from" in layer.fields and layer.published_id:
            for day in _first_days(layer.pk, layer.published_id):
                yield Tick(day, layer.code, layer.title, _("new rows"))


@lru_cache(maxsize=64)
def _first_days(layer: int, _version: int) -> tuple[date, ...]:
    """The first day of each month in which rows came, by what they say themselves.

    Kept until another version is published: it reads the whole layer.
    """
    rows = Feature.objects.filter(layer=layer, valid__startswith__isnull=False)
    months = (
        rows.annotate(day=F("valid__startswith"), month=TruncMonth("day"))
        .order_by()
        .values("month")
        .annotate(first=Min("day"))
    )
    return tuple(sorted(row["first"] for row in months))
