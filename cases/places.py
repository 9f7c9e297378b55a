"""A place in words: its cell, community and street, and the nearest address."""

import json
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import User
from cases.evidence import ADDRESS_MAX
from cases.locating import Located, locate
from cases.models import Case
from layers.addresses.nearest import nearest_one
from layers.finding.search import search

# A phone less exact than this may stand in another cell.
COARSE_METRES = 60


@dataclass(frozen=True)
class Place:
    """What a reporter reads of the place he chose; ``accuracy`` in metres."""

    point: Point
    located: Located
    address: str
    accuracy: float | None

    @property
    def is_coarse(self) -> bool:
        return self.accuracy is not None and self.accuracy > COARSE_METRES

    @property
    def is_near(self) -> bool:
        """Beside its cell, as between high houses."""
        return self.located.edge == Case.Edge.NEAR

    @property
    def is_outside_grid(self) -> bool:
        return self.located.edge == Case.Edge.OUTSIDE_GRID

    @property
    def is_outside_district(self) -> bool:
        return self.located.edge == Case.Edge.OUTSIDE_DISTRICT


def describe(point: Point, accuracy: float | None, reporter: User) -> Place:
    """Where the engine would put a report from there, now."""
    located = locate(point, timezone.now(), reporter)
    return Place(point, located, nearest_address(point), accuracy)


def nearest_address(point: Point) -> str:
    """The standard address nearest to the place within 80 m, or nothing."""
    found = nearest_one(point)
    return found.text[:ADDRESS_MAX] if found else ""


@dataclass(frozen=True)
class Spot:
    """An address and where it is; ``value`` as a form sends a place."""

    text: str
    lon: float
    lat: float

    @property
    def value(self) -> str:
        return f"{self.lon},{self.lat}"


def find_addresses(text: str, user: User) -> list[Spot]:
    """Addresses that a typed one may mean, the likeliest first."""
    found = [one for one in search(text, user) if one.kind == "address"]
    places = [json.loads(one.geometry)["coordinates"] for one in found]
    return [Spot(one.title, *place) for one, place in zip(found, places, strict=True)]
