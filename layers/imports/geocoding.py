"""The register of addresses for a file whose rows say where they are by address."""

from pathlib import Path

from accounts.models import Site, Unit
from layers.models import Address, Layer
from layers.reading import addresses

# How what is surely no table begins. A workbook is a zip, as much else is.
NO_TABLES = (b"{", b"<", b"\x1e", b"SQLite", b"fgb", b"PAR1")


def write(layer: Layer, source: Path, scratch: Path) -> Path | None:
    """Makes the look-up file of `reading.addresses`; None where no row can need it.

    An address is a point, so only a layer of points is placed by addresses; and the
    register itself is not placed by what it says.
    """
    if layer.geometry != "point" or layer.feeds == Layer.Feeds.ADDRESSES:
        return None
    with source.open("rb") as file:
        if file.read(64).lstrip().startswith(NO_TABLES):
            return None
    path = scratch / "addresses.sqlite"
    rows = Address.objects.values_list("text", "place").iterator(chunk_size=5000)
    pairs = ((text, (place.x, place.y)) for text, place in rows)
    addresses.write(path, pairs, prefixes=_prefixes())
    return path


def _prefixes() -> list[str]:
    """The city, the district and the streets: senders leave them out or add them."""
    site = Site.objects.select_related("district").first()
    if site is None:
        return []
    district = site.district.name
    example = Address.objects.filter(text__contains=district).first()
    city = example.text.partition(district)[0] if example else ""
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).values_list("name", flat=True)
    return [city, district, *streets]
