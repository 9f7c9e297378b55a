"""The rooms of layers/ know only those below them, as docs/architecture.md draws."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "layers"
# From the bottom up; the rooms of one line do not know each other.
FLOORS = [
    {"reading", "addresses"},
    {"styles"},
    {"outside"},
    {"tiles", "finding"},
    {"versions", "features", "ogc"},
    {"imports", "downloads"},
    {"catalogue", "corrections"},
    {"conflicts", "map", "map_tools", "style_editor"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def known_by(room):
    """(file, room) for each import of another room."""
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "")[:7] == "layers."
            ):
                yield path, node.module.split(".")[1]


def test_a_room_knows_only_those_below_it():
    for room, floor in FLOOR.items():
        for path, known in known_by(room):
            assert known == room or FLOOR.get(known, -1) < floor, f"{path}: {known}"


def test_what_joins_the_rooms_is_not_asked_by_them():
    joins = {"api", "apps", "effects", "loading", "tasks", "urls", "templatetags"}
    for room in FLOOR:
        assert not {known for _path, known in known_by(room)} & joins, room


def test_every_room_stands_in_the_order():
    apart = {"management", "migrations", "models", "templatetags"}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms - apart == set(FLOOR)
