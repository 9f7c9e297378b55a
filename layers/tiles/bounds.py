"""How far a published version reaches."""

from functools import lru_cache

from django.contrib.gis.db.models import Extent

from layers.models import Feature, Version


@lru_cache(maxsize=256)
def bounds_of(version: int) -> tuple[float, ...] | None:
    """West, south, east, north of a published version, which never changes."""
    row = Version.objects.get(pk=version)
    assert row.number is not None
    rows = Feature.objects.filter(layer=row.layer_id).of_version(row.number)
    found: tuple[float, ...] | None = rows.aggregate(box=Extent("geometry"))["box"]
    return found
