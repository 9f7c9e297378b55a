"""A register of a few courts with buildings and doors."""

import itertools

import pytest
from django.contrib.gis.geos import Point

from layers.models import Address
from tests.sites import package

ROADS = ("月坛南街", "月坛北街", "帽儿胡同", "西四北八条")


def address(text, at, **more):
    x, y = package.inside(1, 1, 1)
    return Address(
        code=f"A{at:05d}",
        text=text,
        place=Point(x + at * 1e-6, y, srid=4490),
        cell=package.cell_code(1, 1, 1),
        **more,
    )


@pytest.fixture
def register(db):
    """Courts 1 to 4 and 甲8 of four roads, each with two buildings, entrance, rooms."""
    rows, counter = [], itertools.count(1)
    for road in ROADS:
        for door in ("1", "2", "3", "4", "甲8"):
            said = {"road": road, "number": f"{door}号院"}
            rows.append(address(f"{road}{door}号院", next(counter), **said))
            for house, room in itertools.product((1, 2, 3), (101, 501)):
                text = f"{road}{door}号院{house}号楼2单元{room}"
                rows.append(
                    address(text, next(counter), building=f"{house}号楼", **said)
                )
    Address.objects.bulk_create(rows)
    return rows
