"""The generator of the demonstration site: `make(folder)` writes a whole site package.

Real are the names and codes of Xicheng's streets and communities, the classes and the
filing conditions. Geometry, people, firms and figures are invented from a seed. The
package imports no Django app and needs no database.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import (
    addresses,
    built_tables,
    catalogue,
    city,
    classification,
    dispatching,
    duty,
    files,
    ground_tables,
    holidays,
    houses,
    knowledge,
    land,
    papers,
    parts,
    phrases,
    rules,
    site,
    vintages,
)
from .accounts import accounts
from .facts import Unit, chosen_units
from .offices import offices
from .plan import PLANS, ROAD_WIDTH

SEED = 20_260_101
SIZES = tuple(PLANS)

Progress = Callable[[str], None]


def make(
    folder: Path, seed: int = SEED, progress: Progress = print, *, size: str = "full"
) -> None:
    """Write the demonstration site into `folder`, replacing what is there.

    `size` is "full" (the district) or "small" (two streets on one square kilometre).
    """
    plan = PLANS[size]
    units = chosen_units(list(plan.streets), plan.communities)
    (folder / "layers").mkdir(parents=True, exist_ok=True)
    for old in (folder / "layers").iterdir():
        old.unlink()
    _write_papers(folder, units, size)
    progress(f"Units, accounts, calendar and classification of {len(units)} regions")
    _write_layers(folder / "layers", units, size=size, seed=seed, progress=progress)


def _write_papers(folder: Path, units: list[Unit], size: str) -> None:
    """Everything but the map."""
    everybody = [*units, *offices(units)]
    files.write_json(folder / "site.json", site.description(size))
    files.write_json(folder / "accounts.json", accounts(everybody))
    files.write_json(folder / "calendar.json", holidays.calendar())
    files.write_json(folder / "phrases.json", phrases.phrases())
    files.write_json(folder / "roster.json", duty.roster(everybody))
    classification.write_csv(
        folder / "contacts.csv", duty.CONTACT_COLUMNS, duty.contacts(everybody)
    )
    files.write_json(folder / "knowledge.json", knowledge.articles(everybody))
    files.write_json(folder / "papers.json", papers.papers(everybody))
    files.write_json(folder / "layers.json", catalogue.layers())
    files.write_json(folder / "rules.json", rules.rules())
    for name in ("channels.json", "ladder.json", "orders.json"):
        shutil.copyfile(Path(__file__).parent / name, folder / name)
    classification.write_csv(
        folder / "units.csv",
        ["code", "name", "name_en", "kind", "parent"],
        [
            [unit.code, unit.name, unit.name_en, unit.kind, unit.parent]
            for unit in everybody
        ],
    )
    classes = folder / "classification"
    classes.mkdir(exist_ok=True)
    files.write_json(classes / "standards.json", classification.STANDARDS)
    columns = classification.CATEGORY_COLUMNS
    classification.write_csv(
        classes / "categories.csv", columns, classification.categories()
    )
    columns = classification.CONDITION_COLUMNS
    classification.write_csv(
        classes / "conditions.csv", columns, classification.conditions()
    )
    columns = classification.CROSSWALK_COLUMNS
    classification.write_csv(
        classes / "crosswalk.csv", columns, classification.crosswalk_rows()
    )
    _write_rules_of_cases(folder / "cases", everybody)
    for name in ("processes", "modules"):
        (folder / name).mkdir(exist_ok=True)
        for source in sorted((Path(__file__).parent / name).glob("*.json")):
            shutil.copyfile(source, folder / name / source.name)


def _write_rules_of_cases(folder: Path, units: list[Unit]) -> None:
    """The list of duties, and the dispatch table that refers to it."""
    folder.mkdir(exist_ok=True)
    columns = dispatching.DUTY_COLUMNS
    classification.write_csv(folder / "duties.csv", columns, dispatching.duties())
    columns = dispatching.DISPATCH_COLUMNS
    classification.write_csv(folder / "dispatch.csv", columns, dispatching.rules(units))


def _write_layers(
    folder: Path, units: list[Unit], *, size: str, seed: int, progress: Progress
) -> None:
    """Draw the town and write each layer as the file its department sends."""
    rng = np.random.default_rng(seed)
    ground = city.lay_out(size, units, rng)
    progress(f"Roads, blocks and {len(ground.cells)} grid cells")
    covered = land.cover(ground, rng)
    progress(f"Water, green and {len(covered.plots)} plots")
    built = houses.build(ground, covered, rng)
    progress(f"{len(built.shapes)} buildings on {len(built.parcels.shapes)} parcels")
    doors = addresses.number_doors(ground, covered, built, rng)
    placed = parts.place(ground, covered, built, rng)
    progress(f"Door numbers and {len(placed.points)} city parts")
    town = built_tables.Town(
        ground, covered, built, doors,
        streets={unit.code: unit.name for unit in units if unit.kind == "street"},
        communities={
            unit.code: ground_tables.short(unit.name)
            for unit in units if unit.kind == "community"
        },
    )  # fmt: skip
    _write_ground(folder, town, units)
    _write_built(folder, town, placed, rng)
    progress("Layer files written")


def _write_ground(folder: Path, town: built_tables.Town, units: list[Unit]) -> None:
    ground, covered = town.ground, town.land
    roads = ground_tables.base_roads(ground, covered, town.doors.road_names, ROAD_WIDTH)
    for name, table in {
        "regions": ground_tables.regions(ground, units),
        "grid": ground_tables.grid(ground, units),
        "base_land": ground_tables.base_land(covered),
        "base_water": ground_tables.base_water(covered),
        "base_green": ground_tables.base_green(ground, covered),
    }.items():
        files.write_geojson(folder / f"{name}.geojson", table.shapes, table.columns)
    files.write_geopackage(folder / "base_roads.gpkg", roads.shapes, roads.columns)


def _write_built(
    folder: Path, town: built_tables.Town, placed: parts.Parts, rng: np.random.Generator
) -> None:
    plots = built_tables.planning(town, rng)
    files.write_shapefile_zip(folder / "planning.zip", plots.shapes, plots.columns)
    before = vintages.earlier_plan(plots, rng)
    files.write_shapefile_zip(
        folder / "planning_2010.zip", before.shapes, before.columns
    )
    names = {row[2]: row[4] for row in classification.categories()
             if row[:2] == [classification.NEW, "part"]}  # fmt: skip
    homes = built_tables.housing(town, rng)
    for name, table in {
        "housing": homes,
        "housing_2010": vintages.earlier_houses(homes, rng),
        "courtyards": built_tables.courtyards(town),
        "addresses": built_tables.addresses(town),
        "parts": built_tables.parts_table(town, placed, names),
    }.items():
        files.write_geopackage(folder / f"{name}.gpkg", table.shapes, table.columns)
