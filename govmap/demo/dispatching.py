"""The list of duties and the dispatch table of the demonstration: all invented.

A rule whose unit is a street's own is written once for every street.
"""

from .classification import NEW
from .facts import Unit, rows

DUTY_COLUMNS = ["code", "title", "kind", "basis", "department"]
DISPATCH_COLUMNS = ["standard", "kind", "class", "street", "department", "duty"]


def duties() -> list[list[str]]:
    """Rows of duties.csv."""
    return [
        [row["code"], row["title"], row["kind"], row["basis"], _unit(row["department"])]
        for row in rows("duties.csv")
    ]


def rules(units: list[Unit]) -> list[list[str]]:
    """Rows of dispatch.csv, for the streets of the site."""
    streets = [unit.code for unit in units if unit.kind == "street"]
    made: list[list[str]] = []
    for row in rows("duty_classes.csv"):
        head = [NEW, "event", row["class"]]
        if not row["own"]:
            made.append([*head, "", _unit(row["department"]), row["duty"]])
            continue
        made += [
            [*head, street, f"{street}-{row['own']}", row["duty"]] for street in streets
        ]
    return made


def _unit(suffix: str) -> str:
    return f"110102-{suffix}" if suffix else ""
