"""The rooms of offices/: modules refer to the registers, which know no module."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "offices"
FLOORS = [  # from the bottom up
    "registers",
    "modules",
    "papers",
    "ownership",
    "quality",
    "comparison",
    "builder",
    "finding",
    "rounds",
]


def known_by(room):
    """(file, room) for each import of a room of this app."""
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "offices."
            ):
                yield path, node.module.split(".")[1]


def test_a_room_knows_only_those_below_it():
    for floor, room in enumerate(FLOORS):
        for path, known in known_by(room):
            assert known not in FLOORS[floor + 1 :], f"{path}: {known}"
