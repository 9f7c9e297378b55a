"""Rules of quality as a part of a site package: registers/quality.json, in and out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from offices.models import QualityRule, Register
from offices.quality.conditions import FINDS
from offices.registers.entries import MODELS
from workflow.package_rows import PackageRows, changed_by_hand

FILE = "registers/quality.json"
USUAL = Path(__file__).parent / "usual" / "quality.json"
COMPARED = (QualityRule.Kind.DUPLICATE, QualityRule.Kind.CONTRADICTION)


def load(folder: Path, progress: Callable[[str], None]) -> None:
    """The package's rules, or the usual ones. Safe to run twice.

    What an administrator changed stays, unless the package says otherwise than when it
    was loaded last. Raises BadInput; then nothing is changed.
    """
    path = folder / FILE
    line = load_data(read_json(path if path.exists() else USUAL), name=path.name)
    progress(f"rules of quality: {line}")


@transaction.atomic
def load_data(data: Any, *, name: str, anew: bool = False) -> str:
    """Take over rules; ``anew``: also what was changed here since.

    What the file leaves out stays. Returns a line for a report.
    """
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        raise BadInput(f"{name} needs “rules”.")
    by_hand = changed_by_hand(QualityRule)
    there = QualityRule.objects.values_list("pk", "code")
    known = PackageRows(
        "rules of quality", by_hand=[code for pk, code in there if str(pk) in by_hand]
    )
    try:
        for order, row in enumerate(data["rules"], start=1):
            if known.is_new(row["code"], row) or anew:
                _write(row, order)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{name}: {error!r}. A rule is {{code, register, kind, title}} with field,"
            " number and on where it has them."
        ) from error
    known.keep()
    return f"{len(data['rules'])} rules"


def _write(row: dict[str, Any], order: int) -> None:
    kind, register = QualityRule.Kind(row["kind"]), Register(row["register"])
    field = str(row.get("field", ""))
    if kind in COMPARED and row["code"] not in FINDS:
        raise ValueError(f"{row['code']}: nothing finds this")
    names = {one.name for one in MODELS[register]._meta.concrete_fields}
    if kind == QualityRule.Kind.GAP and field not in names:
        raise ValueError(f"{row['code']}: no field {field}")
    number = row.get("number")
    if kind == QualityRule.Kind.STALE and not number:
        raise ValueError(f"{row['code']}: after how many days?")
    QualityRule.objects.update_or_create(
        code=row["code"],
        defaults={
            "register": register,
            "kind": kind,
            "titles": row["title"],
            "field": field,
            "number": None if number is None else int(number),
            "is_on": bool(row.get("on", True)),
            "order": order,
        },
    )


def export() -> dict[str, Any]:
    """The rules as a site package has them."""
    return {"rules": [_export(row) for row in QualityRule.objects.all()]}


def _export(row: QualityRule) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": row.code,
        "register": row.register,
        "kind": row.kind,
        "title": row.titles,
    }
    if row.field:
        said["field"] = row.field
    if row.number is not None:
        said["number"] = row.number
    if not row.is_on:
        said["on"] = False
    return said
